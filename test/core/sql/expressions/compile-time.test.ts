import { expect, test } from 'vitest'
import { Diagnostics } from '../../../../src/core/sql/values/diagnostics.ts'
import type { Expression, TimeUnit } from '../../../../src/core/sql/plan.ts'
import { timestampText } from '../../../../src/core/sql/values/timestamps.ts'
import { column, evaluate, nothing, text, timestamp } from '../evaluate.ts'

const micros = (iso: string) => Date.parse(iso) * 1_000

test('DATE_TRUNC gives the first instant of the unit', () => {
  const truncate = (iso: string, unit: TimeUnit) =>
    timestampText(
      Number(evaluate({ op: 'truncate', type: 'timestamp', unit, args: [timestamp(iso)] })),
    )
  const instant = '2026-11-22T13:14:15.678Z'
  expect(truncate(instant, 'minute')).toBe('2026-11-22T13:14:00.000Z')
  expect(truncate(instant, 'hour')).toBe('2026-11-22T13:00:00.000Z')
  expect(truncate(instant, 'day')).toBe('2026-11-22T00:00:00.000Z')
  expect(truncate(instant, 'week')).toBe('2026-11-16T00:00:00.000Z')
  expect(truncate(instant, 'month')).toBe('2026-11-01T00:00:00.000Z')
  expect(truncate(instant, 'quarter')).toBe('2026-10-01T00:00:00.000Z')
  expect(truncate(instant, 'year')).toBe('2026-01-01T00:00:00.000Z')
  expect(evaluate({ op: 'truncate', type: 'timestamp', unit: 'day', args: [nothing()] })).toBeNull()
})

test('EXTRACT gives the fields of an instant in UTC', () => {
  const fields = ['year', 'month', 'day', 'hour', 'minute', 'second', 'dow', 'epoch'] as const
  const extract = (value: number) =>
    fields.map((field) =>
      evaluate({ op: 'extract', type: 'numeric', field, args: [column(0, 'timestamp')] }, [value]),
    )
  expect(extract(micros('2026-11-22T13:14:15.678Z') + 9)).toEqual([
    '2026',
    '11',
    '22',
    '13',
    '14',
    '15',
    '0',
    '1795353255.678009',
  ])
  expect(extract(micros('1969-12-31T23:59:59.999Z'))).toEqual([
    '1969',
    '12',
    '31',
    '23',
    '59',
    '59',
    '3',
    '-0.001',
  ])
  expect(evaluate({ op: 'extract', type: 'numeric', field: 'dow', args: [nothing()] })).toBeNull()
})

test('DATE_DIFF counts the boundaries between two instants', () => {
  type Unit = Extract<Expression, { op: 'date-diff' }>['unit']
  const difference = (unit: Unit, from: string, to: string) =>
    evaluate({ op: 'date-diff', type: 'numeric', unit, args: [timestamp(from), timestamp(to)] })
  expect(difference('day', '2026-01-01T23:59:59Z', '2026-01-02T00:00:00Z')).toBe('1')
  expect(difference('day', '2026-01-01T00:00:00Z', '2026-01-01T23:59:59Z')).toBe('0')
  expect(difference('hour', '2026-01-02T00:00:00Z', '2026-01-01T22:30:00Z')).toBe('-2')
  expect(difference('minute', '2026-01-01T00:00:59Z', '2026-01-01T00:01:00Z')).toBe('1')
  expect(difference('second', '2026-01-01T00:00:00.999Z', '2026-01-01T00:01:00Z')).toBe('60')
  expect(difference('millisecond', '2026-01-01T00:00:00.999Z', '2026-01-01T00:00:01Z')).toBe('1')
  // From a Sunday to the Monday after it.
  expect(difference('week', '2026-11-22T23:00:00Z', '2026-11-23T00:00:00Z')).toBe('1')
  expect(difference('week', '2026-11-16T00:00:00Z', '2026-11-22T23:59:59Z')).toBe('0')
  expect(difference('month', '2026-01-31T00:00:00Z', '2026-02-01T00:00:00Z')).toBe('1')
  expect(difference('month', '2025-12-31T00:00:00Z', '2027-01-01T00:00:00Z')).toBe('13')
  expect(difference('quarter', '2026-03-31T00:00:00Z', '2026-04-01T00:00:00Z')).toBe('1')
  expect(difference('year', '2026-12-31T23:00:00Z', '2027-01-01T00:00:00Z')).toBe('1')
  expect(difference('year', '2026-01-01T00:00:00Z', '2026-12-31T23:00:00Z')).toBe('0')
  const open = [nothing(), timestamp('2026-01-01T00:00:00Z')]
  expect(evaluate({ op: 'date-diff', type: 'numeric', unit: 'day', args: open })).toBeNull()
  expect(
    evaluate({ op: 'date-diff', type: 'numeric', unit: 'day', args: open.toReversed() }),
  ).toBeNull()
})

test('a text is read as a timestamp; what is none is NULL, and counted', () => {
  const diagnostics = new Diagnostics()
  const read = (value: Expression, isDate = false, isQuiet = false) =>
    evaluate(
      { op: 'parse-timestamp', type: 'timestamp', isDate, isQuiet, args: [value] },
      [],
      diagnostics,
    )
  expect(read(text('2026-01-31 12:00:00'))).toBe(micros('2026-01-31T12:00:00Z'))
  expect(read(text('2026-01-31T23:00:00-02:00'), true)).toBe(micros('2026-02-01T00:00:00Z'))
  expect(read(nothing())).toBeNull()
  expect(diagnostics.badTimestamps).toBe(0)
  expect(read(text('yesterday'))).toBeNull()
  expect(read(text('2026-02-30'))).toBeNull()
  expect(diagnostics.counts()).toMatchObject({
    badTimestamps: 2,
    samples: ['2026-02-30', 'yesterday'],
  })
  expect(read(text('never'), false, true)).toBeNull()
  expect(diagnostics.badTimestamps).toBe(2)
})
