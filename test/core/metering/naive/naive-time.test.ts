import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareTimes, readTime } from '../../../../src/core/metering/naive/naive-time.ts'
import { parseTimestamp } from '../../../../src/core/time.ts'

test('timestamps are read to the last digit, in any offset', () => {
  const read = (text: string) => {
    const time = readTime(text)
    return time && [time.ms, time.rest.toFixed()]
  }
  expect(read('1970-01-01T00:00:00Z')).toEqual([0, '0'])
  expect(read('2026-03-01T00:00:00.0005Z')).toEqual([1_772_323_200_000, '0.5'])
  expect(read('2026-03-01 01:30:00.25+01:30')).toEqual([1_772_323_200_250, '0'])
  expect(read('2024-02-29t23:59:60z')).toEqual([1_709_251_200_000, '0'])
  expect(read('1969-12-31T23:59:59.9999Z')).toEqual([-1, '0.9'])
  expect(read('1900-03-01T00:00:00Z')).toEqual([-2_203_891_200_000, '0'])
})

test('what is no timestamp is not read', () => {
  for (const text of [
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-03-00T00:00:00Z',
    '2026-03-01T24:00:00Z',
    '2026-03-01T00:60:00Z',
    '2026-03-01T00:00:61Z',
    '2026-03-01T00:00:00',
    '2026-03-01T00:00:00+24:00',
    '26-03-01T00:00:00Z',
    '2026-03-01',
  ]) {
    expect([text, readTime(text)]).toEqual([text, null])
  }
})

test('digits beyond milliseconds decide between equal ones', () => {
  const compare = (a: string, b: string) => compareTimes(readTime(a)!, readTime(b)!)
  expect(compare('2026-03-01T00:00:00.00045Z', '2026-03-01T00:00:00.0005Z')).toBeLessThan(0)
  expect(compare('2026-03-01T00:00:00.0005Z', '2026-03-01T00:00:00.000500Z')).toBe(0)
  expect(compare('2026-03-01T00:00:00.001Z', '2026-03-01T00:00:00.0009Z')).toBeGreaterThan(0)
})

test('the instant is the one by which events are metered', () => {
  const digits = (length: number) =>
    fc.nat(10 ** length - 1).map((n) => String(n).padStart(length, '0'))
  const text = fc
    .tuple(
      digits(4),
      fc.integer({ min: 0, max: 13 }),
      fc.integer({ min: 0, max: 32 }),
      fc.integer({ min: 0, max: 24 }),
      fc.constantFrom('', '.5', '.123456', '.000'),
      fc.constantFrom('Z', '+05:45', '-23:59', '+24:00'),
    )
    .map(([year, month, day, hour, fraction, zone]) => {
      const [m, d, h] = [month, day, hour].map((n) => String(n).padStart(2, '0'))
      return `${year}-${m}-${d}T${h}:59:60${fraction}${zone}`
    })
  fc.assert(
    fc.property(text, (timestamp) => {
      const [time, parsed] = [readTime(timestamp), parseTimestamp(timestamp)]
      expect(time?.ms).toBe(parsed?.ms)
      if (parsed) expect(time!.rest.toFixed().slice(2)).toBe(parsed.subMs)
    }),
  )
})
