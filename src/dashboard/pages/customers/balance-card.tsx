import { useState } from 'react'
import { Link } from 'wouter'
import type { Balance, LedgerEntry } from '../../api/answers.ts'
import { Amount } from '../../components/amount.tsx'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { Chart } from '../../components/chart.tsx'
import { Card } from '../../components/page.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Period, Time } from '../../components/time.tsx'
import { decimalText } from '../../format/decimal-text.ts'
import { decimalsOf, moneyText, type Unit } from '../../format/money.ts'
import { formatDay } from '../../format/time-text.ts'
import { invoiceHref } from '../invoices/invoice-names.ts'
import { burnDown, entryName, grantedOf, sampleBurnDown } from './burn-down.ts'
import { specifierText } from './specifier-text.ts'

const KINDS = { PREPAID: 'Prepaid commit', POSTPAID: 'Postpaid commit', CREDIT: 'Credit' }

interface CardProps {
  balance: Balance
  now: Date
  customerId: string
}

/** One commit or credit: what is left of it, how it went, and every entry of its ledger. */
export function BalanceCard({ balance, now, customerId }: CardProps) {
  const [isOpen, setIsOpen] = useState(false)
  const { access_schedule: access, ledger, name, product, type } = balance
  const unit = access.credit_type
  const granted = grantedOf(balance)
  const left = decimalText(balance.balance ?? 0)
  const items = access.schedule_items
  const isOver = items.every(({ ending_before }) => new Date(ending_before) <= now)
  return (
    <Card className="balance">
      <header className="balance-head">
        <div>
          <h2>{name ?? product.name}</h2>
          <p className="muted">
            {KINDS[type]} ·{' '}
            <Period start={items[0]?.starting_at} end={items.at(-1)?.ending_before} />
            {' · '}priority {decimalText(balance.priority)}
          </p>
        </div>
        <div className="balance-left">
          <p className="figure">
            <Amount value={left} unit={unit} />
          </p>
          <p className="muted">
            left of <Amount value={granted} unit={unit} />
          </p>
        </div>
      </header>
      <progress
        className="bar"
        max={Number(granted) || 1}
        value={Math.max(Number(left), 0)}
        aria-label="What is left"
      />
      <p className="badges">
        {isOver && <Badge>Ended</Badge>}
        {balance.archived_at !== undefined && <Badge>Archived</Badge>}
        <Applies balance={balance} />
      </p>
      {ledger != null && ledger.length > 0 && (
        <>
          <Button kind="quiet" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
            {isOpen ? 'Hide the ledger' : `Show the ledger, ${ledger.length} entries`}
          </Button>
          {isOpen && <Ledger {...{ ledger, unit, customerId }} now={isOver ? new Date(0) : now} />}
        </>
      )}
    </Card>
  )
}

function Applies({ balance }: { balance: Balance }) {
  const {
    applicable_product_tags: tags = [],
    applicable_product_ids: ids = [],
    specifiers,
  } = balance
  const parts = [
    ...tags.map((tag) => `products tagged ${tag}`),
    ...(ids.length > 0 ? [`${ids.length} ${ids.length === 1 ? 'product' : 'products'}`] : []),
    ...(specifiers ?? []).map(specifierText),
  ]
  return <Badge>{parts.length === 0 ? 'For all usage' : `For ${parts.join(' or ')}`}</Badge>
}

interface LedgerProps {
  ledger: readonly LedgerEntry[]
  unit: Unit
  customerId: string
  /** The chart goes on until then. */
  now: Date
}

function Ledger({ ledger, unit, customerId, now }: LedgerProps) {
  const points = sampleBurnDown(burnDown(ledger), now)
  return (
    <div className="stack">
      <Chart
        kind="line"
        label="What was left over time"
        labels={points.map(({ at }) => formatDay(at))}
        series={[{ name: 'Left', values: points.map(({ left }) => Number(left)), isStepped: true }]}
        format={(value) => moneyText(value, unit)}
        height={200}
      />
      <Table
        label="Ledger"
        columns={columns(ledger, unit, customerId)}
        rows={ledger}
        rowKey={(entry) => JSON.stringify(entry)}
      />
    </div>
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
