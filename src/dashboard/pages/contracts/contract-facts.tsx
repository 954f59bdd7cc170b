import { Link } from 'wouter'
import type { Contract } from '../../api/answers.ts'
import type { Fact } from '../../components/page.tsx'
import { Period, Time } from '../../components/time.tsx'
import { contractHref } from './contract-names.ts'
import { wordOf } from './term-text.ts'
import { usePackages, useRateCards } from './use-offering.ts'

const EVERY: Record<string, string> = {
  WEEKLY: 'Every week',
  MONTHLY: 'Every month',
  QUARTERLY: 'Every quarter',
  ANNUAL: 'Every year',
}

/** What holds for the contract as a whole. */
export function useContractFacts(contract: Contract): Fact[] {
  const cards = useRateCards()
  const packages = usePackages()
  const { rate_card_id, usage_statement_schedule: schedule, usage_filter } = contract
  const card = cards.data?.find(({ id }) => id === rate_card_id)
  const days = contract.net_payment_terms_days
  const facts: (Fact | false)[] = [
    {
      label: 'Duration',
      value:
        contract.ending_before === undefined ? (
          <>
            <Period start={contract.starting_at} />, no end
          </>
        ) : (
          <Period start={contract.starting_at} end={contract.ending_before} />
        ),
    },
    {
      label: 'Rate card',
      value:
        rate_card_id === undefined ? (
          'None'
        ) : (
          <Link href={`/offering/rate-cards/${rate_card_id}`}>{card?.name ?? '…'}</Link>
        ),
    },
    {
      label: 'Usage is billed',
      value: (
        <>
          {EVERY[schedule.frequency]}, counted from <Time at={schedule.billing_anchor_date} />
        </>
      ),
    },
    { label: 'Payment', value: dueText(days) },
    contract.total_contract_value !== undefined && {
      label: 'Total contract value',
      value: String(contract.total_contract_value),
    },
    contract.package_id !== undefined && {
      label: 'Package',
      value: (
        <Link href={`/offering/packages/${contract.package_id}`}>
          {packages.data?.find(({ id }) => id === contract.package_id)?.name ?? '…'}
        </Link>
      ),
    },
    contract.multiplier_override_prioritization !== undefined && {
      label: 'Of several multipliers',
      value: `${wordOf(contract.multiplier_override_prioritization)} wins`,
    },
    usage_filter.length > 0 && {
      label: 'Only usage with',
      value: usage_filter
        .map(({ group_key, group_values }) => `${group_key} ${group_values.join(' or ')}`)
        .join('; '),
    },
    ...contract.transitions.map((transition) => transitionFact(contract, transition)),
  ]
  return facts.filter((fact) => fact !== false)
}

export function dueText(days: number | undefined): string {
  if (days === undefined) return 'No terms of its own'
  return days === 0 ? 'Due at once' : `Due ${days} days after the invoice`
}

function transitionFact(
  { id, customer_id }: Contract,
  { type, from_contract_id: from, to_contract_id: to }: Contract['transitions'][number],
): Fact {
  const isFormer = from === id
  return {
    label: type === 'RENEWAL' ? 'Renewal' : 'Supersedes',
    value: (
      <Link href={contractHref({ customer_id, id: isFormer ? to : from })}>
        {isFormer ? 'by the contract after it' : 'of the contract before it'}
      </Link>
    ),
  }
}
