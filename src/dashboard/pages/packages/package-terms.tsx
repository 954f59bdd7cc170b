import type { ReactNode } from 'react'
import { Amount, Quantity } from '../../components/amount.tsx'
import { Badge } from '../../components/badge.tsx'
import { Section } from '../../components/page.tsx'
import { Table, type Column } from '../../components/table.tsx'
import type { Unit } from '../../format/money.ts'
import type { Package } from '../offering/answers.ts'
import { useProduct } from '../offering/pickers.tsx'
import { useCreditTypes } from '../offering/use-named.ts'
import { groupPayments, type PaymentItem } from './group-payments.ts'
import { lengthText, spanText } from './offset-text.ts'
import { OverrideChange, OverrideTarget } from './package-override.tsx'

type Balance = Package['commits'][number] | Package['credits'][number]
type Recurring = NonNullable<Package['recurring_commits']>[number]

interface Term {
  key: string
  kind: string
  name: ReactNode
  what: ReactNode
  when: string
}

/** What every contract of a package begins with, one term a line. */
export function PackageTerms({ pack }: { pack: Package }) {
  const terms = [
    ...[...pack.commits, ...pack.credits].flatMap(balanceTerms),
    ...(pack.recurring_commits ?? []).map((each) => recurringTerm(each, 'Recurring commit')),
    ...(pack.recurring_credits ?? []).map((each) => recurringTerm(each, 'Recurring credit')),
    ...pack.subscriptions.map(subscriptionTerm),
    ...pack.scheduled_charges.flatMap(chargeTerms),
    ...pack.overrides.map(overrideTerm),
    ...thresholdTerms(pack),
  ]
  return (
    <Section title="Terms" lead="Times count from the start of each contract.">
      <Table
        label="Terms of the package"
        columns={COLUMNS}
        rows={terms}
        rowKey={({ key }) => key}
        empty={<p className="muted">Only the prices of the rate card.</p>}
      />
    </Section>
  )
}

const COLUMNS: readonly Column<Term>[] = [
  { key: 'kind', header: 'Term', width: '11rem', cell: ({ kind }) => <Badge>{kind}</Badge> },
  { key: 'name', header: 'For', cell: ({ name }) => name },
  { key: 'what', header: 'What', cell: ({ what }) => what },
  { key: 'when', header: 'When', cell: ({ when }) => when },
]

const BALANCES: Record<string, string> = {
  PREPAID: 'Prepaid commit',
  POSTPAID: 'Postpaid commit',
  CREDIT: 'Credit',
}

function balanceTerms(balance: Balance): Term[] {
  const { id, type, product, access_schedule: access } = balance
  const paid = 'invoice_schedule' in balance ? balance.invoice_schedule : undefined
  const name = balance.name ?? product.name
  return [
    ...access.schedule_items.map((item) => ({
      key: item.id,
      kind: BALANCES[type] ?? type,
      name,
      what: <Amount value={item.amount} unit={access.credit_type} />,
      when: spanText(item.starting_at_offset, item.duration),
    })),
    ...groupPayments(paid?.schedule_items ?? []).map(({ first: item, count, when }) => ({
      key: `${id} ${item.id}`,
      kind: paid?.do_not_invoice === true ? 'Paid elsewhere' : 'Payment',
      name,
      what: <Payment item={item} count={count} unit={paid?.credit_type} />,
      when,
    })),
  ]
}

function recurringTerm(recurring: Recurring, kind: string): Term {
  const { id, product, access_amount: access, recurrence_frequency: frequency } = recurring
  const { starting_at_offset, duration, commit_duration: lasts } = recurring
  const period = frequency?.toLowerCase() ?? 'each billing period'
  return {
    key: id,
    kind,
    name: recurring.name ?? product.name,
    what: (
      <>
        <AccessAmount amount={access} />
        <span className="muted">
          {' '}
          {period}, each lasts {lengthText(lasts)}
        </span>
      </>
    ),
    when: spanText(starting_at_offset, duration),
  }
}

