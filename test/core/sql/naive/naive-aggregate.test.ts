import { expect, test } from 'vitest'
import type { Aggregate } from '../../../../src/core/sql/plan.ts'
import { aggregateRows, summarize } from '../../../../src/core/sql/naive/naive-aggregate.ts'
import { plainValue, type NaiveValue } from '../../../../src/core/sql/naive/naive-value.ts'
import { call, column, numeric, rows } from './expressions.ts'

type Part = { fn: Aggregate['fn'] } & Record<string, unknown>

/** Of the first column, which a test's aggregate says no more about than it must. */
function aggregate(part: Part, ...lines: (string | boolean | null)[][]) {
  const whole = { filter: null, type: 'numeric', arg: column(0), ...part } as unknown as Aggregate
  return plainValue(aggregateRows(whole, rows(...lines)))
}

const column0 = (...cells: (string | boolean | null)[]) => cells.map((cell) => [cell])

test('COUNT of nothing is 0, all other aggregates are NULL', () => {
  expect(aggregate({ fn: 'count-rows' })).toBe('0')
  expect(aggregate({ fn: 'count' }, [null], [null])).toBe('0')
  expect(aggregate({ fn: 'count-distinct' }, [null])).toBe('0')
  for (const fn of ['sum', 'avg', 'min', 'max'] as const) {
    expect([fn, aggregate({ fn })]).toEqual([fn, null])
    expect([fn, aggregate({ fn }, [null])]).toEqual([fn, null])
    expect([fn, summarize(fn, [])]).toEqual([fn, null])
  }
  expect(aggregate({ fn: 'latest', at: column(1), tie: null })).toBe(null)
  const percentile = { fraction: '0.5', isDescending: false }
  expect(aggregate({ fn: 'percentile-disc', ...percentile }, [null])).toBe(null)
  expect(aggregate({ fn: 'percentile-cont', ...percentile })).toBe(null)
})

test('NULLs are skipped, and numbers counted by value', () => {
  const cells = column0('1', null, '1.0', '2.5', '-3')
  expect(aggregate({ fn: 'count-rows' }, ...cells)).toBe('5')
  expect(aggregate({ fn: 'count' }, ...cells)).toBe('4')
  expect(aggregate({ fn: 'count-distinct' }, ...cells)).toBe('3')
  expect(aggregate({ fn: 'sum' }, ...cells)).toBe('1.5')
  expect(aggregate({ fn: 'avg' }, ...cells)).toBe('0.375')
  expect(aggregate({ fn: 'min' }, ...cells)).toBe('-3')
  expect(aggregate({ fn: 'max' }, ...cells)).toBe('2.5')
  expect(aggregate({ fn: 'max' }, ...column0('b', 'a', null))).toBe('b')
  expect(aggregate({ fn: 'min' }, ...column0(true, false))).toBe(false)
  expect(aggregate({ fn: 'max' }, ...column0('T12:00', 'T13:00'))).toBe('2026-03-20T13:00:00.000Z')
})

test('a sum is exact however its parts differ, and judged only at its end', () => {
  expect(aggregate({ fn: 'sum' }, ...column0('0.1', '0.2', '0.3', '1000000000000000.1'))).toBe(
    '1000000000000000.7',
  )
  const most = '9'.repeat(100)
  expect(aggregate({ fn: 'sum' }, ...column0(most, most, `-${most}`))).toBe(most)
  expect(() => aggregate({ fn: 'sum' }, ...column0(most, '1'))).toThrow('100 digits')
})

test('FILTER leaves only rows for which it is true', () => {
  const filter = call('>', 'boolean', [column(0), numeric('1')])
  expect(aggregate({ fn: 'count-rows', filter }, ['1'], [null], ['2'], ['3'])).toBe('2')
  expect(aggregate({ fn: 'sum', filter }, ['1'], [null], ['2'], ['3'])).toBe('5')
  expect(aggregate({ fn: 'max', filter }, ['1'])).toBe(null)
})

test('the latest and the earliest are by time, tie and value', () => {
  const reading = (fn: 'latest' | 'earliest', ...lines: (string | null)[][]) =>
    aggregate({ fn, at: column(1), tie: column(2, 'text') }, ...lines)
  const times = [
    ['1', 'T12:00', 'x'],
    ['2', 'T11:00', 'y'],
    ['3', 'T13:00', 'a'],
  ]
  expect([reading('latest', ...times), reading('earliest', ...times)]).toEqual(['3', '2'])
  const ties = [
    ['9', 'T12:00', 'a'],
    ['1', 'T12:00', '\u{1f600}'],
    ['5', 'T12:00', '\ufffd'],
  ]
  expect([reading('latest', ...ties), reading('earliest', ...ties)]).toEqual(['1', '9'])
  const values = [
    ['9', 'T12:00', 'a'],
    ['10', 'T12:00', 'a'],
  ]
  expect([reading('latest', ...values), reading('earliest', ...values)]).toEqual(['10', '9'])
})

test('the latest skips rows without a value or a time', () => {
  const latest = (...lines: (string | null)[][]) =>
    aggregate({ fn: 'latest', at: column(1), tie: null }, ...lines)
  expect(latest(['1', 'T12:00'], [null, 'T13:00'], ['7', null])).toBe('1')
  expect(latest(['9', 'T12:00'], ['10', 'T12:00'])).toBe('10')
})

test('percentiles are values at a rank, or between two of them', () => {
  const cells = column0('10', '1', null, '2', '5')
  const of = (fn: 'percentile-disc' | 'percentile-cont', fraction: string, isDescending = false) =>
    aggregate({ fn, fraction, isDescending }, ...cells)
  const fractions = ['0', '0.25', '0.5', '0.51', '0.75', '0.95', '1']
  expect(fractions.map((fraction) => of('percentile-disc', fraction))).toEqual([
    '1',
    '1',
    '2',
    '5',
    '5',
    '10',
    '10',
  ])
  expect(fractions.map((fraction) => of('percentile-cont', fraction))).toEqual([
    '1',
    '1.75',
    '3.5',
    '3.59',
    '6.25',
    '9.25',
    '10',
  ])
  expect(of('percentile-disc', '0.25', true)).toBe('10')
  expect(of('percentile-cont', '0.25', true)).toBe('6.25')
  expect(of('percentile-cont', '0.1', true)).toBe('8.5')
})

test('an average has 33 digits where it does not end', () => {
  const values: NaiveValue[][] = rows(['1'], ['0'], ['1'])
  const average = { fn: 'avg', arg: column(0), filter: null, type: 'numeric' } as const
  expect(plainValue(aggregateRows(average, values))).toBe(`0.${'6'.repeat(32)}7`)
})
