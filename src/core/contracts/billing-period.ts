import { addMonths, DAY_MS, type Period } from '../time.ts'
import { assert, unreachable } from '../result.ts'
import type { Contract, StatementFrequency, StatementSchedule } from './contract.ts'

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
  let count = occurrenceAt(statementSchedule, from)
  let startMs = Math.max(startingAt, occurrence(statementSchedule, count))
  while (startMs < until) {
    count += 1
    const whole = { startMs, endMs: Math.min(endingBefore, occurrence(statementSchedule, count)) }
    for (const part of splitPeriod(whole, breaks)) {
      if (part.endMs > from && part.startMs < until) yield part
    }
    startMs = whole.endMs
  }
}

function splitPeriod({ startMs, endMs }: Period, breaks: number[]): Period[] {
  const inside = breaks.filter((at) => at > startMs && at < endMs).toSorted((a, b) => a - b)
  const starts = [startMs, ...inside]
  return starts.map((start, i) => ({ startMs: start, endMs: starts[i + 1] ?? endMs }))
}

// A guess by the mean length of a month is at most one occurrence off; the loops put it right.
const MONTH_MS_MEAN = (365.2425 / 12) * DAY_MS

/** The number of the last occurrence of the anchor at or before an instant. */
function occurrenceAt(schedule: StatementSchedule, at: number): number {
  const { unit, size } = stepOf(schedule.frequency)
  const stepMs = size * (unit === 'month' ? MONTH_MS_MEAN : DAY_MS)
  let count = Math.floor((at - schedule.anchorMs) / stepMs)
  while (occurrence(schedule, count) > at) count -= 1
  while (occurrence(schedule, count + 1) <= at) count += 1
  return count
}

/**
 * The n-th repetition of the anchor, counted from the anchor itself, backwards too. Counting from
 * the anchor keeps days 29–31 from drifting: 31 Jan → 28 Feb → 31 Mar.
 */
function occurrence(schedule: StatementSchedule, count: number): number {
  assert(Number.isSafeInteger(count), 'the count of statement periods must be a whole number')
  const { unit, size } = stepOf(schedule.frequency)
  if (unit === 'day') return schedule.anchorMs + count * size * DAY_MS
  return addMonths(schedule.anchorMs, count * size)
}

function stepOf(frequency: StatementFrequency): { unit: 'month' | 'day'; size: number } {
  switch (frequency) {
    case 'MONTHLY':
      return { unit: 'month', size: 1 }
    case 'QUARTERLY':
      return { unit: 'month', size: 3 }
    case 'ANNUAL':
      return { unit: 'month', size: 12 }
    case 'WEEKLY':
      return { unit: 'day', size: 7 }
    default:
      return unreachable(frequency)
  }
}
