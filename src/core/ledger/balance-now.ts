import { type Decimal, ZERO } from '../decimal.ts'
import type { AccessSegment, Balance } from './balance.ts'
import { leftBySeat, type Movement } from './movements.ts'

/**
 * What of a balance can be used at an instant (pricing 17): what its segments of that instant have
 * left after everything, whenever it is dated. Neither segments nor seats pay for what was taken
 * from others beyond what they had.
 * @param movements the balance's
 */
export function balanceNow(
  { segments, archivedAt }: Balance,
  movements: readonly Movement[],
  now: number,
): Decimal {
  if (archivedAt !== null) return ZERO
  let usable = ZERO
  for (const segment of segments) {
    if (!isActive(segment, now)) continue
    const own = movements.filter(({ segmentId }) => segmentId === segment.id)
    for (const left of leftBySeat(segment, own).values()) {
      if (left.gt(0)) usable = usable.plus(left)
    }
  }
  return usable
}

export function isActive({ startingAt, endingBefore }: AccessSegment, now: number): boolean {
  return startingAt <= now && now < endingBefore
}
