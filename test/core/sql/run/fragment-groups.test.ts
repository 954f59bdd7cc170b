import { expect, test } from 'vitest'
import { decodeState, encodeState } from '../../../../src/core/sql/run/aggregate-state.ts'
import { Budget } from '../../../../src/core/sql/run/budget.ts'
import {
  aggregatesOf,
  FragmentGroups,
  fragmentTypes,
} from '../../../../src/core/sql/run/fragment-groups.ts'
import type { Fragment } from '../../../../src/core/sql/plan.ts'
import { aggregate, column, COUNT_ROWS } from '../plan-builders.ts'

const user = column(0, 'property')
const FRAGMENT: Fragment = {
  columns: [{ kind: 'property', name: 'user' }],
  filter: null,
  keys: [user],
  aggregates: [aggregate('count-distinct', user), COUNT_ROWS],
}
const ROWS: Fragment = { ...FRAGMENT, aggregates: null }

function codesOf(groups: FragmentGroups): unknown[] {
  return [...groups.entries()].map(([text, states]) => [text, ...states.map((s) => encodeState(s))])
}

test('groups merge by their text, from states and from what is written of them', () => {
  const groups = new FragmentGroups(FRAGMENT, new Budget())
  groups.merge('["a"]', [['x'], 1])
  groups.merge('[null]', [[], 5])
  const states = FRAGMENT.aggregates!.map((each, i) => decodeState(each, [['y', 'x'], 2][i]))
  groups.merge('["a"]', states)
  expect(codesOf(groups)).toEqual([
    ['["a"]', ['x', 'y'], 3],
    ['[null]', [], 5],
  ])
  expect(groups.size).toBe(2)
  expect(groups.rows().map(({ keys }) => keys)).toEqual([['a'], [null]])
  expect(states.map((state) => encodeState(state))).toEqual([['x', 'y'], 2])
})

test('all of one merges into the other, and stays as it was', () => {
  const [one, other] = [1, 2].map((count) => {
    const groups = new FragmentGroups(ROWS, new Budget())
    groups.adopt(['a'], [{ fn: 'count-rows', count }])
    return groups
  })
  one!.mergeAll(other!)
  one!.mergeAll(other!)
  expect(codesOf(one!)).toEqual([['["a"]', 5]])
  expect(codesOf(other!)).toEqual([['["a"]', 2]])
})

test('rows are kept as groups with how often each occurs', () => {
  expect(aggregatesOf(ROWS)).toEqual([COUNT_ROWS])
  expect(aggregatesOf(FRAGMENT)).toBe(FRAGMENT.aggregates)
  expect(fragmentTypes(ROWS)).toEqual(['property'])
  expect(fragmentTypes(FRAGMENT)).toEqual(['property', 'numeric', 'numeric'])
})

test('groups are limited, rows only as values', () => {
  const budget = new Budget({ groups: 2 })
  const groups = new FragmentGroups(FRAGMENT, budget)
  const rows = new FragmentGroups(ROWS, budget)
  for (const name of ['a', 'b', 'a']) groups.merge(`["${name}"]`, [[], 1])
  expect(() => groups.merge('["c"]', [[], 1])).toThrow('more than 2 groups')
  for (const name of ['a', 'b', 'c']) rows.merge(`["${name}"]`, [1])
  expect(rows.size).toBe(3)
})

test('each group holds its key and states, and distinct values beside them', () => {
  const merged = (heldValues: number) => {
    const groups = new FragmentGroups(FRAGMENT, new Budget({ heldValues }))
    groups.merge('["a"]', [['x', 'y'], 1])
    groups.merge('["a"]', [['y', 'z'], 1])
  }
  expect(() => merged(7)).not.toThrow()
  expect(() => merged(6)).toThrow('more than 6 values')
})
