import { Link } from 'wouter'
import type { Contract } from '../../api/answers.ts'
import { Quantity } from '../../components/amount.tsx'
import { Section } from '../../components/page.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Period, Time } from '../../components/time.tsx'
import { contractHref } from './contract-names.ts'
import { useSubscriptionItems } from './subscription-actions.tsx'
import { actionColumn, useCanEdit } from './term-menu.tsx'
import { subscriptionName, wordOf, type Subscription } from './term-text.ts'

/** What is charged by quantity each period, whatever the usage. */
export function SubscriptionTerms({ contract }: { contract: Contract }) {
  const { subscriptions } = contract
  const { shown, itemsOf } = useSubscriptionItems(contract)
  const canEdit = useCanEdit(contract)
  if (subscriptions.length === 0) return null
  return (
    <Section
      title="Subscriptions"
      lead={
        <>
          Who has seats, and how quantities have changed, is among the{' '}
          <Link href={`${contractHref(contract)}/subscriptions`}>subscriptions</Link>.
        </>
      }
    >
      <Table
        label="Subscriptions"
        rows={subscriptions}
        rowKey={({ id }) => id}
        columns={[...COLUMNS, ...(canEdit ? [actionColumn(subscriptionName, itemsOf)] : [])]}
      />
      {shown}
    </Section>
  )
}

const COLUMNS: readonly Column<Subscription>[] = [
  {
    key: 'name',
    header: 'Name',
    cell: (subscription) => (
      <>
        <strong>{subscriptionName(subscription)}</strong>
        <span className="term-notes">
          {wordOf(subscription.subscription_rate.billing_frequency)}
          {subscription.seat_config !== undefined &&
            `, seats by ${subscription.seat_config.seat_group_key}`}
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
