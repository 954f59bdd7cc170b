import { expect, test } from 'vitest'
import { Decimal } from '../../../../src/core/decimal.ts'
import type { Expression } from '../../../../src/core/sql/plan.ts'
import { evaluate, isTrue } from '../../../../src/core/sql/naive/naive-expression.ts'
import { plainValue } from '../../../../src/core/sql/naive/naive-value.ts'
import { call, column, FALSE, NULL, numeric, textual, TRUE } from './expressions.ts'

const value = (expression: Expression) => plainValue(evaluate(expression, []))
const truth = (op: Expression['op'], ...args: Expression[]) => value(call(op, 'boolean', args))
/** More than 100 digits: an error wherever it is looked at. */
const ERROR = call('multiply', 'numeric', [
  numeric(`1${'0'.repeat(59)}`),
  numeric(`1${'0'.repeat(59)}`),
])
const IS_ERROR = call('is-null', 'boolean', [ERROR])

test('columns and literals are what they say', () => {
  expect(evaluate(column(1), ['a', 'b'])).toBe('b')
  expect(evaluate(column(7), ['a'])).toBe(null)
  expect(value(numeric('1.50'))).toBe('1.5')
  expect(value(numeric('1e3'))).toBe('1000')
  expect(value(textual('x'))).toBe('x')
  expect(value({ op: 'timestamp', type: 'timestamp', micros: 1_500 })).toBe(
    '1970-01-01T00:00:00.0015Z',
  )
  expect(value({ op: 'timestamp', type: 'timestamp', micros: -1 })).toBe(
    '1969-12-31T23:59:59.999999Z',
  )
})

test('AND, OR and NOT have three values', () => {
  expect(truth('and', TRUE, TRUE)).toBe(true)
  expect(truth('and', TRUE, NULL)).toBe(null)
  expect(truth('and', NULL, FALSE)).toBe(false)
  expect(truth('and', FALSE, IS_ERROR)).toBe(false)
  expect(truth('or', FALSE, FALSE)).toBe(false)
  expect(truth('or', FALSE, NULL)).toBe(null)
  expect(truth('or', NULL, TRUE)).toBe(true)
  expect(truth('or', TRUE, IS_ERROR)).toBe(true)
  expect(truth('not', TRUE)).toBe(false)
  expect(truth('not', FALSE)).toBe(true)
  expect(truth('not', NULL)).toBe(null)
  expect(isTrue(null, [])).toBe(true)
  expect(isTrue(NULL, [])).toBe(false)
})

test('comparisons with NULL are unknown, but DISTINCT FROM knows it', () => {
  expect(truth('=', numeric('1.0'), numeric('1'))).toBe(true)
  expect(truth('!=', numeric('1'), numeric('1'))).toBe(false)
  expect(truth('<', numeric('9'), numeric('10'))).toBe(true)
  expect(truth('<', textual('9'), textual('10'))).toBe(false)
  expect(truth('<=', numeric('2'), numeric('2'))).toBe(true)
  expect(truth('>', numeric('2'), numeric('2'))).toBe(false)
  expect(truth('>=', textual('a'), textual('B'))).toBe(true)
  for (const op of ['=', '!=', '<', '<=', '>', '>='] as const) {
    expect([op, truth(op, NULL, numeric('1'))]).toEqual([op, null])
  }
  expect(truth('distinct', NULL, NULL)).toBe(false)
  expect(truth('distinct', NULL, numeric('0'))).toBe(true)
  expect(truth('distinct', numeric('1.0'), numeric('1'))).toBe(false)
  expect(truth('same', NULL, NULL)).toBe(true)
  expect(truth('same', textual(''), NULL)).toBe(false)
})

test('IN is unknown where only a NULL could be what is looked for', () => {
  expect(truth('in', numeric('1'), numeric('2'), numeric('1.0'))).toBe(true)
  expect(truth('in', numeric('1'), NULL, numeric('1'))).toBe(true)
  expect(truth('in', numeric('1'), numeric('2'), NULL)).toBe(null)
  expect(truth('in', numeric('1'), numeric('2'))).toBe(false)
  expect(truth('in', NULL, numeric('1'))).toBe(null)
})

test('IS tells of NULL, true and false what they are', () => {
  const isBoolean = (arg: Expression, wanted: boolean) =>
    value(call('is-boolean', 'boolean', [arg], { value: wanted }))
  expect(truth('is-null', NULL)).toBe(true)
  expect(truth('is-null', textual(''))).toBe(false)
  expect([isBoolean(TRUE, true), isBoolean(FALSE, true), isBoolean(NULL, true)]).toEqual([
    true,
    false,
    false,
  ])
  expect([isBoolean(FALSE, false), isBoolean(NULL, false)]).toEqual([true, false])
})

test('CASE and COALESCE look no further than they must', () => {
  const choose = (...args: Expression[]) => value(call('case', 'numeric', args))
  expect(choose(NULL, numeric('1'), TRUE, numeric('2'), ERROR)).toBe('2')
  expect(choose(FALSE, ERROR, numeric('3'))).toBe('3')
  expect(choose(FALSE, numeric('1'), NULL, numeric('2'))).toBe(null)
  expect(value(call('coalesce', 'numeric', [NULL, numeric('1'), ERROR]))).toBe('1')
  expect(value(call('coalesce', 'numeric', [NULL, NULL]))).toBe(null)
})

test('LEAST and GREATEST ignore NULLs', () => {
  const extreme = (op: 'least' | 'greatest', ...args: Expression[]) =>
    value(call(op, 'numeric', args))
  expect(extreme('least', numeric('9'), NULL, numeric('10'))).toBe('9')
  expect(extreme('greatest', numeric('9'), numeric('10'), NULL)).toBe('10')
  expect(extreme('greatest', textual('9'), textual('10'))).toBe('9')
  expect(extreme('least', NULL, NULL)).toBe(null)
})

test('other calls are NULL as soon as an argument is', () => {
  const add = call('add', 'numeric', [NULL, ERROR])
  expect(value(add)).toBe(null)
  expect(value(call('concat', 'text', [textual('a'), NULL]))).toBe(null)
  expect(value(call('truncate', 'timestamp', [NULL], { unit: 'day' }))).toBe(null)
  expect(
    evaluate(call('add', 'numeric', [column(0), numeric('0.2')]), [new Decimal('0.1')]),
  ).toEqual(new Decimal('0.3'))
  expect(() => value(ERROR)).toThrow('100 digits')
})
