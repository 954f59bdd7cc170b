import { expect, test } from 'vitest'
import { Budget } from '../../../../src/core/sql/run/budget.ts'
import { Diagnostics } from '../../../../src/core/sql/values/diagnostics.ts'
import type { Relation, SortKey, SqlValue } from '../../../../src/core/sql/plan.ts'
import { compareRows, sortRows } from '../../../../src/core/sql/run/sort-rows.ts'
import { column } from '../plan-builders.ts'

const ROWS: SqlValue[][] = [
  ['b', 1],
  [null, 9],
  ['a', 2],
  ['b', null],
  ['b', 0],
  [null, 3],
]

function sorted(by: Partial<SortKey>[], limit: number | null = null, rows = ROWS): unknown[] {
  const relation: Extract<Relation, { op: 'sort' }> = {
    op: 'sort',
    types: ['text', 'timestamp'],
    input: { op: 'fragment', types: ['text', 'timestamp'], index: 0 },
    by: by.map((key) => ({
      by: column(0, 'text'),
      isDescending: false,
      nullsFirst: false,
      ...key,
    })),
    limit,
  }
  const batch = { count: rows.length, columns: [0, 1].map((i) => rows.map((row) => row[i]!)) }
  const context = { fragments: [], budget: new Budget(), diagnostics: new Diagnostics() }
  const { count, columns } = sortRows(relation, batch, context)
  return Array.from({ length: count }, (_, i) => [columns[0]![i], columns[1]![i]])
}

test('NULLs go where the key puts them, whichever its direction', () => {
  const firsts = (key: Partial<SortKey>) => sorted([key]).map((row) => (row as unknown[])[0])
  expect(firsts({})).toEqual(['a', 'b', 'b', 'b', null, null])
  expect(firsts({ nullsFirst: true })).toEqual([null, null, 'a', 'b', 'b', 'b'])
  expect(firsts({ isDescending: true })).toEqual(['b', 'b', 'b', 'a', null, null])
  expect(firsts({ isDescending: true, nullsFirst: true })).toEqual([null, null, 'b', 'b', 'b', 'a'])
})

test('ties are settled by the next key, then by all columns ascending with NULLs last', () => {
  const byTime = { by: column(1, 'timestamp'), isDescending: true, nullsFirst: true }
  expect(sorted([{}, byTime])).toEqual([
    ['a', 2],
    ['b', null],
    ['b', 1],
    ['b', 0],
    [null, 9],
    [null, 3],
  ])
  const byColumns = [
    ['a', 2],
    ['b', 0],
    ['b', 1],
    ['b', null],
    [null, 3],
    [null, 9],
  ]
  expect(sorted([{}])).toEqual(byColumns)
  expect(sorted([{}], null, ROWS.toReversed())).toEqual(byColumns)
  expect(ROWS.toSorted(compareRows)).toEqual(byColumns)
})

test('a limit keeps the first rows', () => {
  expect(sorted([{}], 2)).toEqual([
    ['a', 2],
    ['b', 0],
  ])
  expect(sorted([{}], 0)).toEqual([])
  expect(sorted([{}], 99)).toHaveLength(6)
})
