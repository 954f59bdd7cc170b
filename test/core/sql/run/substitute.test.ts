import { expect, test } from 'vitest'
import { sizeOf, substitute, substituteAggregate } from '../../../../src/core/sql/run/substitute.ts'
import {
  aggregate,
  arithmetic,
  column,
  COUNT_ROWS,
  equals,
  number,
  parse,
  reading,
} from '../plan-builders.ts'

const [a, b, c] = [column(0), column(1), column(2)]
const COLUMNS = [parse(c), number(7), a]

test('columns are replaced wherever they are named', () => {
  expect(substitute(arithmetic('add', a, arithmetic('multiply', b, c)), COLUMNS)).toEqual(
    arithmetic('add', parse(c), arithmetic('multiply', number(7), a)),
  )
  expect(substitute(number(1), COLUMNS)).toEqual(number(1))
})

test('all expressions of an aggregate are replaced', () => {
  expect(substituteAggregate({ ...COUNT_ROWS, filter: equals(b, c) }, COLUMNS)).toEqual({
    ...COUNT_ROWS,
    filter: equals(number(7), a),
  })
  expect(substituteAggregate(aggregate('sum', a), COLUMNS)).toEqual(aggregate('sum', parse(c)))
  const latest = reading('latest', { arg: a, at: b, tie: c })
  expect(substituteAggregate(latest, COLUMNS)).toEqual({
    ...latest,
    arg: parse(c),
    at: number(7),
    tie: a,
  })
})

test('a size counts nodes, those of the columns as they will be', () => {
  const expression = arithmetic('add', a, parse(a))
  expect(sizeOf(expression)).toBe(4)
  expect(sizeOf(expression, [10])).toBe(22)
  expect(sizeOf(substitute(expression, [parse(parse(b))]))).toBe(sizeOf(expression, [3]))
})
