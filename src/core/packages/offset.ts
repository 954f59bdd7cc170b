import { unreachable } from '../result.ts'
import { addMonths, DAY_MS } from '../time.ts'

export const OFFSET_UNITS = ['DAYS', 'WEEKS', 'MONTHS', 'YEARS'] as const
export type OffsetUnit = (typeof OFFSET_UNITS)[number]

/** A distance in time, such as 3 MONTHS; of a whole number of units, not negative. */
export interface Offset {
  value: number
  unit: OffsetUnit
}

/** The most of each unit: about a thousand years. */
export const OFFSET_VALUES_MAX: Record<OffsetUnit, number> = {
  DAYS: 365_000,
  WEEKS: 52_000,
  MONTHS: 12_000,
  YEARS: 1_000,
}

/**
 * The instant that lies these offsets after another one, each counted from the end of the one
 * before (pricing 12). Months and years that follow each other are counted together from their
 * start, so that a day beyond a month's end clamps once and does not drift: 31 Jan and two times
 * one month is 31 Mar, as is 31 Jan and two months.
 */
export function addOffsets(startMs: number, ...offsets: Offset[]): number {
  let at = startMs
  let months = 0
  for (const offset of offsets) {
    const { unit, size } = stepOf(offset)
    if (unit === 'month') {
      months += size
      continue
    }
    at = addMonths(at, months) + size * DAY_MS
    months = 0
  }
  return addMonths(at, months)
}

const SAMPLED_FROM = 3_976_214_400_000

/**
 * Whether one offset ends before another one does, from whatever instant both are counted. Months
 * are longest from the first of a month and shortest from the last, so these are tried, of eight
 * years from 2096 on: 2100 is no leap year.
 */
export function isAlwaysShorter(offset: Offset, other: Offset): boolean {
  for (let month = 0; month < 96; month += 1) {
    const first = addMonths(SAMPLED_FROM, month)
    for (const start of [first, addMonths(first, 1) - DAY_MS]) {
      if (addOffsets(start, offset) >= addOffsets(start, other)) return false
    }
  }
  return true
}

function stepOf({ value, unit }: Offset): { unit: 'month' | 'day'; size: number } {
  switch (unit) {
    case 'DAYS':
      return { unit: 'day', size: value }
    case 'WEEKS':
      return { unit: 'day', size: 7 * value }
    case 'MONTHS':
      return { unit: 'month', size: value }
    case 'YEARS':
      return { unit: 'month', size: 12 * value }
    default:
      return unreachable(unit)
  }
}
