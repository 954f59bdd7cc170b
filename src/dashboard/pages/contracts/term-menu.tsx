import type { Contract } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { Menu, type MenuItem } from '../../components/menu.tsx'
import type { Column } from '../../components/table.tsx'

/** Whether terms of the contract can be changed here. */
export function useCanEdit({ archived_at }: Pick<Contract, 'archived_at'>): boolean {
  const { scope } = useEnvironment()
  return scope === 'full' && archived_at === undefined
}

/** A column with what can be done to each row. */
export function actionColumn<Row>(
  nameOf: (row: Row) => string,
  itemsOf: (row: Row) => readonly MenuItem[],
): Column<Row> {
  return {
    key: 'actions',
    header: <span className="hidden">Actions</span>,
    align: 'right',
    width: '56px',
    cell: (row) => <TermMenu name={nameOf(row)} items={itemsOf(row)} />,
  }
}

function TermMenu({ name, items }: { name: string; items: readonly MenuItem[] }) {
  if (items.length === 0) return null
  return (
    <Menu
      label={`Actions of ${name}`}
      className="icon-button"
      align="end"
      button={
        <>
          <span aria-hidden="true">⋯</span>
          <span className="hidden">Actions of {name}</span>
        </>
      }
      items={items}
    />
  )
}
