import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  recurringPeriods,
  type RecurrenceFrequency,
} from '../../../src/core/contracts/recurrence.ts'
import { DAY_MS } from '../../../src/core/time.ts'
import { at, period } from '../../support/terms.ts'

function startsOf(frequency: RecurrenceFrequency, anchor: string, from: string, to: string) {
  return [...recurringPeriods({ frequency, anchorMs: at(anchor) }, period(from, to))].map(
    ({ startMs }) => new Date(startMs).toISOString().slice(0, 10),
  )
}

test('occurrences on the 31st keep to the ends of months', () => {
  expect(startsOf('MONTHLY', '2026-01-31', '2026-02-10', '2026-05-01')).toEqual([
    '2026-01-31',
    '2026-02-28',
    '2026-03-31',
    '2026-04-30',
  ])
})

test('days and weeks are counted backwards from a later anchor, too', () => {
  expect(startsOf('WEEKLY', '2026-03-04', '2026-02-01', '2026-02-19')).toEqual([
    '2026-01-28',
    '2026-02-04',
    '2026-02-11',
    '2026-02-18',
  ])
  expect(startsOf('DAILY', '2026-03-04', '2026-02-27', '2026-03-02')).toEqual([
    '2026-02-27',
    '2026-02-28',
    '2026-03-01',
  ])
})

test('no period overlaps an empty range', () => {
  expect(startsOf('MONTHLY', '2026-01-01', '2026-02-01', '2026-02-01')).toEqual([])
})

test('periods meet, and cover all of the range', () => {
  const day = fc.integer({ min: 0, max: 20_000 }).map((n) => n * DAY_MS)
  const frequency = fc.constantFrom('MONTHLY' as const, 'QUARTERLY', 'ANNUAL', 'WEEKLY', 'DAILY')
  fc.assert(
    fc.property(
      frequency,
      day,
      day,
      fc.integer({ min: 1, max: 400 }),
      (each, anchorMs, from, n) => {
        const range = { startMs: from, endMs: from + n * DAY_MS }
        const periods = [...recurringPeriods({ frequency: each, anchorMs }, range)]
        expect(periods[0]!.startMs).toBeLessThanOrEqual(range.startMs)
        expect(periods[0]!.endMs).toBeGreaterThan(range.startMs)
        expect(periods.at(-1)!.endMs).toBeGreaterThanOrEqual(range.endMs)
        for (const [i, { startMs }] of periods.slice(1).entries()) {
          expect(startMs).toBe(periods[i]!.endMs)
        }
      },
    ),
  )
})
