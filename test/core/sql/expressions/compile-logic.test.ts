import { expect, test } from 'vitest'
import { Diagnostics } from '../../../../src/core/sql/values/diagnostics.ts'
import type { Expression, SqlValue } from '../../../../src/core/sql/plan.ts'
import { boolean, column, evaluate, nothing, numeric, parse, text } from '../evaluate.ts'

const [T, F, N] = [true, false, null] as const
const values = [T, F, N]

function junction(op: 'and' | 'or', row: SqlValue[]): SqlValue {
  const args = row.map((_, index) => column(index, 'boolean'))
  return evaluate({ op, type: 'boolean', args }, row)
}

test('AND, OR and NOT have three values', () => {
  const table = (op: 'and' | 'or') => values.map((a) => values.map((b) => junction(op, [a, b])))
  expect(table('and')).toEqual([
    [T, F, N],
    [F, F, F],
    [N, F, N],
  ])
  expect(table('or')).toEqual([
    [T, T, T],
    [T, F, N],
    [T, N, N],
  ])
  const not: Expression = { op: 'not', type: 'boolean', args: [column(0, 'boolean')] }
  expect(values.map((value) => evaluate(not, [value]))).toEqual([F, T, N])
})

test('longer chains are settled by one term, whatever stands before it', () => {
  expect(junction('and', [T, N, T, F])).toBe(F)
  expect(junction('and', [T, N, T])).toBe(N)
  expect(junction('and', [T, T, T])).toBe(T)
  expect(junction('or', [F, N, F, T])).toBe(T)
  expect(junction('or', [F, N, F])).toBe(N)
  expect(junction('or', [F, F, F])).toBe(F)
})

test('AND within OR keeps its terms to itself', () => {
  const [a, b, c] = [0, 1, 2].map((index) => column(index, 'boolean'))
  const both: Expression = { op: 'and', type: 'boolean', args: [b!, c!] }
  const expression: Expression = { op: 'or', type: 'boolean', args: [a!, both] }
  expect(evaluate(expression, [T, F, F])).toBe(T)
  expect(evaluate(expression, [F, T, F])).toBe(F)
  expect(evaluate(expression, [F, T, T])).toBe(T)
})

test('IS NULL, IS TRUE and IS FALSE have two values', () => {
  const operand = column(0, 'boolean')
  const isNull: Expression = { op: 'is-null', type: 'boolean', args: [operand] }
  expect(values.map((value) => evaluate(isNull, [value]))).toEqual([F, F, T])
  expect(evaluate(isNull, [undefined])).toBe(T)
  const is = (value: boolean): Expression => ({
    op: 'is-boolean',
    type: 'boolean',
    value,
    args: [operand],
  })
  expect(values.map((value) => evaluate(is(true), [value]))).toEqual([T, F, F])
  expect(values.map((value) => evaluate(is(false), [value]))).toEqual([F, T, F])
})

const choose = (...args: Expression[]): Expression => ({ op: 'case', type: 'text', args })

test('CASE takes the first true branch, else the last, else NULL', () => {
  const branches = [column(0, 'boolean'), text('a'), column(1, 'boolean'), text('b')]
  expect(evaluate(choose(...branches, text('c')), [T, T])).toBe('a')
  expect(evaluate(choose(...branches, text('c')), [N, T])).toBe('b')
  expect(evaluate(choose(...branches, text('c')), [F, N])).toBe('c')
  expect(evaluate(choose(...branches), [F, N])).toBeNull()
})

test('nothing is counted in a branch that is not taken', () => {
  const diagnostics = new Diagnostics()
  const bad = parse(text('n/a'))
  const isBad: Expression = { op: '=', type: 'boolean', of: 'numeric', args: [bad, numeric('1')] }
  expect(evaluate(choose(boolean(false), bad, text('x')), [], diagnostics)).toBe('x')
  expect(evaluate(choose(boolean(true), text('x'), isBad, bad), [], diagnostics)).toBe('x')
  const both: Expression = { op: 'and', type: 'boolean', args: [boolean(false), isBad] }
  expect(evaluate(both, [], diagnostics)).toBe(false)
  const either: Expression = { op: 'or', type: 'boolean', args: [boolean(true), isBad] }
  expect(evaluate(either, [], diagnostics)).toBe(true)
  expect(
    evaluate({ op: 'coalesce', type: 'numeric', args: [numeric('1'), bad] }, [], diagnostics),
  ).toBe('1')
  expect(diagnostics.badNumbers).toBe(0)
  expect(evaluate(choose(isBad, text('x'), text('y')), [], diagnostics)).toBe('y')
  expect(diagnostics.badNumbers).toBe(1)
})

test('COALESCE is the first value that is there', () => {
  const coalesce = (...args: Expression[]) => evaluate({ op: 'coalesce', type: 'text', args })
  expect(coalesce(nothing(), text('a'), text('b'))).toBe('a')
  expect(coalesce(text(''), text('b'))).toBe('')
  expect(coalesce(nothing(), nothing())).toBeNull()
})
