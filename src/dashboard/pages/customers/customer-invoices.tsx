import type { Customer, Invoice } from '../../api/answers.ts'
import { usePages } from '../../api/use-pages.ts'
import { Amount } from '../../components/amount.tsx'
import { InvoiceStatus } from '../../components/badge.tsx'
import { FilterBar, SelectFilter, useFilter } from '../../components/filters.tsx'
import { Empty } from '../../components/states.tsx'
import { PagedTable, type Column } from '../../components/table.tsx'
import { Period, Time } from '../../components/time.tsx'
import { decimalsOf } from '../../format/money.ts'
import { invoiceHref, invoiceKind } from '../invoices/invoice-names.ts'

const STATUSES = [
  { value: '', label: 'All' },
  { value: 'DRAFT', label: 'Drafts' },
  { value: 'FINALIZED', label: 'Finalized' },
  { value: 'VOID', label: 'Void' },
]

export function CustomerInvoices({ customer: { id } }: { customer: Customer }) {
  const [status, setStatus] = useFilter('status')
  const pages = usePages<Invoice>({
    path: `/v1/customers/${id}/invoices`,
    query: { status, sort: 'date_desc', skip_zero_qty_line_items: true },
    limit: 20,
  })
  return (
    <>
      <FilterBar>
        <SelectFilter label="Status" value={status} choices={STATUSES} onChange={setStatus} />
      </FilterBar>
      <PagedTable
        label="Invoices"
        pages={pages}
        columns={columns(pages.rows)}
        rowKey={(invoice) => invoice.id}
        rowHref={(invoice) => invoiceHref({ id: invoice.id, customerId: id })}
        empty={<Empty title="No invoices">Contracts make them, one for each billing period.</Empty>}
      />
    </>
  )
}

function columns(rows: readonly Invoice[]): Column<Invoice>[] {
  const decimals = decimalsOf(
    rows.map(({ total, credit_type }) => ({ value: total, unit: credit_type })),
  )
  return [
    {
      key: 'period',
      header: 'Invoice',
      cell: ({ type, start_timestamp, end_timestamp }) =>
        start_timestamp === undefined ? (
          invoiceKind(type)
        ) : (
          <>
            {invoiceKind(type)}, <Period start={start_timestamp} end={end_timestamp} />
          </>
        ),
    },
    { key: 'status', header: 'Status', cell: ({ status }) => <InvoiceStatus status={status} /> },
    { key: 'issued', header: 'Issued', cell: ({ issued_at }) => <Time at={issued_at} /> },
    {
      key: 'lines',
      header: 'Lines',
      align: 'right',
      cell: ({ line_items }) => <span className="number">{line_items.length}</span>,
    },
    {
      key: 'total',
      header: 'Total',
      align: 'right',
      cell: ({ total, credit_type }) => (
        <Amount value={total} unit={credit_type} decimals={decimals} />
      ),
    },
  ]
}
