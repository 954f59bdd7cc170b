import { Link } from 'wouter'
import type { LedgerEntry } from '../../api/answers.ts'
import { Amount } from '../../components/amount.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { decimalsOf, type Unit } from '../../format/money.ts'
import { invoiceHref } from '../invoices/invoice-names.ts'
import { entryName } from './burn-down.ts'

interface Props {
  ledger: readonly LedgerEntry[]
  unit: Unit
  customerId: string
}

/** Every entry of a ledger, oldest first. */
export function Ledger({ ledger, unit, customerId }: Props) {
  // Two entries may be alike in all that they say.
  const keys = new Map(ledger.map((entry, i) => [entry, String(i)]))
  return (
    <Table
      label="Ledger"
      columns={columns(ledger, unit, customerId)}
      rows={ledger}
      rowKey={(entry) => keys.get(entry) ?? ''}
    />
  )
}

function columns(
  ledger: readonly LedgerEntry[],
  unit: Unit,
  customerId: string,
): Column<LedgerEntry>[] {
  const decimals = decimalsOf(ledger.map(({ amount }) => ({ value: amount, unit })))
  return [
    { key: 'time', header: 'Time', cell: ({ timestamp }) => <Time at={timestamp} /> },
    {
      key: 'type',
      header: 'Entry',
      cell: ({ type }) => <span title={type}>{entryName(type)}</span>,
    },
    {
      key: 'reason',
      header: 'For',
      cell: ({ invoice_id: id, reason }) =>
        id === undefined ? (
          (reason ?? '')
        ) : (
          <Link href={invoiceHref({ id, customerId })}>Invoice</Link>
        ),
    },
    {
      key: 'amount',
      header: 'Amount',
      align: 'right',
      cell: ({ amount }) => <Amount value={amount} unit={unit} decimals={decimals} />,
    },
  ]
}
