import { toText, ZERO } from '../decimal.ts'
import type { Balance } from './balance.ts'
import { type LedgerFacts, type Remaining, sourceKey } from './draw.ts'
import { leftBySeat, movementsOf } from './movements.ts'

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
      for (const [seatId, left] of leftBySeat(segment, bySegment.get(segment.id) ?? [])) {
        const seat = seatId === null ? {} : { seatId }
        const key = sourceKey({ balanceId, segmentId: segment.id, ...seat })
        remaining.set(key, toText(archivedAt !== null || left.isNegative() ? ZERO : left))
      }
    }
  }
  return remaining
}
