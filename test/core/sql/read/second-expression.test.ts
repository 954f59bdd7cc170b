import { expect, test } from 'vitest'
import { printExpression } from '../../../../src/core/sql/read/print-tree.ts'
import { convertExpression, convertOrder } from '../../../../src/core/sql/read/second-expression.ts'
import { UnreadableError } from '../../../../src/core/sql/read/second-node.ts'

const column = (name: string, more = {}) => ({
  type: 'column_ref',
  table: null,
  column: { expr: { type: 'default', value: name } },
  ...more,
})
const pair = (operator: string, left: object, right: object, more = {}) => ({
  type: 'binary_expr',
  operator,
  left,
  right,
  ...more,
})
const call = (name: string, ...value: object[]) => ({
  type: 'function',
  name: { name: [{ type: 'default', value: name }] },
  args: { type: 'expr_list', value },
})
const converted = (node: object) => printExpression(convertExpression(node))
const [a, b, c] = [column('a'), column('b'), column('c')]

test('a chain that was folded from the left is read with AND before OR', () => {
  expect(converted(pair('AND', pair('OR', a, b), c))).toBe('(or a (and b c))')
  expect(converted(pair('OR', pair('AND', a, b), c))).toBe('(or (and a b) c)')
  expect(converted(pair('AND', a, pair('OR', b, c)))).toBe('(or (and a b) c)')
})

test('a chain in parentheses stays together', () => {
  expect(converted(pair('AND', pair('OR', a, b, { parentheses: true }), c))).toBe(
    '(and (or a b) c)',
  )
})

test('a call of NOT is an operator, also where it was taken for an operand', () => {
  expect(converted(call('NOT', pair('OR', a, b)))).toBe('(not (or a b))')
  expect(converted(pair('>', call('NOT', a), b))).toBe('(not (> a b))')
  expect(converted(pair('>', pair('+', call('NOT', a), b), c))).toBe('(not (> (+ a b) c))')
  expect(converted(pair('=', { ...call('NOT', a), parentheses: true }, b))).toBe('(= (not a) b)')
})

test('paths come in three shapes', () => {
  expect(converted(column('x', { table: 'properties' }))).toBe('properties.x')
  expect(converted(column('x', { schema: 'e', table: 'properties' }))).toBe('e.properties.x')
  const array_index = [{ brackets: true, index: { type: 'single_quote_string', value: 'x' } }]
  expect(converted(column('properties', { array_index }))).toBe('properties.x')
})

test('numbers may be numbers or texts, and negative', () => {
  expect(converted({ type: 'number', value: -1.5 })).toBe('(negate 1.5)')
  expect(converted({ type: 'bigint', value: '9007199254740993' })).toBe('9007199254740993')
})

test('an order tells direction and where NULLs go', () => {
  const order = (more: object) => convertOrder({ expr: a, type: null, nulls: null, ...more })
  expect(order({})).toMatchObject({ isDescending: false, nullsFirst: false })
  expect(order({ type: 'DESC' })).toMatchObject({ isDescending: true, nullsFirst: true })
  expect(order({ type: 'DESC', nulls: 'nulls last' })).toMatchObject({ nullsFirst: false })
})

test('what has no place in our tree is unreadable', () => {
  const nodes = [
    { type: 'interval' },
    pair('->>', a, b),
    pair('IS', a, { type: 'default', value: 'DISTINCT FROM "b"' }),
    { type: 'unary_expr', operator: '~', expr: a },
    column('a', { schema: 'x', db: 'y' }),
    column('a', { column: { expr: { type: 'single_quote_string', value: 'a' } } }),
    { ...call('f', a), name: { schema: { value: 's' }, name: [{ value: 'f' }] } },
    { ...call('f', a), within: b },
    pair('+', call('DISTINCT', a), b),
  ]
  for (const node of nodes) expect(() => convertExpression(node)).toThrow(UnreadableError)
})
