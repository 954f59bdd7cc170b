import type { KeyboardEvent, ReactNode } from 'react'
import { Link } from 'wouter'
import type { Pages } from '../api/use-pages.ts'
import { Button } from './button.tsx'
import { ErrorState } from './states.tsx'

export interface Column<Row> {
  /** Unique in its table. */
  key: string
  header: ReactNode
  cell: (row: Row) => ReactNode
  /** Numbers are aligned to the right. */
  align?: 'left' | 'right'
  /** Any CSS width; columns without one share what is left. */
  width?: string
}

interface TableProps<Row> {
  /** What the table lists, for those who do not see it. */
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** Where a row leads. Its first cell becomes the link, which the whole row follows. */
  rowHref?: (row: Row) => string
  isPending?: boolean
  empty?: ReactNode
  footer?: ReactNode
}

const SKELETON_ROWS = 6

/** Rows under a head that stays in sight. Arrow keys go from link to link. */
export function Table<Row>(props: TableProps<Row>) {
  const { label, columns, rows, rowKey, rowHref, isPending = false, empty, footer } = props
  if (!isPending && rows.length === 0 && empty !== undefined) return empty
  return (
    <div className="table-frame">
      <table className="table" aria-label={label} aria-busy={isPending} onKeyDown={moveFocus}>
        <colgroup>
          {columns.map(({ key, width }) => (
            <col key={key} {...(width !== undefined && { style: { width } })} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map(({ key, header, align = 'left' }) => (
              <th key={key} scope="col" className={`align-${align}`}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {isPending ? (
            <Skeleton columns={columns} />
          ) : (
            rows.map((row) => (
              <BodyRow key={rowKey(row)} row={row} columns={columns} href={rowHref?.(row)} />
            ))
          )}
        </tbody>
        {footer !== undefined && <tfoot>{footer}</tfoot>}
      </table>
    </div>
  )
}

function BodyRow<Row>({
  row,
  columns,
  href,
}: {
  row: Row
  columns: readonly Column<Row>[]
  href: string | undefined
}) {
  return (
    <tr className={href === undefined ? '' : 'row-link'}>
      {columns.map(({ key, cell, align = 'left' }, i) => (
        <td key={key} className={`align-${align}`}>
          {i === 0 && href !== undefined ? (
            <Link href={href} className="row-anchor">
              {cell(row)}
            </Link>
          ) : (
            cell(row)
          )}
        </td>
      ))}
    </tr>
  )
}

function Skeleton<Row>({ columns }: { columns: readonly Column<Row>[] }) {
  return Array.from({ length: SKELETON_ROWS }, (_, i) => (
    <tr key={i} aria-hidden="true">
      {columns.map(({ key }) => (
        <td key={key}>
          <span className="skeleton" />
        </td>
      ))}
    </tr>
  ))
}

function moveFocus(event: KeyboardEvent<HTMLTableElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step === undefined || !(event.target instanceof HTMLAnchorElement)) return
  const anchors = [...event.currentTarget.querySelectorAll<HTMLAnchorElement>('.row-anchor')]
  const next = anchors[anchors.indexOf(event.target) + step]
  if (next === undefined) return
  event.preventDefault()
  next.focus()
}

type PagedTableProps<Row> = Omit<TableProps<Row>, 'rows' | 'isPending'> & { pages: Pages<Row> }

/** A list of the API: its first page, and more of it when asked for. */
export function PagedTable<Row>({ pages, ...table }: PagedTableProps<Row>) {
  const { rows, isPending, error, hasMore, isReadingMore, readMore, refetch } = pages
  if (error && rows.length === 0) return <ErrorState error={error} onRetry={refetch} />
  const isStillLooking = rows.length === 0 && hasMore
  const { empty, ...rest } = table
  return (
    <>
      <Table
        {...rest}
        rows={rows}
        isPending={isPending}
        {...(empty !== undefined && !isStillLooking && { empty })}
      />
      {hasMore && (
        <div className="table-more">
          <Button onClick={readMore} isBusy={isReadingMore}>
            {isStillLooking ? 'Nothing yet; look further' : 'Show more'}
          </Button>
        </div>
      )}
    </>
  )
}
