import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addMonths,
  floorTo,
  formatInvoiceTimestamp,
  formatTimestamp,
  HOUR_MS,
  isHourAligned,
  monthStart,
  parseTimestamp,
} from '../../src/core/time.ts'

const at = (text: string) => Date.parse(text)

test('timestamps with any offset and fraction are read as UTC', () => {
  expect(parseTimestamp('2026-03-20T12:00:00Z')).toEqual({
    ms: at('2026-03-20T12:00:00Z'),
    subMs: '',
  })
  expect(parseTimestamp('2026-01-02T03:04:05.678901+00:00')).toEqual({
    ms: at('2026-01-02T03:04:05.678Z'),
    subMs: '901',
  })
  expect(parseTimestamp('2026-03-20t14:30:00.5+02:30')?.ms).toBe(at('2026-03-20T12:00:00.500Z'))
  expect(parseTimestamp('2026-03-20 12:00:00-00:30')?.ms).toBe(at('2026-03-20T12:30:00Z'))
  expect(parseTimestamp('2016-12-31T23:59:60Z')?.ms).toBe(at('2017-01-01T00:00:00Z'))
})

test('what is no RFC 3339 timestamp is refused', () => {
  const texts = [
    '',
    '2026-03-20',
    '2026-03-20T12:00:00',
    '26-03-20T12:00:00Z',
    '02026-03-20T12:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-03-20T24:00:00Z',
    '2026-03-20T12:60:00Z',
    '2026-03-20T12:00:61Z',
    '2026-03-20T12:00:00.Z',
    '2026-03-20T12:00:00+24:00',
    '2026-03-20T12:00:00+0100',
    '2026-03-20T12:00Z',
    '1774008000',
  ]
  expect(texts.map(parseTimestamp)).toEqual(texts.map(() => null))
})

test('law: every instant of four-digit years survives writing and reading', () => {
  const ms = fc.integer({ min: at('0001-01-01T00:00:00Z'), max: at('9999-12-31T23:59:59.999Z') })
  fc.assert(
    fc.property(ms, (instant) => {
      expect(parseTimestamp(new Date(instant).toISOString())?.ms).toBe(instant)
      expect(formatTimestamp(instant)).toBe(new Date(instant).toISOString())
    }),
  )
})

test('law: the common form with Z reads as the same instant written with an offset does', () => {
  const part = (length: number, max: number) =>
    fc.oneof(
      { weight: 6, arbitrary: fc.nat(max).map((n) => String(n).padStart(length, '0')) },
      { weight: 1, arbitrary: fc.constantFrom('7', '1x', ' 1', '-1', '+1', '١٢', '') },
    )
  const parts = fc.tuple(
    part(4, 9_999),
    part(2, 13),
    part(2, 32),
    part(2, 25),
    part(2, 61),
    part(2, 62),
    fc.oneof(
      fc.constantFrom('', '.', '.5', '.1234'),
      part(3, 999).map((digits) => `.${digits}`),
    ),
  )
  fc.assert(
    fc.property(parts, ([year, month, day, hour, minute, second, fraction]) => {
      const text = `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}`
      expect(parseTimestamp(`${text}Z`)).toEqual(parseTimestamp(`${text}+00:00`))
      expect(parseTimestamp(`${text.replaceAll('-', '/')}Z`)).toBeNull()
    }),
    { numRuns: 1_000 },
  )
})

test('invoice timestamps have no milliseconds', () => {
  expect(formatInvoiceTimestamp(at('2024-10-02T00:00:00Z'))).toBe('2024-10-02T00:00:00+00:00')
})

test('months are counted from the anchor and clamp to the end of the month', () => {
  const anchor = at('2026-01-31T05:00:00Z')
  expect([1, 2, 3, -11, 25].map((months) => formatTimestamp(addMonths(anchor, months)))).toEqual([
    '2026-02-28T05:00:00.000Z',
    '2026-03-31T05:00:00.000Z',
    '2026-04-30T05:00:00.000Z',
    '2025-02-28T05:00:00.000Z',
    '2028-02-29T05:00:00.000Z',
  ])
})

test('months and hours start where the calendar says', () => {
  expect(monthStart(at('2024-02-29T23:59:59.999Z'))).toBe(at('2024-02-01T00:00:00Z'))
  expect(floorTo(at('2026-03-20T12:59:59.999Z'), HOUR_MS)).toBe(at('2026-03-20T12:00:00Z'))
  expect(isHourAligned(at('2026-03-20T12:00:00Z'))).toBe(true)
  expect(isHourAligned(at('2026-03-20T12:00:00.001Z'))).toBe(false)
})
