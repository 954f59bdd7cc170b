import type { Period } from '../time.ts'
import type { Contract } from './contract.ts'
import { recurringPeriods } from './recurrence.ts'

/** What decides a contract's statement periods (pricing 4.1). */
export type BillingTerms = Pick<Contract, 'startingAt' | 'endingBefore' | 'terms'>

/**
 * The statement period of a contract that contains an instant; null outside of the contract.
 * Periods tile the contract's life: they meet at the anchor's occurrences, the first begins with
 * the contract and the last ends with it.
 */
export function billingPeriodAt(contract: BillingTerms, at: number): Period | null {
  for (const period of billingPeriods(contract, { startMs: at, endMs: at + 1 })) return period
  return null
}

/** The statement periods that overlap a range of time, in order; taken as far as they are needed. */
export function* billingPeriods(contract: BillingTerms, range: Period): Generator<Period> {
  const { statementSchedule } = contract.terms
  const { invoicedFrom = -Infinity, breaks = [] } = statementSchedule
  const startingAt = Math.max(contract.startingAt, invoicedFrom)
  const endingBefore = contract.endingBefore ?? Infinity
  const from = Math.max(startingAt, range.startMs)
  const until = Math.min(endingBefore, range.endMs)
  if (from >= until) return
  for (const whole of recurringPeriods(statementSchedule, { startMs: from, endMs: until })) {
    const startMs = Math.max(startingAt, whole.startMs)
    const endMs = Math.min(endingBefore, whole.endMs)
    for (const part of splitPeriod({ startMs, endMs }, breaks)) {
      if (part.endMs > from && part.startMs < until) yield part
    }
  }
}

/** The parts of a period between some instants, of which those outside of it do not count. */
export function splitPeriod({ startMs, endMs }: Period, breaks: number[]): Period[] {
  const inside = breaks.filter((at) => at > startMs && at < endMs).toSorted((a, b) => a - b)
  const starts = [startMs, ...inside]
  return starts.map((start, i) => ({ startMs: start, endMs: starts[i + 1] ?? endMs }))
}
