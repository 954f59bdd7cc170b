import { expect, test } from 'vitest'
import { mapAggregate, mapWindow } from '../../../../src/core/sql/bind/draft-parts.ts'
import type { Aggregate, Expression, WindowFunction } from '../../../../src/core/sql/plan.ts'
import { column } from '../bound.ts'

const a = column(0, 'numeric')
const b = column(1, 'timestamp')
const c = column(2, 'text')
const d = column(3, 'boolean')

function indexes(of: unknown): number[] {
  return [...JSON.stringify(of).matchAll(/"index":(\d+)/g)].map(([, index]) => Number(index))
}

const moved = (expression: Expression): Expression =>
  expression.op === 'column' ? { ...expression, index: expression.index + 10 } : expression

test('every expression of an aggregate is changed', () => {
  const latest: Aggregate = { filter: d, type: 'numeric', fn: 'latest', arg: a, at: b, tie: c }
  expect(indexes(mapAggregate(latest, moved)).sort((x, y) => x - y)).toEqual([10, 11, 12, 13])
  expect(mapAggregate({ ...latest, tie: null }, moved)).toEqual({
    filter: { ...d, index: 13 },
    type: 'numeric',
    fn: 'latest',
    arg: { ...a, index: 10 },
    at: { ...b, index: 11 },
    tie: null,
  })
  expect(mapAggregate({ filter: null, type: 'numeric', fn: 'count-rows' }, moved)).toEqual({
    filter: null,
    type: 'numeric',
    fn: 'count-rows',
  })
  const sum: Aggregate = { filter: d, type: 'numeric', fn: 'sum', arg: a }
  expect(indexes(mapAggregate(sum, moved)).sort((x, y) => x - y)).toEqual([10, 13])
})

test('every expression of a window function is changed', () => {
  const over = {
    partitionBy: [c],
    orderBy: [{ by: b, isDescending: true, nullsFirst: true }],
    frame: 'range' as const,
    type: 'numeric' as const,
  }
  const indexesOf = (window: WindowFunction) =>
    indexes(mapWindow(window, moved)).sort((x, y) => x - y)
  expect(indexesOf({ ...over, fn: 'rank' })).toEqual([11, 12])
  expect(indexesOf({ ...over, fn: 'lag', arg: a, offset: 1, otherwise: a })).toEqual([
    10, 10, 11, 12,
  ])
  expect(indexesOf({ ...over, fn: 'first-value', arg: a })).toEqual([10, 11, 12])
  expect(indexesOf({ ...over, fn: 'count', arg: null, filter: d })).toEqual([11, 12, 13])
  expect(indexesOf({ ...over, fn: 'sum', arg: a, filter: null })).toEqual([10, 11, 12])
})
