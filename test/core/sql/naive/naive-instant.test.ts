import { expect, test } from 'vitest'
import { Temporal } from '../../../../src/core/time.ts'
import type { TimeUnit } from '../../../../src/core/sql/plan.ts'
import {
  boundariesBetween,
  instantOf,
  partOfInstant,
  readInstant,
  truncateInstant,
} from '../../../../src/core/sql/naive/naive-instant.ts'
import { instantText } from '../../../../src/core/sql/naive/naive-value.ts'

const at = (text: string) => Temporal.Instant.from(text)

test('an instant is milliseconds and microseconds, also before 1970', () => {
  expect(instantText(instantOf(0, 1))).toBe('1970-01-01T00:00:00.000001Z')
  expect(instantText(instantOf(-1, 999))).toBe('1969-12-31T23:59:59.999999Z')
  expect(instantText(instantOf(0, -1))).toBe('1969-12-31T23:59:59.999999Z')
})

test('a unit begins in UTC, a week with Monday', () => {
  const truncate = (text: string, unit: TimeUnit) => instantText(truncateInstant(at(text), unit))
  const time = '2026-11-22T13:47:59.999999Z'
  expect(truncate(time, 'minute')).toBe('2026-11-22T13:47:00.000Z')
  expect(truncate(time, 'hour')).toBe('2026-11-22T13:00:00.000Z')
  expect(truncate(time, 'day')).toBe('2026-11-22T00:00:00.000Z')
  expect(truncate(time, 'week')).toBe('2026-11-16T00:00:00.000Z')
  expect(truncate('2026-11-16T00:00:00Z', 'week')).toBe('2026-11-16T00:00:00.000Z')
  expect(truncate('2027-01-01T00:00:00Z', 'week')).toBe('2026-12-28T00:00:00.000Z')
  expect(truncate(time, 'month')).toBe('2026-11-01T00:00:00.000Z')
  expect(truncate(time, 'quarter')).toBe('2026-10-01T00:00:00.000Z')
  expect(truncate('2026-03-31T23:59:59Z', 'quarter')).toBe('2026-01-01T00:00:00.000Z')
  expect(truncate(time, 'year')).toBe('2026-01-01T00:00:00.000Z')
  expect(truncate('1969-12-31T23:59:59.5Z', 'minute')).toBe('1969-12-31T23:59:00.000Z')
  expect(truncate('1969-12-31T23:59:59.5Z', 'hour')).toBe('1969-12-31T23:00:00.000Z')
})

test('parts are those of the calendar in UTC', () => {
  const time = at('2026-11-22T13:47:59.000250Z')
  const part = (field: Parameters<typeof partOfInstant>[1]) => partOfInstant(time, field).toFixed()
  expect(part('year')).toBe('2026')
  expect(part('month')).toBe('11')
  expect(part('day')).toBe('22')
  expect(part('hour')).toBe('13')
  expect(part('minute')).toBe('47')
  expect(part('dow')).toBe('0')
  expect(part('epoch')).toBe('1795355279.00025')
  expect(partOfInstant(at('2026-11-23T00:00:00Z'), 'dow').toFixed()).toBe('1')
  expect(partOfInstant(at('1969-12-31T23:59:59.5Z'), 'epoch').toFixed()).toBe('-0.5')
})

test('boundaries between instants are counted, and negative backwards', () => {
  const between = (from: string, to: string, unit: Parameters<typeof boundariesBetween>[2]) =>
    boundariesBetween(at(from), at(to), unit).plus(0).toFixed()
  expect(between('2026-01-31T23:59:59Z', '2026-02-01T00:00:00Z', 'month')).toBe('1')
  expect(between('2026-02-01T00:00:00Z', '2026-01-31T23:59:59Z', 'month')).toBe('-1')
  expect(between('2025-12-31T23:59:59Z', '2026-01-01T00:00:00Z', 'year')).toBe('1')
  expect(between('2026-01-01T00:00:00Z', '2026-12-31T00:00:00Z', 'year')).toBe('0')
  expect(between('2025-12-31T00:00:00Z', '2026-07-01T00:00:00Z', 'quarter')).toBe('3')
  expect(between('2026-11-22T23:00:00Z', '2026-11-23T00:00:00Z', 'week')).toBe('1')
  expect(between('2026-11-16T00:00:00Z', '2026-11-22T23:00:00Z', 'week')).toBe('0')
  expect(between('2026-02-28T12:00:00Z', '2026-03-01T11:00:00Z', 'day')).toBe('1')
  expect(between('2026-01-01T00:59:59Z', '2026-01-01T03:00:00Z', 'hour')).toBe('3')
  expect(between('2026-01-01T00:00:59Z', '2026-01-01T01:00:00Z', 'minute')).toBe('60')
  expect(between('2026-01-01T00:00:00.9Z', '2026-01-01T00:00:01Z', 'second')).toBe('1')
  expect(between('2026-01-01T00:00:00Z', '2026-01-01T00:00:01.0009Z', 'millisecond')).toBe('1000')
})

test('texts are instants to the microsecond, in UTC where they name no zone', () => {
  const read = (text: string) => {
    const instant = readInstant(text)
    return instant === null ? null : instantText(instant)
  }
  expect(read('2026-03-20')).toBe('2026-03-20T00:00:00.000Z')
  expect(read('2026-03-20 12:30')).toBe('2026-03-20T12:30:00.000Z')
  expect(read('2026-03-20T12:30:15.123456789Z')).toBe('2026-03-20T12:30:15.123456Z')
  expect(read('2026-03-20T12:30:15+02:00')).toBe('2026-03-20T10:30:15.000Z')
  expect(read(' 2026-03-20t12:30:15+0230 ')).toBe('2026-03-20T10:00:15.000Z')
  expect(read('2026-03-20 12:30:15 -02')).toBe('2026-03-20T14:30:15.000Z')
  expect(read('2026-06-30T23:59:60Z')).toBe('2026-07-01T00:00:00.000Z')
  expect(read('9999-12-31T23:59:59.999999Z')).toBe('9999-12-31T23:59:59.000Z')
  for (const text of [
    '',
    'yesterday',
    '2026-02-30',
    '2026-3-1',
    '2026-03-20T25:00:00Z',
    '1774000000',
  ]) {
    expect([text, read(text)]).toEqual([text, null])
  }
})
