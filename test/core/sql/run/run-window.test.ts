import { expect, test } from 'vitest'
import { Budget } from '../../../../src/core/sql/run/budget.ts'
import { Diagnostics } from '../../../../src/core/sql/values/diagnostics.ts'
import { fromInteger, parseNumeric } from '../../../../src/core/sql/values/numeric.ts'
import type { Relation, SortKey, SqlValue, WindowFunction } from '../../../../src/core/sql/plan.ts'
import { runWindow } from '../../../../src/core/sql/run/run-window.ts'
import { column, equals, number, text, textRows } from '../plan-builders.ts'

/** User, step, value. */
const ROWS: [string | null, number, string | null][] = [
  ['ann', 1, '10'],
  ['bob', 1, '7'],
  ['ann', 2, null],
  ['ann', 2, '5'],
  ['bob', 3, '1.5'],
  [null, 1, '2'],
  ['ann', 4, '20'],
]
const [user, step, value] = [column(0, 'text'), column(1), column(2)]
const byStep: SortKey = { by: step, isDescending: false, nullsFirst: false }

type Function = { fn: WindowFunction['fn']; [parameter: string]: unknown }

/** The function's values, in the order of the rows. */
function valuesOf(each: Function, rows = ROWS, heldValues = 1_000): (string | null)[] {
  const types = ['text', 'numeric', 'numeric'] as const
  const defaults = { type: 'numeric', partitionBy: [user], orderBy: [byStep], frame: 'range' }
  const relation: Extract<Relation, { op: 'window' }> = {
    op: 'window',
    types: [...types, 'numeric'],
    input: { op: 'fragment', types: [...types], index: 0 },
    functions: [{ ...defaults, ...each } as WindowFunction],
  }
  const columns: SqlValue[][] = [
    rows.map(([name]) => name),
    rows.map(([, place]) => fromInteger(place)),
    rows.map(([, , amount]) => amount && parseNumeric(amount)),
  ]
  const context = {
    fragments: [],
    budget: new Budget({ heldValues }),
    diagnostics: new Diagnostics(),
  }
  const result = runWindow(relation, { count: rows.length, columns }, context)
  expect(result.columns.slice(0, 3)).toEqual(columns)
  return textRows(rows.map((_, i) => [result.columns[3]![i]!])).map(([cell]) => cell!)
}

test('rows are numbered and ranked in their partition; ties go by all columns, NULLs last', () => {
  expect(valuesOf({ fn: 'row-number' })).toEqual(['1', '1', '3', '2', '2', '1', '4'])
  expect(valuesOf({ fn: 'rank' })).toEqual(['1', '1', '2', '2', '2', '1', '4'])
  expect(valuesOf({ fn: 'dense-rank' })).toEqual(['1', '1', '2', '2', '2', '1', '3'])
  const down = { ...byStep, isDescending: true, nullsFirst: true }
  expect(valuesOf({ fn: 'rank', orderBy: [down] })).toEqual(['4', '2', '2', '2', '1', '1', '1'])
})

test('neighbours are rows before and after, else what is given for there being none', () => {
  const lag = { fn: 'lag', arg: value, offset: 1, otherwise: null } as const
  expect(valuesOf(lag)).toEqual([null, null, '5', '10', '7', null, null])
  expect(valuesOf({ ...lag, fn: 'lead', offset: 2, otherwise: step })).toEqual([
    null,
    '1',
    '2',
    '20',
    '3',
    '1',
    '4',
  ])
  expect(valuesOf({ ...lag, offset: 0 })).toEqual(ROWS.map(([, , amount]) => amount))
})

test('the first value is the partition’s, the last one the frame’s', () => {
  expect(valuesOf({ fn: 'first-value', arg: value })).toEqual([
    '10',
    '7',
    '10',
    '10',
    '7',
    '2',
    '10',
  ])
  const last = { fn: 'last-value', arg: value } as const
  expect(valuesOf(last)).toEqual(['10', '7', null, null, '1.5', '2', '20'])
  expect(valuesOf({ ...last, frame: 'rows' })).toEqual(['10', '7', null, '5', '1.5', '2', '20'])
  expect(valuesOf({ ...last, frame: 'all' })).toEqual(['20', '1.5', '20', '20', '1.5', '2', '20'])
})

test('an aggregate runs over peers together, over rows one by one, or over all', () => {
  const sum = { fn: 'sum', arg: value, filter: null } as const
  expect(valuesOf(sum)).toEqual(['10', '7', '15', '15', '8.5', '2', '35'])
  expect(valuesOf({ ...sum, frame: 'rows' })).toEqual(['10', '7', '15', '15', '8.5', '2', '35'])
  expect(valuesOf({ ...sum, frame: 'all' })).toEqual(['35', '8.5', '35', '35', '8.5', '2', '35'])
  expect(valuesOf({ ...sum, fn: 'count', arg: null })).toEqual(['1', '1', '3', '3', '2', '1', '4'])
  expect(valuesOf({ ...sum, fn: 'count', arg: null, frame: 'rows' })).toEqual([
    '1',
    '1',
    '3',
    '2',
    '2',
    '1',
    '4',
  ])
  expect(valuesOf({ ...sum, fn: 'count' })).toEqual(['1', '1', '2', '2', '2', '1', '3'])
  expect(valuesOf({ ...sum, fn: 'min' })).toEqual(['10', '7', '5', '5', '1.5', '2', '5'])
  expect(valuesOf({ ...sum, fn: 'max' })).toEqual(['10', '7', '10', '10', '7', '2', '20'])
  expect(valuesOf({ ...sum, fn: 'avg' })).toEqual([
    '10',
    '7',
    '7.5',
    '7.5',
    '4.25',
    '2',
    `11.${'6'.repeat(31)}7`,
  ])
})

test('without an order all rows are peers, without partitions all are one', () => {
  const sum = { fn: 'sum', arg: value, filter: null, orderBy: [], partitionBy: [] } as const
  expect(valuesOf(sum)).toEqual(ROWS.map(() => '45.5'))
  const ofAnn = { ...sum, filter: equals(user, text('ann')) }
  expect(valuesOf(ofAnn)).toEqual(ROWS.map(() => '35'))
  expect(valuesOf({ ...sum, arg: number('0.5') })).toEqual(ROWS.map(() => '3.5'))
})

test('nothing depends on the order in which rows come', () => {
  for (const each of [
    { fn: 'row-number', partitionBy: [] },
    { fn: 'lag', arg: value, offset: 1, otherwise: null },
    { fn: 'last-value', arg: value },
  ] as const) {
    expect(valuesOf(each, ROWS.toReversed()).toReversed()).toEqual(valuesOf(each))
  }
})

test('a function holds its values and the order of the rows', () => {
  const rank = { fn: 'rank' } as const
  expect(() => valuesOf(rank, ROWS, 14)).not.toThrow()
  expect(() => valuesOf(rank, ROWS, 13)).toThrow('more than 13 values')
})
