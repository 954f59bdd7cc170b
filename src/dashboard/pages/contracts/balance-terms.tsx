import { Link } from 'wouter'
import type { Balance, Contract } from '../../api/answers.ts'
import { Amount } from '../../components/amount.tsx'
import { Badge } from '../../components/badge.tsx'
import type { MenuItem } from '../../components/menu.tsx'
import { Section } from '../../components/page.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Period, Time } from '../../components/time.tsx'
import { decimalText } from '../../format/decimal-text.ts'
import { moneyText } from '../../format/money.ts'
import { grantedOf } from '../customers/burn-down.ts'
import { scopeParts } from '../customers/specifier-text.ts'
import { invoiceHref } from '../invoices/invoice-names.ts'
import { ArchiveBalance, DropTrueup, EditBalance } from './edit-balance.tsx'
import { actionColumn, useCanEdit } from './term-menu.tsx'
import { BALANCE_KINDS } from './term-text.ts'
import { useDialog } from './use-dialog.tsx'
import { useNames } from './use-offering.ts'

const SHOWN_MAX = 100
const PAYMENTS_SHOWN = 3

/** The commits and credits of the contract itself, in the order in which they pay. */
export function BalanceTerms({ contract }: { contract: Contract }) {
  const balances = [...contract.commits, ...contract.credits].sort(
    (a, b) => Number(decimalText(a.priority)) - Number(decimalText(b.priority)),
  )
  const { customer_id: customerId } = contract
  const { shown: dialog, open } = useDialog()
  const canEdit = useCanEdit(contract)
  if (balances.length === 0) return null
  const itemsOf = (balance: Balance): MenuItem[] => [
    {
      key: 'edit',
      label: 'Change…',
      onSelect: () => open((close) => <EditBalance {...{ customerId, balance }} onClose={close} />),
    },
    ...(balance.type === 'POSTPAID'
      ? [
          {
            key: 'trueup',
            label: 'End without a true-up…',
            onSelect: () =>
              open((close) => <DropTrueup {...{ customerId, balance }} onClose={close} />),
          },
        ]
      : []),
    {
      key: 'archive',
      label: 'Archive…',
      isDanger: true,
      onSelect: () =>
        open((close) => <ArchiveBalance {...{ customerId, balance }} onClose={close} />),
    },
  ]
  const shown = balances.slice(0, SHOWN_MAX)
  return (
    <Section
      title="Commits and credits"
      lead={
        <>
          In the order in which they pay. Their ledgers are among the customer’s{' '}
          <Link href={`/customers/${contract.customer_id}/balances`}>balances</Link>.
        </>
      }
    >
      <Table
        label="Commits and credits"
        columns={[
          ...columns(contract.customer_id),
          ...(canEdit
            ? [actionColumn(({ name, product }: Balance) => name ?? product.name, itemsOf)]
            : []),
        ]}
        rows={shown}
        rowKey={({ id }) => id}
      />
      {shown.length < balances.length && (
        <p className="muted">
          These are the first {SHOWN_MAX} of {balances.length}.
        </p>
      )}
      {dialog}
    </Section>
  )
}

function columns(customerId: string): Column<Balance>[] {
  return [
    {
      key: 'name',
      header: 'Name',
      cell: (balance) => (
        <>
          <strong>{balance.name ?? balance.product.name}</strong>
          <span className="term-notes">
            {BALANCE_KINDS[balance.type]}, priority {decimalText(balance.priority)}
            {balance.rate_type === 'COMMIT_RATE' && ', pays commit rates'}
            {balance.rollover_fraction !== undefined && ', rolls over'}
          </span>
          <Scope balance={balance} />
        </>
      ),
    },
    {
      key: 'access',
      header: 'Can be used',
      cell: ({ access_schedule: { schedule_items: items } }) => (
        <>
          <Period start={items[0]?.starting_at} end={items.at(-1)?.ending_before} />
          {items.length > 1 && <span className="term-notes">in {items.length} parts</span>}
        </>
      ),
    },
    {
      key: 'payments',
      header: 'Paid for',
      cell: (balance) => <Payments balance={balance} customerId={customerId} />,
    },
    {
      key: 'granted',
      header: 'Amount',
      align: 'right',
      cell: (balance) => (
        <Amount value={grantedOf(balance)} unit={balance.access_schedule.credit_type} />
      ),
    },
    {
      key: 'left',
      header: 'Left',
      align: 'right',
      cell: (balance) =>
        balance.balance === undefined ? (
          <span className="muted">–</span>
        ) : (
          <Amount value={balance.balance} unit={balance.access_schedule.credit_type} />
        ),
    },
  ]
}

/** What usage it is for, unless it is for all. */
function Scope({ balance }: { balance: Balance }) {
  const { productName } = useNames()
  const parts = scopeParts(balance, productName)
  if (parts.length === 0) return null
  return <Badge>For {parts.join(' or ')}</Badge>
}

function Payments({ balance, customerId }: { balance: Balance; customerId: string }) {
  const schedule = 'invoice_schedule' in balance ? balance.invoice_schedule : undefined
  if (schedule === undefined) return <span className="muted">Free</span>
  const { schedule_items: items, credit_type: unit, do_not_invoice } = schedule
  return (
    <>
      {items.slice(0, PAYMENTS_SHOWN).map(({ id, amount, timestamp, invoice_id }) => (
        <span key={id} className="term-line">
          {invoice_id === undefined ? (
            moneyText(amount, unit)
          ) : (
            <Link href={invoiceHref({ id: invoice_id, customerId })}>
              {moneyText(amount, unit)}
            </Link>
          )}{' '}
          <span className="muted">
            on <Time at={timestamp} />
          </span>
        </span>
      ))}
      {items.length > PAYMENTS_SHOWN && (
        <span className="term-notes">and {items.length - PAYMENTS_SHOWN} more</span>
      )}
      {do_not_invoice && <span className="term-notes">Invoiced elsewhere</span>}
    </>
  )
}