function subscriptionTerm(subscription: Package['subscriptions'][number]): Term {
  const { id, subscription_rate: rate, initial_quantity: quantity } = subscription
  const { starting_at_offset, duration, collection_schedule: schedule } = subscription
  return {
    key: id,
    kind: 'Subscription',
    name: subscription.name ?? rate.product.name,
    what: (
      <>
        {quantity !== undefined && (
          <>
            <Quantity value={quantity} /> ×{' '}
          </>
        )}
        {rate.product.name}
        <span className="muted">
          {' '}
          {rate.billing_frequency.toLowerCase()}, in {schedule.toLowerCase()}
        </span>
      </>
    ),
    when: spanText(starting_at_offset, duration),
  }
}

function chargeTerms(charge: Package['scheduled_charges'][number]): Term[] {
  const { schedule, product, name } = charge
  return groupPayments(schedule.schedule_items).map(({ first: item, count, when }) => ({
    key: item.id,
    kind: 'Charge',
    name: name ?? product.name,
    what: <Payment item={item} count={count} unit={schedule.credit_type} />,
    when,
  }))
}

function overrideTerm(override: Package['overrides'][number]): Term {
  return {
    key: override.id,
    kind: 'Override',
    name: <OverrideTarget override={override} />,
    what: <OverrideChange override={override} />,
    when: spanText(override.starting_at_offset, override.duration),
  }
}

function thresholdTerms(pack: Package): Term[] {
  const { spend_threshold_configuration: spend } = pack
  const { prepaid_balance_threshold_configuration: balance } = pack
  const when = (isEnabled: boolean) => (isEnabled ? 'at any time' : 'switched off')
  const terms: Term[] = []
  if (spend !== undefined) {
    terms.push({
      key: 'spend threshold',
      kind: 'Spend threshold',
      name: <ProductName id={spend.commit.product_id} />,
      what: (
        <>
          a commit once <Amount value={spend.threshold_amount} unit={USD} /> are not paid yet
        </>
      ),
      when: when(spend.is_enabled),
    })
  }
  if (balance !== undefined) {
    terms.push({
      key: 'balance threshold',
      kind: 'Balance threshold',
      name: <ProductName id={balance.commit.product_id} />,
      what: <Recharge balance={balance} />,
      when: when(balance.is_enabled),
    })
  }
  return terms
}

const USD = { name: 'USD (cents)' }

type BalanceThreshold = NonNullable<Package['prepaid_balance_threshold_configuration']>

function Recharge({ balance }: { balance: BalanceThreshold }) {
  const units = useCreditTypes()
  const unit = units.data?.find(({ id }) => id === balance.custom_credit_type_id) ?? USD
  return (
    <>
      below <Amount value={balance.threshold_amount} unit={unit} />, recharged to{' '}
      <Amount value={balance.recharge_to_amount} unit={unit} />
    </>
  )
}

function ProductName({ id }: { id: string }) {
  const product = useProduct(id)
  return <>{product?.current.name ?? '…'}</>
}

function AccessAmount({ amount }: { amount: Recurring['access_amount'] }) {
  const units = useCreditTypes()
  const { unit_price: price, quantity, credit_type_id } = amount
  const unit = units.data?.find(({ id }) => id === credit_type_id)
  return <Times price={price} quantity={quantity} unit={unit} />
}

interface PaymentProps {
  item: PaymentItem
  count: number
  unit: Unit | undefined
}

function Payment({ item: { unit_price, quantity }, count, unit }: PaymentProps) {
  return (
    <>
      <Times price={unit_price} quantity={quantity} unit={unit} />
      {count > 1 && <span className="muted"> · {count} times</span>}
    </>
  )
}

interface TimesProps {
  price: number
  quantity: number | undefined
  unit: Unit | undefined
}

function Times({ price, quantity, unit = { name: '' } }: TimesProps) {
  return (
    <>
      {quantity !== undefined && String(quantity) !== '1' && (
        <>
          <Quantity value={quantity} /> ×{' '}
        </>
      )}
      <Amount value={price} unit={unit} />
    </>
  )
}
