import { Link } from 'wouter'
import type { Fact } from '../../components/page.tsx'
import type { Package } from '../offering/answers.ts'
import { useRateCard } from '../offering/pickers.tsx'
import { lengthText } from './offset-text.ts'

const DAYS: Record<string, string> = {
  FIRST_OF_MONTH: 'from the first of the month',
  CONTRACT_START: "from the contract's start",
}

type Shown = Omit<Package, 'created_at' | 'created_by'>

/** What a package says besides its terms. */
export function packageFacts(pack: Shown): Fact[] {
  const { usage_statement_schedule: schedule, duration } = pack
  const wait = schedule.invoice_generation_starting_at_offset
  const days = pack.net_payment_terms_days
  return [
    { label: 'Rate card', value: <CardOfPackage pack={pack} /> },
    {
      label: 'Contracts last',
      value: duration === undefined ? 'without end' : lengthText(duration),
    },
    {
      label: 'Usage is billed',
      value: `${schedule.frequency.toLowerCase()}, ${DAYS[schedule.day] ?? schedule.day.toLowerCase()}`,
    },
    ...fact('Nothing is invoiced for', wait && `the first ${lengthText(wait)}`),
    ...fact('Payable within', days === undefined ? undefined : `${String(days)} days`),
    ...fact('Contracts are called', pack.contract_name),
    ...fact(
      'Scheduled charges',
      pack.scheduled_charges_on_usage_invoices === 'ALL' ? 'on usage invoices' : undefined,
    ),
    ...fact(
      'Of several multipliers',
      pack.multiplier_override_prioritization === 'EXPLICIT'
        ? 'the one of the first priority holds'
        : undefined,
    ),
    ...fact('Uniqueness key', pack.uniqueness_key),
  ]
}

function fact(label: string, value: string | undefined): Fact[] {
  return value === undefined ? [] : [{ label, value }]
}

function CardOfPackage({ pack }: { pack: Shown }) {
  const { rate_card_id: id = '', rate_card_alias: alias } = pack
  const card = useRateCard(id)
  if (id !== '') return <Link href={`/offering/rate-cards/${id}`}>{card?.name ?? id}</Link>
  if (alias === undefined) return <>None</>
  return (
    <>
      <code>{alias}</code> <span className="muted">· by alias, as of the contract's start</span>
    </>
  )
}
