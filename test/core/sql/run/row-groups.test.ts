import { expect, test } from 'vitest'
import { encodeState } from '../../../../src/core/sql/run/aggregate-state.ts'
import { Budget, type SqlLimits } from '../../../../src/core/sql/run/budget.ts'
import { Diagnostics } from '../../../../src/core/sql/values/diagnostics.ts'
import { RowGroups, type Grouping } from '../../../../src/core/sql/run/row-groups.ts'
import { column, COUNT_ROWS, parse } from '../plan-builders.ts'

const [user, v] = [column(0, 'property'), column(1, 'property')]
const columns = [
  ['ann', 'bob', 'ann', undefined, 'ann'],
  ['1', '1', '1.0', '2', 'x'],
]
const ALL = Int32Array.of(0, 1, 2, 3, 4)

function groupsOf(
  grouping: Grouping,
  parts: Int32Array | null = null,
  limits: Partial<SqlLimits> = {},
): RowGroups {
  const options = { budget: new Budget(limits), diagnostics: new Diagnostics() }
  const groups = new RowGroups(grouping, { columns }, options)
  // In two goes, so that the second finds groups of the first.
  groups.add(ALL, 2, parts)
  groups.add(ALL.subarray(2), 3, parts && parts.subarray(2))
  return groups
}

function listOf(groups: RowGroups): unknown[] {
  return Array.from({ length: groups.size }, (_, i) => {
    const { part, keys } = groups.group(i, groups.keyValues)
    return [part, ...keys, ...groups.states.map((states) => encodeState(states[i]!))]
  })
}

test('rows are grouped by their keys in the order in which they come', () => {
  expect(listOf(groupsOf({ keys: [user], aggregates: [COUNT_ROWS] }))).toEqual([
    [0, 'ann', 3],
    [0, 'bob', 1],
    [0, null, 1],
  ])
})

test('numbers are grouped by value, and NULL is a group', () => {
  const groups = groupsOf({ keys: [parse(v), user], aggregates: [COUNT_ROWS] })
  const counts = listOf(groups).map((row) => (row as unknown[]).slice(2))
  expect(counts).toEqual([
    ['ann', 2],
    ['bob', 1],
    [null, 1],
    ['ann', 1],
  ])
  expect(groups.keyValues[0]).toHaveLength(3)
  expect(groups.keyValues[0]![2]).toBeNull()
})

test('parts are kept apart', () => {
  const parts = Int32Array.of(7, 7, 3, 3, 7)
  expect(listOf(groupsOf({ keys: [user], aggregates: [COUNT_ROWS] }, parts))).toEqual([
    [7, 'ann', 2],
    [7, 'bob', 1],
    [3, 'ann', 1],
    [3, null, 1],
  ])
  expect(listOf(groupsOf({ keys: [], aggregates: [COUNT_ROWS] }, parts))).toEqual([
    [7, 3],
    [3, 2],
  ])
})

test('without keys all rows are one group, which can be made without rows', () => {
  const options = { budget: new Budget(), diagnostics: new Diagnostics() }
  const groups = new RowGroups({ keys: [], aggregates: [COUNT_ROWS] }, { columns }, options)
  groups.addEmptyGroup()
  expect(listOf(groups)).toEqual([[0, 0]])
  groups.add(ALL, 5)
  groups.addEmptyGroup()
  expect(listOf(groups)).toEqual([[0, 5]])
})

test('groups are limited in each part, unless they stand for rows', () => {
  const grouping = { keys: [user], aggregates: [COUNT_ROWS] }
  expect(() => groupsOf(grouping, null, { groups: 3 })).not.toThrow()
  expect(() => groupsOf(grouping, null, { groups: 2 })).toThrow('more than 2 groups')
  expect(() => groupsOf(grouping, Int32Array.of(1, 1, 2, 2, 1), { groups: 2 })).not.toThrow()
  expect(() => groupsOf({ ...grouping, areRows: true }, null, { groups: 2 })).not.toThrow()
})

test('values, paths and groups are held, steps are burnt for each row', () => {
  const grouping = { keys: [user, v], aggregates: [COUNT_ROWS] }
  // Three users, as values and as paths; four texts; five groups of two each.
  const held = 3 + 3 + 4 + 5 * 2
  expect(() => groupsOf(grouping, null, { heldValues: held })).not.toThrow()
  expect(() => groupsOf(grouping, null, { heldValues: held - 1 })).toThrow('holds more than')
  expect(() => groupsOf(grouping, null, { fuel: 20 })).not.toThrow()
  expect(() => groupsOf(grouping, null, { fuel: 19 })).toThrow('more than 19 steps')
})
