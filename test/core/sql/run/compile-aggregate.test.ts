import { expect, test } from 'vitest'
import { encodeState, newState } from '../../../../src/core/sql/run/aggregate-state.ts'
import { Budget } from '../../../../src/core/sql/run/budget.ts'
import { compileAggregate } from '../../../../src/core/sql/run/compile-aggregate.ts'
import { Diagnostics } from '../../../../src/core/sql/values/diagnostics.ts'
import type { Aggregate } from '../../../../src/core/sql/plan.ts'
import { aggregate, column, COUNT_ROWS, equals, parse, percentile, text } from '../plan-builders.ts'

const property = column(0, 'property')
const eu = equals(column(1, 'text'), text('eu'))
const columns = [
  ['1', '2', undefined, 'x', '2.0', '3'],
  ['eu', 'eu', 'eu', 'eu', 'us', null],
]

function codeOf(each: Aggregate, budget = new Budget(), diagnostics = new Diagnostics()) {
  const state = newState(each)
  const add = compileAggregate(each, { columns }, { diagnostics, budget })
  for (let row = 0; row < 6; row++) add(state, row)
  return encodeState(state)
}

test('only rows for which the filter is true are added', () => {
  expect(codeOf({ ...COUNT_ROWS, filter: eu })).toBe(4)
  expect(codeOf(aggregate('count', property, eu))).toBe(3)
  expect(codeOf(aggregate('sum', parse(property), eu))).toEqual(['3e0', 2])
  expect(codeOf(COUNT_ROWS)).toBe(6)
})

test('what is no number is skipped and counted once', () => {
  const diagnostics = new Diagnostics()
  expect(codeOf(aggregate('max', parse(property)), new Budget(), diagnostics)).toBe('3')
  expect(diagnostics.counts()).toMatchObject({ badNumbers: 1, samples: ['x'] })
})

test('texts are distinct as they are written, numbers by value', () => {
  expect(codeOf(aggregate('count-distinct', property))).toEqual(['1', '2', '2.0', '3', 'x'])
  expect(codeOf(aggregate('count-distinct', parse(property)))).toEqual(['1', '2', '3'])
})

test.each([
  ['COUNT(DISTINCT)', aggregate('count-distinct', property), 5],
  ['a percentile', percentile('percentile-disc', parse(property), '0.5'), 3],
])('%s holds each of its values once', (_, each, held) => {
  expect(() => codeOf(each, new Budget({ heldValues: held }))).not.toThrow()
  expect(() => codeOf(each, new Budget({ heldValues: held - 1 }))).toThrow('holds more than')
})

test('long texts count as several values, and only as long as they are held', () => {
  const held = (fn: 'max' | 'count-distinct', texts: string[]) => {
    const each = aggregate(fn, column(0, 'text'))
    const budget = new Budget()
    const state = newState(each)
    const options = { diagnostics: new Diagnostics(), budget }
    const add = compileAggregate(each, { columns: [texts] }, options)
    for (let row = 0; row < texts.length; row++) add(state, row)
    return budget.held
  }
  const [a, b] = ['a'.repeat(3_200), 'b'.repeat(320)]
  expect(held('count-distinct', [a, b, a, 'c'])).toBe(101 + 11 + 1)
  expect(held('max', [a])).toBe(100)
  expect(held('max', [a, b])).toBe(10)
})
