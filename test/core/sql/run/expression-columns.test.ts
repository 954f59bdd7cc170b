import { expect, test } from 'vitest'
import { columnsOf, conjunctsOf, partsOf } from '../../../../src/core/sql/run/expression-columns.ts'
import {
  aggregate,
  and,
  arithmetic,
  column,
  COUNT_ROWS,
  equals,
  number,
  percentile,
  reading,
} from '../plan-builders.ts'

const [a, b, c] = [column(0), column(1), column(2)]

test('columns are listed once, in the order of their first use', () => {
  const columns = columnsOf([arithmetic('add', c, arithmetic('add', number(1), a)), c, b])
  expect([...columns]).toEqual([2, 0, 1])
  expect([...columnsOf([number(1)])]).toEqual([])
})

test('the parts of an aggregate are all of its expressions', () => {
  expect(partsOf(COUNT_ROWS)).toEqual([])
  expect(partsOf({ ...COUNT_ROWS, filter: equals(a, b) })).toEqual([equals(a, b)])
  expect(partsOf(aggregate('sum', a, equals(b, c)))).toEqual([equals(b, c), a])
  expect(partsOf(percentile('percentile-disc', c, '0.5'))).toEqual([c])
  expect(partsOf(reading('latest', { arg: a, at: b, tie: c }))).toEqual([a, b, c])
  expect(partsOf(reading('earliest', { arg: a, at: b, tie: null }))).toEqual([a, b])
})

test('nested conditions that all must be true are one list', () => {
  const [x, y, z] = [equals(a, b), equals(b, c), equals(a, c)]
  expect(conjunctsOf(and(and(x, y), z))).toEqual([x, y, z])
  expect(conjunctsOf(x)).toEqual([x])
  expect(conjunctsOf(null)).toEqual([])
})
