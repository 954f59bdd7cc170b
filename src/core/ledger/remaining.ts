import { type Decimal, toText, ZERO } from '../decimal.ts'
import type { AccessSegment, Balance } from './balance.ts'
import { type LedgerFacts, type Remaining, sourceKey } from './draw.ts'
import { type Movement, movementsOf } from './movements.ts'

/**
 * What each segment of the balances has left before any draft draws on it (pricing 16, 17): of each
 * seat, where its seats have parts of their own. Manual entries count whenever they are dated, as
 * they do in balances. Nothing is ever below 0, and nothing is left of what is archived.
 */
export function openingRemaining(balances: readonly Balance[], facts: LedgerFacts): Remaining {
  const movements = movementsOf(balances, { facts, reserved: [] })
  const remaining = new Map<string, string>()
  for (const { id: balanceId, segments, archivedAt } of balances) {
    const bySegment = Map.groupBy(movements.get(balanceId) ?? [], ({ segmentId }) => segmentId)
    for (const segment of segments) {
      const own = bySegment.get(segment.id) ?? []
      for (const [seatId, left] of leftOf(segment, own)) {
        const key = sourceKey({ balanceId, segmentId: segment.id, ...seatOf(seatId) })
        remaining.set(key, toText(archivedAt !== null || left.isNegative() ? ZERO : left))
      }
    }
  }
  return remaining
}

function seatOf(seatId: string | null) {
  return seatId === null ? {} : { seatId }
}

/** By seats; of segments without, under null. */
function leftOf(segment: AccessSegment, movements: Movement[]): Map<string | null, Decimal> {
  const left = new Map<string | null, Decimal>()
  const add = (seatId: string | null, amount: Decimal) => {
    left.set(seatId, (left.get(seatId) ?? ZERO).plus(amount))
  }
  for (const { amount, seats } of movements) {
    if (segment.seats === undefined) add(null, amount)
    else for (const [seatId, part] of seats) add(seatId, part)
  }
  return left
}
