import { expect, test } from 'vitest'
import {
  formatInstant,
  formatPeriod,
  formatRelative,
} from '../../../src/dashboard/format/time-text.ts'

const at = (text: string) => new Date(text)

test('an instant is told in UTC, to the millisecond where it has some', () => {
  expect(formatInstant(at('2026-03-01T00:00:00Z'))).toBe('1 Mar 2026, 00:00')
  expect(formatInstant(at('2026-03-01T23:59:07Z'))).toBe('1 Mar 2026, 23:59:07')
  expect(formatInstant(at('2026-03-01T23:59:07.250+02:00'))).toBe('1 Mar 2026, 21:59:07.250')
})

test('a period of whole days is told by its last day', () => {
  expect(formatPeriod(at('2026-03-01'), at('2026-04-01'))).toBe('1 – 31 Mar 2026')
  expect(formatPeriod(at('2026-03-15'), at('2026-04-15'))).toBe('15 Mar – 14 Apr 2026')
  expect(formatPeriod(at('2025-12-01'), at('2026-02-01'))).toBe('1 Dec 2025 – 31 Jan 2026')
  expect(formatPeriod(at('2026-03-01'), at('2026-03-02'))).toBe('1 Mar 2026')
})

test('any other period is told by its instants', () => {
  expect(formatPeriod(at('2026-03-01'), at('2026-03-01T12:00:00Z'))).toBe(
    '1 Mar 2026, 00:00 – 1 Mar 2026, 12:00',
  )
})

test('distances are told in the largest unit that fits', () => {
  const now = at('2026-03-10T12:00:00Z')
  expect(formatRelative(at('2026-03-10T11:57:30Z'), now)).toBe('2 minutes ago')
  expect(formatRelative(at('2026-03-12T12:00:00Z'), now)).toBe('in 2 days')
})
