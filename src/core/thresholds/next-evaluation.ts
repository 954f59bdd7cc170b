import type { Contract } from '../contracts/contract.ts'
import { MINUTE_MS } from '../time.ts'

/** How often thresholds are evaluated (pricing 9.2). */
export const EVALUATION_INTERVAL_MS = 3 * MINUTE_MS

/** When a contract's thresholds are evaluated first, or anew after a change; null for never. */
export function firstEvaluation(contract: Contract, now: number): number | null {
  const { startingAt, endingBefore, archivedAt, terms } = contract
  const { spendThreshold, prepaidThreshold } = terms
  const isWatched = spendThreshold?.isEnabled === true || prepaidThreshold?.isEnabled === true
  const isOver = archivedAt !== null || now >= (endingBefore ?? Infinity)
  return isWatched && !isOver ? Math.max(now, startingAt) : null
}

/** When they are evaluated next, once they have been; null for never. */
export function nextEvaluation(contract: Contract, now: number): number | null {
  const first = firstEvaluation(contract, now)
  if (first === null || first > now) return first
  return firstEvaluation(contract, now + EVALUATION_INTERVAL_MS)
}
