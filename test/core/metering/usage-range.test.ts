import { expect, test } from 'vitest'
import { checkUsageRange, windowBoundaries } from '../../../src/core/metering/usage-range.ts'
import { DAY_MS, HOUR_MS } from '../../../src/core/time.ts'

const MARCH_2 = Date.parse('2026-03-02T00:00:00Z')

test('TV-22: bounds must be midnights, at least a day apart', () => {
  expect(checkUsageRange(MARCH_2 + HOUR_MS, MARCH_2 + DAY_MS)).toMatchObject({
    error: { message: expect.stringContaining('starting_on') },
  })
  expect(checkUsageRange(MARCH_2, MARCH_2 + DAY_MS + 1)).toMatchObject({
    error: { message: expect.stringContaining('ending_before') },
  })
  expect(checkUsageRange(MARCH_2, MARCH_2)).toMatchObject({ ok: false })
  expect(checkUsageRange(MARCH_2, MARCH_2 - DAY_MS)).toMatchObject({ ok: false })
  expect(checkUsageRange(MARCH_2, MARCH_2 + DAY_MS)).toEqual({ ok: true, value: null })
})

test('windows tile the range', () => {
  expect(windowBoundaries(0, 2 * DAY_MS, 'DAY')).toEqual({
    ok: true,
    value: [0, DAY_MS, 2 * DAY_MS],
  })
  expect(windowBoundaries(0, 2 * DAY_MS, 'NONE')).toEqual({ ok: true, value: [0, 2 * DAY_MS] })
  const hours = windowBoundaries(0, DAY_MS, 'HOUR')
  expect(hours.ok && hours.value).toHaveLength(25)
})

test('a last window that the range cuts is shorter', () => {
  expect(windowBoundaries(0, DAY_MS + HOUR_MS, 'DAY')).toEqual({
    ok: true,
    value: [0, DAY_MS, DAY_MS + HOUR_MS],
  })
})

test('windows are days of the calendar, also where the range begins inside of one', () => {
  expect(windowBoundaries(7 * HOUR_MS, 2 * DAY_MS, 'DAY')).toEqual({
    ok: true,
    value: [7 * HOUR_MS, DAY_MS, 2 * DAY_MS],
  })
})

test('more windows than a year of hours are refused', () => {
  expect(windowBoundaries(0, 367 * DAY_MS, 'HOUR')).toMatchObject({
    error: {
      message: 'ending_before: a HOUR query may span at most 8784 windows; this one has 8808',
    },
  })
})
