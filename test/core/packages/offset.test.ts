import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addOffsets, isAlwaysShorter, type Offset } from '../../../src/core/packages/offset.ts'
import { HOUR_MS } from '../../../src/core/time.ts'
import { at } from '../../support/terms.ts'

const days = (value: number): Offset => ({ value, unit: 'DAYS' })
const weeks = (value: number): Offset => ({ value, unit: 'WEEKS' })
const months = (value: number): Offset => ({ value, unit: 'MONTHS' })
const years = (value: number): Offset => ({ value, unit: 'YEARS' })

test('months clamp to the end of a shorter month', () => {
  expect(addOffsets(at('2026-01-31'), months(1))).toBe(at('2026-02-28'))
  expect(addOffsets(at('2028-01-31'), months(1))).toBe(at('2028-02-29'))
  expect(addOffsets(at('2026-05-31'), months(1))).toBe(at('2026-06-30'))
  expect(addOffsets(at('2026-01-30T17'), months(1))).toBe(at('2026-02-28T17'))
})

test('months are counted from the start, so a clamped day comes back', () => {
  expect(addOffsets(at('2026-01-31'), months(2))).toBe(at('2026-03-31'))
  expect(addOffsets(at('2026-01-31'), months(1), months(1))).toBe(at('2026-03-31'))
  expect(addOffsets(at('2026-01-31'), months(1), months(1), months(1))).toBe(at('2026-04-30'))
})

test('a year from 29 February ends on 28 February, and four years on 29 February again', () => {
  expect(addOffsets(at('2028-02-29'), years(1))).toBe(at('2029-02-28'))
  expect(addOffsets(at('2028-02-29'), years(4))).toBe(at('2032-02-29'))
  expect(addOffsets(at('2028-02-29'), years(1), months(36))).toBe(at('2032-02-29'))
  expect(addOffsets(at('2096-02-29'), years(4))).toBe(at('2100-02-28'))
})

test('days and weeks are of 24 hours and seven days, over the ends of months and leap days', () => {
  expect(addOffsets(at('2026-01-31'), days(1))).toBe(at('2026-02-01'))
  expect(addOffsets(at('2028-02-22'), weeks(1))).toBe(at('2028-02-29'))
  expect(addOffsets(at('2026-02-22'), weeks(1))).toBe(at('2026-03-01'))
  expect(addOffsets(at('2026-12-30T05'), weeks(2), days(3))).toBe(at('2027-01-16T05'))
})

test('offsets of different kinds follow each other in their order', () => {
  expect(addOffsets(at('2026-01-31'), months(1), days(1))).toBe(at('2026-03-01'))
  expect(addOffsets(at('2026-01-31'), days(1), months(1))).toBe(at('2026-03-01'))
  expect(addOffsets(at('2026-01-30'), days(1), months(1))).toBe(at('2026-02-28'))
  expect(addOffsets(at('2026-01-30'), months(1), days(1), months(1))).toBe(at('2026-04-01'))
})

test('no offset, and offsets of nothing, stay where they are', () => {
  expect(addOffsets(at('2026-01-31T09'))).toBe(at('2026-01-31T09'))
  for (const unit of ['DAYS', 'WEEKS', 'MONTHS', 'YEARS'] as const) {
    expect(addOffsets(at('2026-01-31T09'), { value: 0, unit })).toBe(at('2026-01-31T09'))
  }
})

test('a month is longer than 27 days from any start, and not always longer than 28', () => {
  expect(isAlwaysShorter(days(27), months(1))).toBe(true)
  expect(isAlwaysShorter(days(28), months(1))).toBe(false)
  expect(isAlwaysShorter(weeks(4), months(1))).toBe(false)
  expect(isAlwaysShorter(months(1), days(31))).toBe(false)
  expect(isAlwaysShorter(months(1), days(32))).toBe(true)
})

test('years are compared with months exactly, and with days by those without a leap day', () => {
  expect(isAlwaysShorter(months(11), years(1))).toBe(true)
  expect(isAlwaysShorter(months(12), years(1))).toBe(false)
  expect(isAlwaysShorter(days(364), years(1))).toBe(true)
  expect(isAlwaysShorter(days(365), years(1))).toBe(false)
  expect(isAlwaysShorter(years(1), days(366))).toBe(false)
  // From 2097 to 2101 there is no leap day.
  expect(isAlwaysShorter(days(1_460), years(4))).toBe(false)
  expect(isAlwaysShorter(days(1_459), years(4))).toBe(true)
})

const anyOffset = fc.record({
  value: fc.integer({ min: 0, max: 60 }),
  unit: fc.constantFrom('DAYS', 'WEEKS', 'MONTHS', 'YEARS'),
}) satisfies fc.Arbitrary<Offset>

const anyStart = fc
  .integer({ min: at('2000-01-01') / HOUR_MS, max: at('2200-01-01') / HOUR_MS })
  .map((hours) => hours * HOUR_MS)

test('what is always shorter is shorter from any start', () => {
  fc.assert(
    fc.property(anyOffset, anyOffset, anyStart, (a, b, start) => {
      fc.pre(isAlwaysShorter(a, b))
      expect(addOffsets(start, a)).toBeLessThan(addOffsets(start, b))
    }),
    { numRuns: 60 },
  )
})

test('from a start that is a month later, nothing ends earlier; what is on the hour stays on it', () => {
  fc.assert(
    fc.property(fc.array(anyOffset, { maxLength: 3 }), anyStart, anyStart, (offsets, a, b) => {
      const ends = [a, b].map((start) => addOffsets(start, ...offsets))
      expect(ends.map((end) => end % HOUR_MS)).toEqual([0, 0])
      fc.pre(b - a > 31 * 24 * HOUR_MS)
      expect(ends[0]).toBeLessThanOrEqual(ends[1]!)
    }),
  )
})
