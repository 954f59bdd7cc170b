import { Decimal, divide, sum, toText } from '../decimal.ts'
import type { Balance } from './balance.ts'

/**
 * What is paid for each unit that a commit grants, as its terms say (pricing 6.1, 6.2): 0 for what
 * costs nothing. Null where nothing is granted, and where units of one thing are paid in another,
 * whose ratio is no fraction.
 * @returns decimal text
 */
export function costBasis({ creditTypeId, segments, payments }: Balance): string | null {
  if (payments !== null && payments.schedule.creditTypeId !== creditTypeId) return null
  const granted = sum(segments.map(({ amount }) => new Decimal(amount)))
  if (granted.isZero()) return null
  const paid = sum((payments?.schedule.items ?? []).map(({ amount }) => new Decimal(amount)))
  return toText(divide(paid, granted))
}
