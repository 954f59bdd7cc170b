import { expect, test } from 'vitest'
import { Budget, type SqlLimits } from '../../../../src/core/sql/run/budget.ts'
import { Diagnostics } from '../../../../src/core/sql/values/diagnostics.ts'
import { parseNumeric } from '../../../../src/core/sql/values/numeric.ts'
import type { Relation, SqlValue } from '../../../../src/core/sql/plan.ts'
import { runJoin } from '../../../../src/core/sql/run/run-join.ts'
import { column, textRows } from '../plan-builders.ts'

const number = (text: string) => parseNumeric(text)!
const LEFT: SqlValue[][] = [
  [number('1'), 'l1'],
  [number('2'), 'l2'],
  [null, 'l3'],
  [number('1.0'), 'l4'],
]
const RIGHT: SqlValue[][] = [
  ['r1', number('1.00')],
  ['r2', number('3')],
  ['r3', number('1')],
  ['r4', null],
]

function joined(kind: 'inner' | 'left', limits: Partial<SqlLimits> = {}): unknown[] {
  const relation: Extract<Relation, { op: 'join' }> = {
    op: 'join',
    kind,
    types: ['numeric', 'text', 'text', 'numeric'],
    left: { op: 'fragment', types: ['numeric', 'text'], index: 0 },
    right: { op: 'fragment', types: ['text', 'numeric'], index: 1 },
    leftKeys: [column(0)],
    rightKeys: [column(1)],
  }
  const batchOf = (rows: SqlValue[][]) => ({
    count: rows.length,
    columns: [0, 1].map((i) => rows.map((row) => row[i]!)),
  })
  const context = { fragments: [], budget: new Budget(limits), diagnostics: new Diagnostics() }
  const rows: SqlValue[][] = []
  const add = runJoin(relation, batchOf(RIGHT), context, ({ count, columns }) => {
    for (let i = 0; i < count; i++) rows.push(columns.map((values) => values[i]!))
  })
  add(batchOf(LEFT.slice(0, 3)))
  add(batchOf(LEFT.slice(3)))
  return textRows(rows)
}

test('rows with equal keys are joined, each with each', () => {
  expect(joined('inner')).toEqual([
    ['1', 'l1', 'r1', '1'],
    ['1', 'l1', 'r3', '1'],
    ['1', 'l4', 'r1', '1'],
    ['1', 'l4', 'r3', '1'],
  ])
})

test('a left join keeps rows without a partner, as those whose key is NULL', () => {
  expect(joined('left').slice(2, 4)).toEqual([
    ['2', 'l2', null, null],
    [null, 'l3', null, null],
  ])
  expect(joined('left')).toHaveLength(6)
})

test('joined rows are limited', () => {
  expect(joined('left', { joinRows: 6 })).toHaveLength(6)
  expect(() => joined('left', { joinRows: 5 })).toThrow('joins to more than 5 rows')
  expect(joined('inner', { joinRows: 4 })).toHaveLength(4)
})
