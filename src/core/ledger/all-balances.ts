import type { CustomerTerms } from '../contracts/terms.ts'
import type { Balance } from './balance.ts'
import { childBalances } from './child-balances.ts'

/**
 * All commits and credits of a customer as of an instant, but for what renewals take along: those
 * that were made by request, and those that recurring ones have made for periods that have started.
 * Of the latter, one that was edited is kept, and what is kept takes the place of what is derived.
 * In the order of their creation, then of their ids.
 */
export function allBalances(
  { contracts, balances }: Pick<CustomerTerms, 'contracts' | 'balances'>,
  now: number,
): Balance[] {
  const kept = new Set(balances.map(({ id }) => id))
  const derived = contracts.flatMap((contract) =>
    (contract.terms.recurringBalances ?? []).flatMap((recurring) =>
      childBalances(contract, recurring, now),
    ),
  )
  return [...balances, ...derived.filter(({ id }) => !kept.has(id))].toSorted(byCreation)
}

function byCreation(a: Balance, b: Balance): number {
  if (a.createdAt !== b.createdAt) return a.createdAt - b.createdAt
  return a.id < b.id ? -1 : Number(a.id > b.id)
}
