import { expect, test } from 'vitest'
import { TokenCursor } from '../../../../src/core/sql/read/token-cursor.ts'
import { refusalOf, refusalOfExpression } from '../refusal-of.ts'

test('the cursor takes words without regard to case, and stops at the end', () => {
  const cursor = new TokenCursor('Group BY a')
  expect(cursor.takeWords('GROUP', 'BY')).toBe(true)
  expect(cursor.takeWords('A', 'B')).toBe(false)
  expect(cursor.isAtName()).toBe(true)
  expect(cursor.needName('a name')).toEqual({ text: 'a', isQuoted: false, start: 9, end: 10 })
  expect(cursor.isAtEnd()).toBe(true)
  expect(cursor.advance().kind).toBe('end')
  expect(cursor.peek(9).kind).toBe('end')
  expect(cursor.endBefore).toBe(10)
})

test('a string is never taken for a word or an operator', () => {
  const cursor = new TokenCursor("'(' 'SELECT'")
  expect(cursor.takeOperator('(')).toBe(false)
  cursor.advance()
  expect(cursor.takeWords('SELECT')).toBe(false)
})

test('a long token is shown by its beginning', () => {
  expect(refusalOf(`SELECT 1 FROM '${'x'.repeat(100)}'`)).toBe(
    `syntax 1:15 — expected a table or a subquery but found ''${'x'.repeat(29)}…'`,
  )
})

test('a query nests 48 deep, itself included, and no deeper', () => {
  const nested = (depth: number) => `${'('.repeat(depth)}1${')'.repeat(depth)}`
  expect(refusalOfExpression(nested(46))).toBeNull()
  expect(refusalOfExpression(nested(47))).toBe('too_complex 1:55 — nesting deeper than 48')
  expect(refusalOfExpression(`${'NOT '.repeat(46)}TRUE`)).toBeNull()
  expect(refusalOfExpression(`${'NOT '.repeat(47)}TRUE`)).toBe(
    'too_complex 1:196 — nesting deeper than 48',
  )
  expect(refusalOfExpression(`a${'::int'.repeat(48)}`)).toBeNull()
  expect(refusalOfExpression(`a${'::int'.repeat(49)}`)).toBe(
    'too_complex 1:251 — more than 48 casts in a row',
  )
})

test('a tree has 2,000 nodes and no more', () => {
  // A sum of n numbers has 2n - 1 nodes; item, table, select and query are four more.
  const sum = (count: number) => Array(count).fill('1').join('+')
  expect(refusalOfExpression(sum(998))).toBeNull()
  expect(refusalOfExpression(`-${sum(998)}`)).toBeNull()
  expect(refusalOfExpression(sum(999))).toBe(
    'too_complex 1:1 — the query has more than 2000 syntax nodes',
  )
})
