import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TimeUnit } from '../../../../src/core/sql/plan.ts'
import {
  boundariesBetween,
  civilDay,
  microsOf,
  parseSqlTimestamp,
  remainder,
  timestampText,
  truncateMicros,
  unitAfter,
  wholeUnits,
} from '../../../../src/core/sql/values/timestamps.ts'

const micros = (iso: string) => Date.parse(iso) * 1_000

test('an event has whole microseconds: finer digits are cut off', () => {
  expect(microsOf(1_774_008_000_123, '')).toBe(1_774_008_000_123_000)
  expect(microsOf(1_774_008_000_123, '4')).toBe(1_774_008_000_123_400)
  expect(microsOf(1_774_008_000_123, '456999')).toBe(1_774_008_000_123_456)
  expect(microsOf(1_774_008_000_123, '0009')).toBe(1_774_008_000_123_000)
})

test('a timestamp is written with milliseconds, and finer only where there is more', () => {
  expect(timestampText(1_774_008_000_000_000)).toBe('2026-03-20T12:00:00.000Z')
  expect(timestampText(1_774_008_000_000_123)).toBe('2026-03-20T12:00:00.000123Z')
  expect(timestampText(1_774_008_000_120_100)).toBe('2026-03-20T12:00:00.1201Z')
  expect(timestampText(-1)).toBe('1969-12-31T23:59:59.999999Z')
})

test('timestamps are read as SQL writes them', () => {
  const noon = micros('2026-01-31T12:00:00Z')
  const forms = [
    '2026-01-31 12:00:00',
    '2026-01-31T12:00:00Z',
    '2026-01-31t12:00:00z',
    '2026-01-31 12:00',
  ]
  const offsets = [
    '2026-01-31 14:00:00+02:00',
    '2026-01-31 14:00:00 +02',
    '2026-01-31T06:30:00-0530',
  ]
  for (const text of [...forms, ...offsets, ' 2026-01-31 12:00:00.000 ', '2026-01-31 12:00Z']) {
    expect({ text, micros: parseSqlTimestamp(text) }).toEqual({ text, micros: noon })
  }
  expect(parseSqlTimestamp('2026-01-31')).toBe(micros('2026-01-31T00:00:00Z'))
  expect(parseSqlTimestamp('2024-02-29')).toBe(micros('2024-02-29T00:00:00Z'))
  expect(parseSqlTimestamp('2026-01-31 12:00:00.123456789')).toBe(noon + 123_456)
  expect(parseSqlTimestamp('1970-01-01T00:00:00Z')).toBe(0)
  expect(parseSqlTimestamp('9999-12-31 23:59:59.999999')).toBe(micros('9999-12-31T23:59:59Z'))
})

test('what is no timestamp is none', () => {
  const days = [
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-1-1',
    '26-01-01',
    '20260101',
  ]
  const times = [
    '2026-01-01 24:00:00',
    '2026-01-01 12:60:00',
    '2026-01-01 12',
    '2026-01-01 12:00:00.',
  ]
  const offsets = [
    '2026-01-01Z',
    '2026-01-01 12:00:00+24:00',
    '2026-01-01 12:00:00 UTC',
    '2026-01-01T',
  ]
  const others = ['', 'now', '1774008000', ' '.repeat(200)]
  for (const text of [...days, ...times, ...offsets, ...others]) {
    expect({ text, micros: parseSqlTimestamp(text) }).toEqual({ text, micros: null })
  }
})

test('days and months are those of the calendar', () => {
  expect(civilDay(micros('2000-02-29T23:59:59Z'))).toEqual({ year: 2000, month: 2, day: 29 })
  expect(civilDay(micros('1900-03-01T00:00:00Z'))).toEqual({ year: 1900, month: 3, day: 1 })
  expect(civilDay(-1)).toEqual({ year: 1969, month: 12, day: 31 })
  const instants = fc.integer({ min: Date.UTC(1690, 0, 1), max: Date.UTC(2254, 0, 1) })
  fc.assert(
    fc.property(instants, (ms) => {
      const date = new Date(ms)
      expect(civilDay(ms * 1_000)).toEqual({
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
      })
      expect(truncateMicros(ms * 1_000, 'month')).toBe(
        Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) * 1_000,
      )
      expect(parseSqlTimestamp(timestampText(ms * 1_000 + 7))).toBe(ms * 1_000 + 7)
    }),
    { numRuns: 2_000 },
  )
})

test('a unit contains its instants, and its start is counted as a boundary', () => {
  const units = fc.constantFrom<TimeUnit>(
    'minute',
    'hour',
    'day',
    'week',
    'month',
    'quarter',
    'year',
  )
  const instants = fc.integer({ min: -(2 ** 52), max: 2 ** 52 })
  fc.assert(
    fc.property(instants, units, (instant, unit) => {
      const start = truncateMicros(instant, unit)
      expect(start).toBeLessThanOrEqual(instant)
      expect(truncateMicros(start, unit)).toBe(start)
      expect(boundariesBetween(start, instant, unit)).toBe(0)
      expect(boundariesBetween(start - 1, instant, unit)).toBe(1)
      const end = unitAfter(start, unit)
      expect([truncateMicros(end, unit), truncateMicros(end - 1, unit)]).toEqual([end, start])
      expect(boundariesBetween(instant, start - 1, unit)).toBe(-1)
    }),
    { numRuns: 2_000 },
  )
})

test('division by units goes down', () => {
  expect([wholeUnits(7, 3), wholeUnits(-7, 3), wholeUnits(-6, 3)]).toEqual([2, -3, -2])
  expect([remainder(7, 3), remainder(-7, 3), remainder(-6, 3)]).toEqual([1, 2, 0])
})
