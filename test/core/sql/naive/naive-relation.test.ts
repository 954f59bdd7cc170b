import { expect, test } from 'vitest'
import type { Aggregate, Relation } from '../../../../src/core/sql/plan.ts'
import {
  aggregateGroups,
  evaluateAll,
  evaluateRelation,
} from '../../../../src/core/sql/naive/naive-relation.ts'
import { plainValue } from '../../../../src/core/sql/naive/naive-value.ts'
import { ascending, call, column, descending, NULL, numeric, rows } from './expressions.ts'

type Lines = (string | boolean | null)[][]

/** Leaves are `fragment` 0, 1 … of these lines; types do not matter but for their number. */
function evaluated(relation: object, ...leaves: Lines[]) {
  return evaluateRelation(relation as Relation, {
    scan: () => rows(['scanned']),
    fragment: (index) => rows(...leaves[index]!),
  }).map((row) => row.map(plainValue))
}

const leaf = (index: number) => ({ op: 'fragment', index, types: ['numeric', 'text'] })
const LINES: Lines = [
  ['2', 'b'],
  ['1', 'a'],
  [null, 'c'],
  ['2.0', 'b'],
]
const COUNT: Aggregate = { fn: 'count-rows', filter: null, type: 'numeric' }

test('leaves are scans and fragments', () => {
  expect(evaluated({ op: 'scan', columns: [] })).toEqual([['scanned']])
  expect(evaluated(leaf(1), [], [['1', 'a']])).toEqual([['1', 'a']])
})

test('a filter keeps what is true, a projection makes new columns', () => {
  const condition = call('>', 'boolean', [column(0), numeric('1')])
  const filter = { op: 'filter', input: leaf(0), condition }
  expect(evaluated(filter, LINES)).toEqual([
    ['2', 'b'],
    ['2', 'b'],
  ])
  const expressions = [column(1), call('add', 'numeric', [column(0), numeric('1')])]
  expect(evaluated({ op: 'project', input: leaf(0), expressions }, LINES)).toEqual([
    ['b', '3'],
    ['a', '2'],
    ['c', null],
    ['b', '3'],
  ])
  expect(evaluateAll([column(0), NULL], ['x'])).toEqual(['x', null])
})

test('groups are by value, and NULL is one; without keys there is always one row', () => {
  const aggregates = [COUNT]
  const grouped = { op: 'aggregate', input: leaf(0), keys: [column(0)], aggregates }
  expect(evaluated(grouped, LINES)).toEqual([
    ['2', '2'],
    ['1', '1'],
    [null, '1'],
  ])
  expect(evaluated(grouped, [])).toEqual([])
  expect(evaluated({ ...grouped, keys: [] }, LINES)).toEqual([['4']])
  expect(evaluated({ ...grouped, keys: [] }, [])).toEqual([['0']])
  expect(aggregateGroups([column(0)], [], rows(['1'], ['1.0']))).toHaveLength(1)
})

test('a window adds a column for each function', () => {
  const number = { fn: 'row-number', type: 'numeric', partitionBy: [], orderBy: [], frame: 'all' }
  const functions = [number, { ...number, orderBy: [descending(column(0))] }]
  expect(evaluated({ op: 'window', input: leaf(0), functions }, LINES)).toEqual([
    ['2', 'b', '2', '2'],
    ['1', 'a', '1', '4'],
    [null, 'c', '4', '1'],
    ['2', 'b', '3', '3'],
  ])
})

test('a sort has one order, and a limit', () => {
  const sort = (by: object[], limit: number | null) =>
    evaluated({ op: 'sort', input: leaf(0), by, limit }, LINES)
  expect(sort([ascending(column(0))], null)).toEqual([
    ['1', 'a'],
    ['2', 'b'],
    ['2', 'b'],
    [null, 'c'],
  ])
  expect(sort([descending(column(0))], 2)).toEqual([
    [null, 'c'],
    ['2', 'b'],
  ])
  expect(sort([ascending(numeric('0'))], 1)).toEqual([['1', 'a']])
  expect(sort([ascending(column(0))], 0)).toEqual([])
})

test('DISTINCT keeps one of each row, UNION ALL keeps all', () => {
  expect(evaluated({ op: 'distinct', input: leaf(0) }, LINES)).toEqual([
    ['2', 'b'],
    ['1', 'a'],
    [null, 'c'],
  ])
  expect(
    evaluated({ op: 'union', left: leaf(0), right: leaf(1) }, [['1', 'a']], [['1', 'a']]),
  ).toEqual([
    ['1', 'a'],
    ['1', 'a'],
  ])
})

test('a join pairs equal keys, but never NULLs', () => {
  const join = (kind: 'inner' | 'left') => {
    const keys = { leftKeys: [column(0)], rightKeys: [column(0)] }
    const right: Lines = [
      ['2', 'x'],
      [null, 'y'],
      ['2.00', 'z'],
    ]
    return evaluated({ op: 'join', kind, left: leaf(0), right: leaf(1), ...keys }, LINES, right)
  }
  const pairs = [
    ['2', 'b', '2', 'x'],
    ['2', 'b', '2', 'z'],
  ]
  expect(join('inner')).toEqual([...pairs, ...pairs])
  expect(join('left')).toEqual([
    ...pairs,
    ['1', 'a', null, null],
    [null, 'c', null, null],
    ...pairs,
  ])
})
