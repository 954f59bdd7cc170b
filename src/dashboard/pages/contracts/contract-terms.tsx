import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Balance, Contract } from '../../api/answers.ts'
import { Amount, Quantity } from '../../components/amount.tsx'
import { Section } from '../../components/page.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Period, Time } from '../../components/time.tsx'
import { addDecimals, decimalText } from '../../format/decimal-text.ts'
import { specifierText } from '../customers/specifier-text.ts'
import { OverrideText } from '../invoices/line-price.tsx'

type Override = Contract['overrides'][number]
type Charge = NonNullable<Contract['scheduled_charges']>[number]

/** One thing that a contract has besides its rate card. */
interface Term {
  key: string
  name: string
  kind: string
  detail: ReactNode
  start: string | undefined
  end: string | undefined
  /** It is for one date, and not from then on. */
  isDated?: boolean
}

/** Everything that was agreed on besides the rate card, in one list. */
export function ContractTerms({ contract }: { contract: Contract }) {
  const terms = termsOf(contract)
  if (terms.length === 0) return null
  return (
    <Section
      title="Terms"
      lead={
        <>
          What is left of commits and credits is among the{' '}
          <Link href={`/customers/${contract.customer_id}/balances`}>balances</Link>.
        </>
      }
    >
      <Table label="Terms" columns={COLUMNS} rows={terms} rowKey={({ key }) => key} />
    </Section>
  )
}

const COLUMNS: readonly Column<Term>[] = [
  { key: 'name', header: 'Term', cell: ({ name }) => <strong>{name}</strong> },
  { key: 'kind', header: 'Kind', cell: ({ kind }) => kind },
  {
    key: 'when',
    header: 'When',
    cell: ({ start, end, isDated = false }) =>
      isDated ? <Time at={start} /> : <Period start={start} end={end} />,
  },
  { key: 'detail', header: 'What', align: 'right', cell: ({ detail }) => detail },
]

function termsOf(contract: Contract): Term[] {
  return [
    ...[...contract.commits, ...contract.credits].map(balanceTerm),
    ...contract.overrides.map(overrideTerm),
    ...contract.subscriptions.map((subscription): Term => {
      const { id, starting_at, ending_before, quantity_schedule: quantities } = subscription
      return {
        key: id ?? starting_at,
        name: subscription.subscription_rate.product.name,
        kind: 'Subscription',
        start: starting_at,
        end: ending_before,
        detail: (
          <>
            <Quantity value={quantities[0]?.quantity} /> ×{' '}
            {subscription.subscription_rate.billing_frequency.toLowerCase()}
          </>
        ),
      }
    }),
    ...(contract.scheduled_charges ?? []).map(chargeTerm),
    ...[...(contract.recurring_commits ?? []), ...(contract.recurring_credits ?? [])].map(
      (recurring): Term => ({
        key: recurring.id,
        name: recurring.name ?? recurring.product.name,
        kind: 'Recurring',
        start: recurring.starting_at,
        end: recurring.ending_before,
        detail: recurring.recurrence_frequency?.toLowerCase() ?? '',
      }),
    ),
  ]
}

function chargeTerm(charge: Charge): Term {
  const { schedule_items: items, credit_type: unit } = charge.schedule
  const total = addDecimals(items.map(({ amount }) => decimalText(amount)))
  return {
    key: charge.id,
    name: charge.name ?? charge.product.name,
    kind: items.length === 1 ? 'Charge' : `${items.length} charges`,
    start: items[0]?.timestamp,
    end: undefined,
    isDated: items.length === 1,
    detail: <Amount value={total} unit={unit} />,
  }
}

const KINDS = { PREPAID: 'Prepaid commit', POSTPAID: 'Postpaid commit', CREDIT: 'Credit' }

function balanceTerm(balance: Balance): Term {
  const { id, name, product, type, access_schedule: access } = balance
  const items = access.schedule_items
  const total = addDecimals(items.map(({ amount }) => decimalText(amount)))
  return {
    key: id,
    name: name ?? product.name,
    kind: KINDS[type],
    start: items[0]?.starting_at,
    end: items.at(-1)?.ending_before,
    detail: <Amount value={total} unit={access.credit_type} />,
  }
}

function overrideTerm(override: Override): Term {
  const { id, product, starting_at, ending_before, applicable_product_tags: tags } = override
  const { overwrite_rate: rate, multiplier, override_tiers: tiers, entitled } = override
  const taggedAs = tags === undefined ? [] : [`products tagged ${tags.join(', ')}`]
  const specifiers = (override.override_specifiers ?? []).map(specifierText)
  const unit = rate?.credit_type ?? { name: 'USD (cents)' }
  const change = {
    id,
    type: override.type ?? 'MULTIPLIER',
    ...(multiplier !== undefined && { multiplier }),
    ...(rate !== undefined && { overwrite_rate: rate }),
    ...(tiers !== undefined && { tiers }),
  }
  const isOfPrice = multiplier !== undefined || rate !== undefined || tiers !== undefined
  return {
    key: id,
    name: product?.name ?? ([...taggedAs, ...specifiers].join(' or ') || 'All products'),
    kind: 'Override',
    start: starting_at,
    end: ending_before,
    detail: (
      <>
        {isOfPrice && <OverrideText override={change} unit={unit} />}
        {entitled !== undefined && (entitled ? ' Entitled' : ' Not entitled')}
      </>
    ),
  }
}
