import { expect, test } from 'vitest'
import type { Expression, SqlType, SqlValue } from '../../../../src/core/sql/plan.ts'
import { boolean, column, evaluate, nothing, numeric, parse, text, timestamp } from '../evaluate.ts'

const operators = ['=', '!=', '<', '<=', '>', '>='] as const

function compareAll(left: Expression, right: Expression, of: SqlType, row: SqlValue[] = []) {
  return operators.map((op) => evaluate({ op, type: 'boolean', of, args: [left, right] }, row))
}

const LESS = [false, true, true, true, false, false]
const EQUAL = [true, false, false, true, false, true]
const GREATER = [false, true, false, false, true, true]
const UNKNOWN = [null, null, null, null, null, null]

test('numbers are compared by value', () => {
  expect(compareAll(numeric('1.0'), numeric('1'), 'numeric')).toEqual(EQUAL)
  expect(compareAll(numeric('9'), numeric('10'), 'numeric')).toEqual(LESS)
  expect(compareAll(numeric('-9'), numeric('-10'), 'numeric')).toEqual(GREATER)
  expect(compareAll(numeric('9007199254740993'), numeric('9007199254740992'), 'numeric')).toEqual(
    GREATER,
  )
  expect(compareAll(parse(text('1e3')), numeric('1000.000'), 'numeric')).toEqual(EQUAL)
})

test('texts are compared by code point, with their case', () => {
  expect(compareAll(text('9'), text('10'), 'text')).toEqual(GREATER)
  expect(compareAll(text('B'), text('a'), 'text')).toEqual(LESS)
  expect(compareAll(text('a'), text('a '), 'text')).toEqual(LESS)
  expect(compareAll(text('é'), text('é'), 'text')).toEqual(EQUAL)
  // U+FFFD is before U+1F600, though its UTF-16 unit is greater.
  expect(compareAll(text('\ufffd'), text('\u{1f600}'), 'text')).toEqual(LESS)
  expect(compareAll(column(0, 'property'), column(1, 'text'), 'property', ['1.0', '1'])).toEqual(
    GREATER,
  )
})

test('timestamps and booleans are compared', () => {
  const [early, late] = [timestamp('2026-01-31T23:59:59.999Z'), timestamp('2026-02-01T00:00:00Z')]
  expect(compareAll(early, late, 'timestamp')).toEqual(LESS)
  expect(compareAll(late, late, 'timestamp')).toEqual(EQUAL)
  expect(compareAll(boolean(true), boolean(false), 'boolean')).toEqual(GREATER)
  expect(compareAll(boolean(true), boolean(true), 'boolean')).toEqual(EQUAL)
})

test('a comparison with NULL is NULL', () => {
  expect(compareAll(nothing(), numeric('1'), 'numeric')).toEqual(UNKNOWN)
  expect(compareAll(numeric('1'), nothing(), 'numeric')).toEqual(UNKNOWN)
  expect(compareAll(text('a'), nothing(), 'text')).toEqual(UNKNOWN)
  expect(compareAll(column(0, 'text'), text('a'), 'text', [null])).toEqual(UNKNOWN)
  expect(compareAll(nothing(), nothing(), 'null')).toEqual(UNKNOWN)
})

test('a column is compared with a literal', () => {
  const equals = (op: '=' | '!=', value: SqlValue | undefined) =>
    evaluate({ op, type: 'boolean', of: 'text', args: [column(0, 'text'), text('a')] }, [value])
  expect(['a', 'b', '', null, undefined].map((value) => equals('=', value))).toEqual([
    true,
    false,
    false,
    null,
    null,
  ])
  expect(['a', 'b', '', null, undefined].map((value) => equals('!=', value))).toEqual([
    false,
    true,
    true,
    null,
    null,
  ])
})

test('IS DISTINCT FROM takes NULL for a value', () => {
  const tell = (left: Expression, right: Expression, of: SqlType) =>
    (['distinct', 'same'] as const).map((op) =>
      evaluate({ op, type: 'boolean', of, args: [left, right] }),
    )
  expect(tell(nothing(), nothing(), 'text')).toEqual([false, true])
  expect(tell(nothing(), text(''), 'text')).toEqual([true, false])
  expect(tell(numeric('1'), nothing(), 'numeric')).toEqual([true, false])
  expect(tell(numeric('1.0'), numeric('1'), 'numeric')).toEqual([false, true])
  expect(tell(text('1.0'), text('1'), 'text')).toEqual([true, false])
})

test('IN seeks among literals, and a NULL among them leaves open what is not found', () => {
  const among = (of: SqlType, operand: Expression, ...literals: Expression[]) =>
    evaluate({ op: 'in', type: 'boolean', of, args: [operand, ...literals] })
  expect(among('text', text('b'), text('a'), text('b'))).toBe(true)
  expect(among('text', text('B'), text('a'), text('b'))).toBe(false)
  expect(among('text', text('b'), nothing(), text('b'))).toBe(true)
  expect(among('text', text('c'), nothing(), text('b'))).toBeNull()
  expect(among('text', nothing(), text('b'))).toBeNull()
  expect(among('numeric', numeric('1.0'), numeric('2'), numeric('1'))).toBe(true)
  expect(among('numeric', parse(text('1e2')), numeric('100.00'))).toBe(true)
  expect(among('numeric', numeric('1.01'), numeric('1'))).toBe(false)
  expect(among('numeric', numeric('3'), numeric('1'), nothing())).toBeNull()
  const day = timestamp('2026-01-01T00:00:00Z')
  expect(among('timestamp', day, day)).toBe(true)
})

test('LEAST and GREATEST ignore NULLs', () => {
  const extremes = (type: SqlType, ...args: Expression[]) =>
    (['least', 'greatest'] as const).map((op) => evaluate({ op, type, args }))
  expect(extremes('numeric', numeric('9'), nothing(), numeric('10'))).toEqual(['9', '10'])
  expect(extremes('numeric', nothing(), nothing())).toEqual([null, null])
  expect(extremes('text', text('9'), text('10'))).toEqual(['10', '9'])
  expect(extremes('text', text('\u{1f600}'), text('\ufffd'))).toEqual(['\ufffd', '\u{1f600}'])
  expect(extremes('boolean', boolean(true), boolean(false))).toEqual([false, true])
  const [early, late] = [timestamp('2026-01-01T00:00:00Z'), timestamp('2026-01-02T00:00:00Z')]
  expect(extremes('timestamp', late, early)).toEqual([1_767_225_600_000_000, 1_767_312_000_000_000])
})
