import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { post } from '../../api/request.ts'
import { useEnvironment } from '../../api/session.ts'
import { Quantity } from '../../components/amount.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Badge } from '../../components/badge.tsx'
import type { MetricPreview } from '../offering/answers.ts'

const TYPING_MS = 500
const ROWS_SHOWN = 20

/** Runs a query on recent events once its text rests; null asks nothing. */
export function usePreview(sql: string | null) {
  const { id } = useEnvironment()
  const [asked, setAsked] = useState(sql)
  useEffect(() => {
    const timer = setTimeout(() => setAsked(sql), TYPING_MS)
    return () => clearTimeout(timer)
  }, [sql])
  const preview = useQuery({
    queryKey: [id, 'metric preview', asked],
    queryFn: () => post<{ data: MetricPreview }>('/v1/billable-metrics/preview', { sql: asked }),
    enabled: asked !== null,
    placeholderData: (before) => before,
    retry: false,
  })
  const isCurrent = asked === sql && !preview.isFetching
  return { result: preview.data?.data, error: preview.error, isCurrent, isAsked: asked !== null }
}

interface Props {
  preview: ReturnType<typeof usePreview>
  /** What to do before there is something to show. */
  waiting: string
}

/** What a metric would have measured, of all customers together. */
export function PreviewCard({ preview, waiting }: Props) {
  const { result, error, isCurrent, isAsked } = preview
  return (
    <section className="card preview" aria-label="Preview" aria-busy={isAsked && !isCurrent}>
      <header className="preview-head">
        <h2>Preview</h2>
        <span className="muted">
          {isAsked && !isCurrent ? 'Running…' : 'all customers, last 34 days'}
        </span>
      </header>
      {!isAsked && <p className="muted">{waiting}</p>}
      {isAsked && error !== null && <p className="field-error">{error.message}</p>}
      {isAsked && error === null && result !== undefined && <Result result={result} />}
    </section>
  )
}

function Result({ result }: { result: MetricPreview }) {
  const { rows, columns, row_count, events_read, elapsed_ms, warnings } = result
  return (
    <>
      {columns.length === 0 ? (
        <p className="figure">
          <Quantity value={rows[0]?.['value']} />
        </p>
      ) : (
        <Table
          label="Result"
          columns={columnsOf(columns)}
          rows={rows.slice(0, ROWS_SHOWN).map((row, i) => ({ row, key: String(i) }))}
          rowKey={({ key }) => key}
          empty={<p className="muted">No rows.</p>}
        />
      )}
      <p className="muted">
        {row_count > ROWS_SHOWN &&
          `The first ${ROWS_SHOWN} of ${row_count.toLocaleString('en')} rows. `}
        {events_read.toLocaleString('en')} events read in {elapsed_ms} ms.
      </p>
      {warnings.map((warning) => (
        <p key={warning} className="callout callout-warn">
          {warning}
        </p>
      ))}
    </>
  )
}

interface PreviewRow {
  key: string
  row: MetricPreview['rows'][number]
}

function columnsOf(names: readonly string[]): Column<PreviewRow>[] {
  return [
    ...names.map((name) => ({
      key: `of ${name}`,
      header: name,
      cell: ({ row }: PreviewRow) => row[name] ?? <span className="muted">none</span>,
    })),
    {
      key: 'value',
      header: 'Quantity',
      align: 'right',
      cell: ({ row }) => <Quantity value={row['value']} />,
    },
  ]
}

/** How a query runs, in a word. */
export function Execution({ execution }: { execution: 'incremental' | 'scan' | undefined }) {
  if (execution === undefined) return null
  const isFast = execution === 'incremental'
  return (
    <Badge tone={isFast ? 'good' : 'neutral'}>
      {isFast ? 'Added up as events come' : 'Computed when it is read'}
    </Badge>
  )
}
