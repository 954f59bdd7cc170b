import type { CustomerTerms } from '../contracts/terms.ts'
import type { AccessSegment, Balance } from './balance.ts'
import { childBalances } from './child-balances.ts'

/**
 * All commits and credits of a customer as of an instant, but for what renewals take along: those
 * that were made by request, and those that recurring ones have made for periods that have started.
 * Of the latter, one that was edited is kept, and what is kept takes the place of what is derived,
 * but for the seats that have been added since.
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
  const made = new Map(derived.map((balance) => [balance.id, balance]))
  const known = balances.map((balance) => addSeats(balance, made.get(balance.id)))
  return [...known, ...derived.filter(({ id }) => !kept.has(id))].toSorted(byCreation)
}

/** What was kept, with the adjustments for seats that it lacks, as long as its segments last. */
function addSeats(kept: Balance, made: Balance | undefined): Balance {
  const adjusted = new Map(made?.segments.map(({ id, adjustments = [] }) => [id, adjustments]))
  const lacks = ({ id, endingBefore, adjustments = [] }: AccessSegment) => {
    const known = new Set(adjustments.map(seatKey))
    const all = adjusted.get(id) ?? []
    return all.filter((own) => own.at < endingBefore && !known.has(seatKey(own)))
  }
  if (kept.segments.every((segment) => lacks(segment).length === 0)) return kept
  const segments = kept.segments.map((segment) => {
    const lacking = lacks(segment)
    if (lacking.length === 0) return segment
    return { ...segment, adjustments: [...(segment.adjustments ?? []), ...lacking] }
  })
  return { ...kept, segments }
}

function seatKey({ at, seatId = '' }: { at: number; seatId?: string }): string {
  return `${at}/${seatId}`
}

function byCreation(a: Balance, b: Balance): number {
  if (a.createdAt !== b.createdAt) return a.createdAt - b.createdAt
  return a.id < b.id ? -1 : Number(a.id > b.id)
}
