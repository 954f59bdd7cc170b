import { Link } from 'wouter'
import type { Contract } from '../../api/answers.ts'
import { Amount, Quantity } from '../../components/amount.tsx'
import { Section } from '../../components/page.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Period, Time } from '../../components/time.tsx'
import { decimalsOf } from '../../format/money.ts'
import { invoiceHref } from '../invoices/invoice-names.ts'
import {
  recurringText,
  totalOf,
  wordOf,
  type ScheduledCharge,
  type Subscription,
} from './term-text.ts'
import { useNames } from './use-offering.ts'

/** Commits and credits that come again each period. */
export function RecurringTerms({ contract }: { contract: Contract }) {
  const { unitOf } = useNames()
  const rows = [
    ...(contract.recurring_commits ?? []).map((term) => ({
      term,
      kind: 'Commit',
    })),
    ...(contract.recurring_credits ?? []).map((term) => ({
      term,
      kind: 'Credit',
    })),
  ]
  if (rows.length === 0) return null
  return (
    <Section title="Recurring commits and credits">
      <Table
        label="Recurring commits and credits"
        rows={rows}
        rowKey={({ term }) => term.id}
        columns={[
          {
            key: 'name',
            header: 'Name',
            cell: ({ term, kind }) => (
              <>
                <strong>{term.name ?? term.product.name}</strong>
                <span className="term-notes">
                  {kind}
                  {term.subscription_config !== undefined && ', follows a subscription’s seats'}
                </span>
              </>
            ),
          },
          { key: 'grants', header: 'Grants', cell: ({ term }) => recurringText(term, unitOf) },
          {
            key: 'period',
            header: 'Valid',
            cell: ({ term }) => <Period start={term.starting_at} end={term.ending_before} />,
          },
        ]}
      />
    </Section>
  )
}

const SUBSCRIPTION_COLUMNS: readonly Column<Subscription>[] = [
  {
    key: 'name',
    header: 'Name',
    cell: ({ name, subscription_rate: rate, seat_config }) => (
      <>
        <strong>{name ?? rate.product.name}</strong>
        <span className="term-notes">
          {wordOf(rate.billing_frequency)}
          {seat_config !== undefined && `, seats by ${seat_config.seat_group_key}`}
        </span>
      </>
    ),
  },
  {
    key: 'quantity',
    header: 'Quantity',
    cell: ({ quantity_schedule: quantities }) =>
      quantities.map(({ quantity, starting_at }, i) => (
        <span key={starting_at} className="term-line">
          <Quantity value={quantity} />
          {i > 0 && (
            <span className="muted">
              {' '}
              from <Time at={starting_at} />
            </span>
          )}
        </span>
      )),
  },
  {
    key: 'billed',
    header: 'Billed',
    cell: ({ collection_schedule, proration }) => (
      <>
        In {collection_schedule.toLowerCase()}
        <span className="term-notes">
          {proration.is_prorated
            ? `Prorated, ${proration.invoice_behavior === 'BILL_IMMEDIATELY' ? 'billed at once' : 'billed next time'}`
            : 'Not prorated'}
        </span>
      </>
    ),
  },
  {
    key: 'next',
    header: 'Next period',
    cell: ({ billing_periods: { next } }) =>
      next === undefined ? (
        <span className="muted">–</span>
      ) : (
        <Period start={next.starting_at} end={next.ending_before} />
      ),
  },
  {
    key: 'period',
    header: 'Valid',
    cell: ({ starting_at, ending_before }) => <Period start={starting_at} end={ending_before} />,
  },
]

export function SubscriptionTerms({ contract: { subscriptions } }: { contract: Contract }) {
  if (subscriptions.length === 0) return null
  return (
    <Section title="Subscriptions">
      <Table
        label="Subscriptions"
        rows={subscriptions}
        rowKey={({ id }) => id}
        columns={SUBSCRIPTION_COLUMNS}
      />
    </Section>
  )
}

interface ScheduledProps {
  title: string
  charges: readonly ScheduledCharge[]
  customerId: string
}

/** Scheduled charges or discounts, each date in a row. */
export function ScheduledTerms({ title, charges, customerId }: ScheduledProps) {
  if (charges.length === 0) return null
  const rows = charges.flatMap((charge) =>
    charge.schedule.schedule_items.map((item) => ({ charge, item })),
  )
  const decimals = decimalsOf(
    rows.map(({ charge, item }) => ({ value: item.amount, unit: charge.schedule.credit_type })),
  )
  const units = new Set(charges.map(({ schedule }) => schedule.credit_type.name))
  const unit = charges[0]?.schedule.credit_type
  return (
    <Section title={title}>
      <Table
        label={title}
        rows={rows}
        rowKey={({ item }) => item.id}
        columns={[
          {
            key: 'name',
            header: 'Name',
            cell: ({ charge }) => <strong>{charge.name ?? charge.product.name}</strong>,
          },
          { key: 'at', header: 'Date', cell: ({ item }) => <Time at={item.timestamp} /> },
          {
            key: 'invoice',
            header: 'Invoice',
            cell: ({ item: { invoice_id: id } }) =>
              id === undefined ? (
                <span className="muted">Not yet</span>
              ) : (
                <Link href={invoiceHref({ id, customerId })}>Invoice</Link>
              ),
          },
          {
            key: 'amount',
            header: 'Amount',
            align: 'right',
            cell: ({ charge, item }) => (
              <Amount value={item.amount} unit={charge.schedule.credit_type} decimals={decimals} />
            ),
          },
        ]}
        {...(rows.length > 1 &&
          units.size === 1 &&
          unit !== undefined && {
            footer: (
              <tr>
                <td colSpan={3}>Total</td>
                <td className="align-right">
                  <Amount
                    value={totalOf(rows.map(({ item }) => item))}
                    unit={unit}
                    decimals={decimals}
                  />
                </td>
              </tr>
            ),
          })}
      />
    </Section>
  )
}
