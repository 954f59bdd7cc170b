import { assert, unreachable } from '../result.ts'
import { addMonths, DAY_MS, type Period } from '../time.ts'

export type RecurrenceFrequency =
  | 'MONTHLY'
  | 'QUARTERLY'
  | 'SEMI_ANNUAL'
  | 'ANNUAL'
  | 'WEEKLY'
  | 'DAILY'

/** Something that repeats from an instant on, and before it in the same rhythm. */
export interface Recurrence {
  frequency: RecurrenceFrequency
  anchorMs: number
}

/** The whole periods between occurrences that overlap a range of time, in order, as far as needed. */
export function* recurringPeriods(recurrence: Recurrence, range: Period): Generator<Period> {
  if (range.startMs >= range.endMs) return
  let count = occurrenceAt(recurrence, range.startMs)
  let startMs = occurrence(recurrence, count)
  while (startMs < range.endMs) {
    count += 1
    const endMs = occurrence(recurrence, count)
    yield { startMs, endMs }
    startMs = endMs
  }
}

// A guess by the mean length of a month is at most one occurrence off; the loops put it right.
const MONTH_MS_MEAN = (365.2425 / 12) * DAY_MS

/** The number of the last occurrence of the anchor at or before an instant. */
function occurrenceAt(recurrence: Recurrence, at: number): number {
  const { unit, size } = stepOf(recurrence.frequency)
  const stepMs = size * (unit === 'month' ? MONTH_MS_MEAN : DAY_MS)
  let count = Math.floor((at - recurrence.anchorMs) / stepMs)
  while (occurrence(recurrence, count) > at) count -= 1
  while (occurrence(recurrence, count + 1) <= at) count += 1
  return count
}

/**
 * The n-th repetition of the anchor, counted from the anchor itself, backwards too. Counting from
 * the anchor keeps days 29–31 from drifting: 31 Jan → 28 Feb → 31 Mar.
 */
function occurrence(recurrence: Recurrence, count: number): number {
  assert(Number.isSafeInteger(count), 'the count of periods must be a whole number')
  const { unit, size } = stepOf(recurrence.frequency)
  if (unit === 'day') return recurrence.anchorMs + count * size * DAY_MS
  return addMonths(recurrence.anchorMs, count * size)
}

function stepOf(frequency: RecurrenceFrequency): { unit: 'month' | 'day'; size: number } {
  switch (frequency) {
    case 'MONTHLY':
      return { unit: 'month', size: 1 }
    case 'QUARTERLY':
      return { unit: 'month', size: 3 }
    case 'SEMI_ANNUAL':
      return { unit: 'month', size: 6 }
    case 'ANNUAL':
      return { unit: 'month', size: 12 }
    case 'WEEKLY':
      return { unit: 'day', size: 7 }
    case 'DAILY':
      return { unit: 'day', size: 1 }
    default:
      return unreachable(frequency)
  }
}
