import { expect, test } from 'vitest'
import type { WindowFunction } from '../../../../src/core/sql/plan.ts'
import {
  compareBy,
  groupPlaces,
  windowValues,
} from '../../../../src/core/sql/naive/naive-window.ts'
import { plainValue } from '../../../../src/core/sql/naive/naive-value.ts'
import { ascending, call, column, descending, numeric, rows, textual } from './expressions.ts'

type Part = { fn: WindowFunction['fn'] } & Record<string, unknown>

/** Of the columns partition, order and value. */
function windowed(part: Part, lines: (string | null)[][]) {
  const whole = {
    type: 'numeric',
    partitionBy: [column(0, 'text')],
    orderBy: [ascending(column(1))],
    frame: 'range',
    arg: column(2),
    filter: null,
    ...part,
  } as unknown as WindowFunction
  return windowValues(whole, rows(...lines)).map(plainValue)
}

/** Not in order; of partition a, order 2 has two peers; one order is NULL. */
const LINES = [
  ['a', '2', '30'],
  ['b', '1', '1'],
  ['a', '1', '10'],
  ['a', '2', '20'],
  ['a', null, null],
  ['b', '3', '3'],
]

test('rows are numbered and ranked within their partition, NULLs last', () => {
  expect(windowed({ fn: 'row-number' }, LINES)).toEqual(['3', '1', '1', '2', '4', '2'])
  expect(windowed({ fn: 'rank' }, LINES)).toEqual(['2', '1', '1', '2', '4', '2'])
  expect(windowed({ fn: 'dense-rank' }, LINES)).toEqual(['2', '1', '1', '2', '3', '2'])
  const orderBy = [descending(column(1))]
  expect(windowed({ fn: 'row-number', orderBy }, LINES)).toEqual(['3', '2', '4', '2', '1', '1'])
})

test('LAG and LEAD look so many rows back and ahead', () => {
  const otherwise = null
  expect(windowed({ fn: 'lag', offset: 1, otherwise }, LINES)).toEqual([
    '20',
    null,
    null,
    '10',
    '30',
    '1',
  ])
  expect(windowed({ fn: 'lead', offset: 2, otherwise: numeric('-1') }, LINES)).toEqual([
    '-1',
    '-1',
    '30',
    null,
    '-1',
    '-1',
  ])
  expect(windowed({ fn: 'lag', offset: 0, otherwise }, LINES)).toEqual(
    LINES.map(([, , value]) => value),
  )
})

test('a frame ends with the peers, with the row, or with the partition', () => {
  const sums = (frame: 'range' | 'rows' | 'all') => windowed({ fn: 'sum', frame }, LINES)
  expect(sums('range')).toEqual(['60', '1', '10', '60', '60', '4'])
  expect(sums('rows')).toEqual(['60', '1', '10', '30', '60', '4'])
  expect(sums('all')).toEqual(['60', '4', '60', '60', '60', '4'])
  expect(windowed({ fn: 'last-value', frame: 'range' }, LINES)).toEqual([
    '30',
    '1',
    '10',
    '30',
    null,
    '3',
  ])
  expect(windowed({ fn: 'first-value', frame: 'rows' }, LINES)).toEqual([
    '10',
    '1',
    '10',
    '10',
    '10',
    '1',
  ])
})

test('aggregates of a frame skip NULLs and what the filter does not let through', () => {
  expect(windowed({ fn: 'count', frame: 'rows' }, LINES)).toEqual(['3', '1', '1', '2', '3', '2'])
  expect(windowed({ fn: 'count', frame: 'rows', arg: null }, LINES)).toEqual([
    '3',
    '1',
    '1',
    '2',
    '4',
    '2',
  ])
  expect(windowed({ fn: 'avg', frame: 'all' }, LINES)).toEqual(['20', '2', '20', '20', '20', '2'])
  const filter = call('<', 'boolean', [column(2), numeric('15')])
  expect(windowed({ fn: 'max', frame: 'rows', filter }, LINES)).toEqual([
    '10',
    '1',
    '10',
    '10',
    '10',
    '3',
  ])
  expect(
    windowed({ fn: 'min', filter: call('=', 'boolean', [column(0), textual('b')]) }, LINES),
  ).toEqual([null, '1', null, null, null, '1'])
})

test('without an order all rows are peers; a partition of NULLs is one', () => {
  const lines = [
    [null, '1', '5'],
    [null, '2', '7'],
  ]
  expect(windowed({ fn: 'sum', orderBy: [] }, lines)).toEqual(['12', '12'])
  expect(windowed({ fn: 'rank', orderBy: [] }, lines)).toEqual(['1', '1'])
  // What decides is all columns, in their order.
  expect(windowed({ fn: 'row-number', orderBy: [] }, lines.toReversed())).toEqual(['2', '1'])
})

test('ties of an order are settled by all columns, nulls last', () => {
  const [small, large, none] = rows(['1', 'a'], ['1', 'b'], ['1', null])
  const keys = [descending(column(0))]
  expect(compareBy(keys, small!, large!)).toBeLessThan(0)
  expect(compareBy(keys, none!, large!)).toBeGreaterThan(0)
  expect(
    compareBy([{ ...descending(column(1)), nullsFirst: false }], none!, large!),
  ).toBeGreaterThan(0)
  expect(compareBy([descending(column(1))], none!, large!)).toBeLessThan(0)
})

test('rows are grouped by their keys', () => {
  const lines = rows(['1', 'a'], ['2', 'b'], ['1.0', 'c'], [null, 'd'], [null, 'e'])
  expect([...groupPlaces([column(0)], lines).values()]).toEqual([[0, 2], [1], [3, 4]])
  expect([...groupPlaces([], lines).values()]).toEqual([[0, 1, 2, 3, 4]])
})
