import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addExtreme,
  addReading,
  addValue,
  decodeState,
  encodeState,
  finishState,
  listValues,
  mergeState,
  newState,
  type AggregateState,
  type ExtremeState,
  type ReadingState,
} from '../../../../src/core/sql/run/aggregate-state.ts'
import { Budget } from '../../../../src/core/sql/run/budget.ts'
import { compileAggregate } from '../../../../src/core/sql/run/compile-aggregate.ts'
import { Diagnostics } from '../../../../src/core/sql/values/diagnostics.ts'
import { parseNumeric } from '../../../../src/core/sql/values/numeric.ts'
import type { Aggregate, SqlValue } from '../../../../src/core/sql/plan.ts'
import { aggregate, column, COUNT_ROWS, percentile, reading, textRows } from '../plan-builders.ts'

const numbers = column(0)
const LATEST = reading('latest', {
  arg: numbers,
  at: column(1, 'timestamp'),
  tie: column(2, 'text'),
})
const AGGREGATES: Aggregate[] = [
  COUNT_ROWS,
  aggregate('count', numbers),
  aggregate('count-distinct', numbers),
  aggregate('sum', numbers),
  aggregate('avg', numbers),
  aggregate('min', numbers),
  aggregate('max', numbers),
  LATEST,
  { ...LATEST, fn: 'earliest' } as Aggregate,
  percentile('percentile-disc', numbers, '0.5'),
  percentile('percentile-cont', numbers, '0.5'),
]

/** The state of rows: a number or NULL, a time, and a tie breaker. */
function stateOf(each: Aggregate, rows: [string | null, number, string][]): AggregateState {
  const columns = [
    rows.map(([value]) => (value === null ? null : parseNumeric(value))),
    rows.map(([, micros]) => micros),
    rows.map(([, , tie]) => tie),
  ]
  const state = newState(each)
  const add = compileAggregate(
    each,
    { columns },
    { diagnostics: new Diagnostics(), budget: new Budget() },
  )
  for (let row = 0; row < rows.length; row++) add(state, row)
  return state
}

function valueOf(each: Aggregate, state: AggregateState): string | null {
  return textRows([[finishState(each, state)]])[0]![0]!
}

test('each aggregate has its value, and NULLs count only as rows', () => {
  const rows: [string | null, number, string][] = [
    ['4', 10, 'a'],
    [null, 99, 'z'],
    ['1.5', 30, 'a'],
    ['4.0', 20, 'a'],
  ]
  const values = AGGREGATES.map((each) => valueOf(each, stateOf(each, rows)))
  expect(values).toEqual([
    '4',
    '3',
    '2',
    '9.5',
    `3.1${'6'.repeat(31)}7`,
    '1.5',
    '4',
    '1.5',
    '4',
    '4',
    '4',
  ])
})

test('of no values, counts are zero and everything else is NULL', () => {
  const values = AGGREGATES.map((each) => valueOf(each, stateOf(each, [[null, 1, 'a']])))
  expect(values).toEqual(['1', '0', '0', ...Array.from({ length: 8 }, () => null)])
})

test('readings of one instant are settled by the tie breaker, then by the value', () => {
  const rows: [string, number, string][] = [
    ['10', 5, 'b'],
    ['9', 5, 'b'],
    ['99', 5, 'a'],
    ['0', 4, 'z'],
    ['1', 5, 'a'],
  ]
  const earliest = { ...LATEST, fn: 'earliest' } as Aggregate
  for (const list of [rows, rows.toReversed()]) {
    expect(valueOf(LATEST, stateOf(LATEST, list))).toBe('10')
    expect(
      valueOf(
        earliest,
        stateOf(
          earliest,
          list.filter(([, micros]) => micros === 5),
        ),
      ),
    ).toBe('1')
  }
})

test('extremes of texts go by code point, those of booleans and times by value', () => {
  const extreme = (fn: 'min' | 'max', values: SqlValue[]) => {
    const state: ExtremeState = { fn, value: null }
    for (const value of values) addExtreme(state, value)
    return state.value
  }
  expect(extreme('max', ['a', '\uffff', '\u{1f600}', null, 'B'])).toBe('\u{1f600}')
  expect(extreme('min', ['a', null, 'B'])).toBe('B')
  expect(extreme('max', [false, true, false])).toBe(true)
  expect(extreme('min', [9, 10])).toBe(9)
  expect(extreme('min', [null])).toBeNull()
})

test('readings without a tie breaker are settled by the value', () => {
  const state: ReadingState = { fn: 'latest', at: null, tie: null, value: null }
  for (const value of ['b', 'c', 'a']) addReading(state, 7, null, value)
  expect(state).toEqual({ fn: 'latest', at: 7, tie: null, value: 'c' })
})

test('states are written as JSON values that are no objects', () => {
  const rows: [string, number, string][] = [
    ['2.50', 7, 'x'],
    ['1', 8, 'y'],
  ]
  expect(AGGREGATES.map((each) => encodeState(stateOf(each, rows)))).toEqual([
    2,
    2,
    ['1', '2.5'],
    ['350e-2', 2],
    ['350e-2', 2],
    '1',
    '2.5',
    [8, 'y', '1'],
    [7, 'x', '2.5'],
    ['1', 1, '2.5', 1],
    ['1', 1, '2.5', 1],
  ])
})

test('values of COUNT(DISTINCT) can be kept apart from the state, one by one', () => {
  const each = aggregate('count-distinct', column(0, 'text'))
  const state = newState(each)
  for (const value of ['b', 'a', 'b']) addValue(state, value)
  expect(listValues(state)).toEqual(['b', 'a'])
  expect(mergeState(newState(each), state)).toBe(2)
  expect(encodeState(state)).toEqual(['a', 'b'])
  expect(encodeState(state, { withoutValues: true })).toEqual([])
  const again = decodeState(each, encodeState(state, { withoutValues: true }))
  for (const value of listValues(state)) addValue(again, value)
  expect(valueOf(each, again)).toBe('2')
  expect(listValues(newState(COUNT_ROWS))).toEqual([])
})

test('any parts of rows, written and read, merge in any order to the state of all rows', () => {
  const row = fc.tuple(
    fc.constantFrom('1', '1.0', '-2.5', '9007199254740993', '1e30', '0.000000001', null),
    fc.integer({ min: 0, max: 3 }),
    fc.constantFrom('a', 'b', '\uffff', '\u{1f600}'),
  )
  const parts = fc.array(fc.array(row, { maxLength: 5 }), { maxLength: 5 })
  fc.assert(
    fc.property(fc.constantFrom(...AGGREGATES), parts, fc.boolean(), (each, lists, isDown) => {
      const merged = newState(each)
      for (const list of isDown ? lists.toReversed() : lists) {
        const json = JSON.stringify(encodeState(stateOf(each, list)))
        const read = decodeState(each, JSON.parse(json))
        mergeState(merged, read)
        expect(JSON.stringify(encodeState(read))).toBe(json)
      }
      expect(valueOf(each, merged)).toBe(valueOf(each, stateOf(each, lists.flat())))
    }),
    { numRuns: 500 },
  )
})

test('a merged state stays as it was', () => {
  for (const each of AGGREGATES) {
    const source = stateOf(each, [['1', 1, 'a']])
    const before = encodeState(source)
    const target = newState(each)
    mergeState(target, source)
    mergeState(target, stateOf(each, [['5', 2, 'b']]))
    expect(encodeState(source)).toEqual(before)
  }
})
