import type { InvoiceRow } from '../../api/answers.ts'
import { usePages } from '../../api/use-pages.ts'
import { Amount } from '../../components/amount.tsx'
import { InvoiceStatus } from '../../components/badge.tsx'
import { CustomerFilter } from '../../components/customer-filter.tsx'
import { DateFilter, FilterBar, SelectFilter, useFilter } from '../../components/filters.tsx'
import { Icon } from '../../components/icon.tsx'
import { toInstant } from '../../components/inputs.tsx'
import { Page } from '../../components/page.tsx'
import { Empty } from '../../components/states.tsx'
import { PagedTable, type Column } from '../../components/table.tsx'
import { Period, Time } from '../../components/time.tsx'
import { decimalsOf } from '../../format/money.ts'
import { HeldInvoices } from './held-invoices.tsx'
import { invoiceHref, invoiceKind } from './invoice-names.ts'
import { TotalFilters, useTotalQuery } from './total-filters.tsx'

const STATUSES = [
  { value: '', label: 'Finalized and void' },
  { value: 'FINALIZED', label: 'Finalized' },
  { value: 'VOID', label: 'Void' },
]

const TYPES = [
  { value: '', label: 'All types' },
  { value: 'USAGE', label: 'Usage' },
  { value: 'SCHEDULED', label: 'Scheduled' },
  { value: 'USAGE_CONSOLIDATED', label: 'Consolidated' },
]

/** The invoices of all customers. Drafts are computed for one customer at a time, and not here. */
export default function Invoices() {
  const [customer, setCustomer] = useFilter('customer')
  const [status, setStatus] = useFilter('status')
  const [type, setType] = useFilter('type')
  const [from, setFrom] = useFilter('from')
  const [before, setBefore] = useFilter('before')
  const [contract, setContract] = useFilter('contract')
  const totals = useTotalQuery()
  const pages = usePages<InvoiceRow>({
    path: '/v1/invoices',
    limit: 50,
    query: {
      customer_id: customer,
      status,
      type,
      issued_from: toInstant(from),
      issued_before: toInstant(before),
      contract_id: contract,
      ...totals,
      sort: 'date_desc',
    },
  })
  const filters = [customer, status, type, from, before, contract, totals.credit_type_id]
  const isFiltered = filters.some((value) => value !== '')
  return (
    <Page
      title="Invoices"
      lead="Everything that was issued, newest first. Drafts are on the pages of their customers."
    >
      <HeldInvoices />
      <FilterBar>
        <CustomerFilter value={customer} onChange={setCustomer} />
        <SelectFilter label="Status" value={status} choices={STATUSES} onChange={setStatus} />
        <SelectFilter label="Type" value={type} choices={TYPES} onChange={setType} />
        <DateFilter label="Issued from" value={from} onChange={setFrom} />
        <DateFilter label="before" value={before} onChange={setBefore} />
        <TotalFilters />
        {contract !== '' && (
          <button type="button" className="button chip" onClick={() => setContract('')}>
            One contract <Icon name="close" />
            <span className="hidden">Show all contracts</span>
          </button>
        )}
      </FilterBar>
      <PagedTable
        label="Invoices"
        pages={pages}
        columns={columns(pages.rows)}
        rowKey={({ id }) => id}
        rowHref={({ id, customer: { id: customerId } }) => invoiceHref({ id, customerId })}
        empty={
          <Empty title={isFiltered ? 'No invoice fits' : 'No invoices yet'}>
            {isFiltered
              ? 'Take a filter away to see more.'
              : 'The first ones are issued when a billing period of a contract ends.'}
          </Empty>
        }
      />
    </Page>
  )
}

function columns(rows: readonly InvoiceRow[]): Column<InvoiceRow>[] {
  const decimals = decimalsOf(
    rows.map(({ total, credit_type }) => ({ value: total, unit: credit_type })),
  )
  return [
    { key: 'customer', header: 'Customer', cell: ({ customer }) => customer.name },
    { key: 'status', header: 'Status', cell: ({ status }) => <InvoiceStatus status={status} /> },
    { key: 'type', header: 'Type', cell: ({ type }) => invoiceKind(type) },
    {
      key: 'period',
      header: 'Period',
      cell: ({ start_timestamp, end_timestamp }) => (
        <Period start={start_timestamp} end={end_timestamp} />
      ),
    },
    { key: 'issued', header: 'Issued', cell: ({ issued_at }) => <Time at={issued_at} /> },
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
