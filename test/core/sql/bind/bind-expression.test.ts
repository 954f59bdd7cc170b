import { expect, test } from 'vitest'
import type { Expression } from '../../../../src/core/sql/plan.ts'
import {
  EVENT_TYPE,
  P,
  Q,
  TIMESTAMP,
  expressionOf,
  expressionRefusal,
  number,
  parsed,
  textLiteral,
} from '../bound.ts'

const isTrue: Expression = { op: 'boolean', type: 'boolean', value: true }

test('a chain of AND, OR or || is one operator', () => {
  expect(expressionOf('TRUE AND TRUE AND (TRUE OR TRUE) AND TRUE')).toEqual({
    op: 'and',
    type: 'boolean',
    args: [isTrue, isTrue, { op: 'or', type: 'boolean', args: [isTrue, isTrue] }, isTrue],
  })
  expect(expressionOf("event_type || '-' || properties.p")).toEqual({
    op: 'concat',
    type: 'text',
    args: [EVENT_TYPE, textLiteral('-'), P],
  })
})

test('arithmetic is of numbers and leans to the left', () => {
  expect(expressionOf('1 - properties.p - 2')).toEqual({
    op: 'subtract',
    type: 'numeric',
    args: [{ op: 'subtract', type: 'numeric', args: [number('1'), parsed(P)] }, number('2')],
  })
  for (const [sign, op] of [
    ['+', 'add'],
    ['*', 'multiply'],
    ['/', 'divide'],
    ['%', 'modulo'],
  ]) {
    expect(expressionOf(`1 ${sign} 2`)).toEqual({
      op,
      type: 'numeric',
      args: [number('1'), number('2')],
    })
  }
})

test('a negative number is a literal, other signs are operators', () => {
  expect(expressionOf('-1.50')).toEqual(number('-1.5'))
  expect(expressionOf('-(-1)')).toEqual(number('1'))
  expect(expressionOf('-0')).toEqual(number('0'))
  expect(expressionOf('-properties.p')).toEqual({
    op: 'negate',
    type: 'numeric',
    args: [parsed(P)],
  })
})

test('literals have their types', () => {
  expect(expressionOf("'it''s'")).toEqual(textLiteral("it's"))
  expect(expressionOf('NULL')).toEqual({ op: 'null', type: 'null' })
  expect(expressionOf("TIMESTAMP '1970-01-01T00:00:01Z'")).toEqual({
    op: 'timestamp',
    type: 'timestamp',
    micros: 1_000_000,
  })
  expect(expressionOf("DATE '1970-01-02'")).toEqual({
    op: 'timestamp',
    type: 'timestamp',
    micros: 86_400_000_000,
  })
})

test('tests of NULL and truth', () => {
  expect(expressionOf('properties.p IS NULL')).toEqual({
    op: 'is-null',
    type: 'boolean',
    args: [P],
  })
  expect(expressionOf('properties.p IS NOT NULL')).toEqual({
    op: 'not',
    type: 'boolean',
    args: [{ op: 'is-null', type: 'boolean', args: [P] }],
  })
  expect(expressionOf('(NOT TRUE) IS NOT FALSE')).toEqual({
    op: 'not',
    type: 'boolean',
    args: [
      {
        op: 'is-boolean',
        type: 'boolean',
        value: false,
        args: [{ op: 'not', type: 'boolean', args: [isTrue] }],
      },
    ],
  })
  expect(expressionRefusal('properties.p IS TRUE')).toMatch(/^type: expected a boolean/)
})

test('CASE with conditions brings its results to one type', () => {
  expect(
    expressionOf("CASE WHEN properties.p = 'a' THEN properties.q WHEN TRUE THEN 2 END"),
  ).toEqual({
    op: 'case',
    type: 'numeric',
    args: [
      { op: '=', type: 'boolean', of: 'text', args: [P, textLiteral('a')] },
      parsed(Q),
      isTrue,
      number('2'),
    ],
  })
  expect(expressionRefusal("CASE WHEN TRUE THEN 1 ELSE 'a' END")).toBe(
    'type: cannot combine a number and text',
  )
  expect(expressionRefusal('CASE WHEN properties.p THEN 1 END')).toMatch(
    /^type: expected a boolean/,
  )
})

test('CASE with a subject compares it with each branch, all of one type', () => {
  expect(
    expressionOf('CASE properties.p WHEN 1 THEN NULL WHEN 2 THEN event_type ELSE NULL END'),
  ).toEqual({
    op: 'case',
    type: 'text',
    args: [
      { op: '=', type: 'boolean', of: 'numeric', args: [parsed(P), number('1')] },
      { op: 'null', type: 'text' },
      { op: '=', type: 'boolean', of: 'numeric', args: [parsed(P), number('2')] },
      EVENT_TYPE,
      { op: 'null', type: 'text' },
    ],
  })
  expect(expressionOf('CASE properties.p WHEN properties.q THEN 1 END')).toEqual({
    op: 'case',
    type: 'numeric',
    args: [{ op: '=', type: 'boolean', of: 'text', args: [P, Q] }, number('1')],
  })
  expect(expressionRefusal("CASE properties.p WHEN 1 THEN 1 WHEN 'a' THEN 2 END")).toBe(
    'type: cannot combine a number and text',
  )
})

test('EXTRACT takes the fields of a timestamp', () => {
  expect(expressionOf('EXTRACT(HOUR FROM timestamp)')).toEqual({
    op: 'extract',
    type: 'numeric',
    field: 'hour',
    args: [TIMESTAMP],
  })
  expect(expressionRefusal('EXTRACT(CENTURY FROM timestamp)')).toBe(
    'unsupported: EXTRACT(CENTURY) is not supported',
  )
})

test('aggregates and windows are refused where there are only single rows', () => {
  expect(expressionRefusal('1 + SUM(properties.p)')).toBe(
    'bad_aggregate: aggregate functions are not here',
  )
  expect(expressionRefusal('COUNT(*) OVER ()')).toBe('bad_window: window functions are not here')
  expect(expressionRefusal('RANK()')).toBe('bad_window: RANK needs OVER (...)')
})

test('the longest chains that the parser lets through are bound', () => {
  const long = (sign: string, term: string, terms: number) =>
    expressionOf(Array.from({ length: terms }, () => term).join(sign))
  expect(long(' + ', '1', 990).type).toBe('numeric')
  expect(long(' || ', 'event_type', 990)).toMatchObject({ op: 'concat' })
  expect(long(' OR ', 'TRUE', 990)).toMatchObject({ op: 'or' })
  expect(expressionOf(`${'('.repeat(45)}1${')'.repeat(45)}`)).toEqual(number('1'))
})
