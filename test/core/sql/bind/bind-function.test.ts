import { expect, test } from 'vitest'
import { isScalar } from '../../../../src/core/sql/bind/bind-function.ts'
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

test('rounding functions differ in direction and digits', () => {
  const round = (digits: number, mode: string) => ({
    op: 'round',
    type: 'numeric',
    digits,
    mode,
    args: [parsed(P)],
  })
  expect(expressionOf('ROUND(properties.p)')).toEqual(round(0, 'half'))
  expect(expressionOf('round(properties.p, -2)')).toEqual(round(-2, 'half'))
  expect(expressionOf('TRUNC(properties.p, 3)')).toEqual(round(3, 'truncate'))
  expect(expressionOf('CEIL(properties.p)')).toEqual(round(0, 'up'))
  expect(expressionOf('CEILING(properties.p)')).toEqual(round(0, 'up'))
  expect(expressionOf('FLOOR(properties.p)')).toEqual(round(0, 'down'))
  expect(expressionRefusal('ROUND(1, properties.p)')).toBe('bad_args: expected a literal integer')
  expect(expressionRefusal('ROUND(1, 100)')).toBe('bad_args: expected a literal integer')
  expect(expressionRefusal('CEIL(1, 2)')).toBe('bad_args: CEIL takes 1 argument')
})

test('functions of numbers parse properties', () => {
  expect(expressionOf('ABS(properties.p)')).toEqual({
    op: 'absolute',
    type: 'numeric',
    args: [parsed(P)],
  })
  expect(expressionOf('MOD(properties.p, 2)')).toEqual({
    op: 'modulo',
    type: 'numeric',
    args: [parsed(P), number('2')],
  })
  expect(expressionRefusal('ABS(event_type)')).toBe('type: expected a number but this is text')
})

test('LEAST and GREATEST of properties are of numbers, of text they are of text', () => {
  expect(expressionOf('LEAST(properties.p, properties.q)')).toEqual({
    op: 'least',
    type: 'numeric',
    args: [parsed(P), parsed(Q)],
  })
  expect(expressionOf("GREATEST(properties.p, 'a')")).toEqual({
    op: 'greatest',
    type: 'text',
    args: [P, textLiteral('a')],
  })
})

test('NULLIF, IF and IFF are cases', () => {
  expect(expressionOf('NULLIF(properties.p, 0)')).toEqual({
    op: 'case',
    type: 'property',
    args: [
      { op: '=', type: 'boolean', of: 'numeric', args: [parsed(P), number('0')] },
      { op: 'null', type: 'property' },
      P,
    ],
  })
  const condition = { op: 'is-null', type: 'boolean', args: [P] }
  for (const name of ['IF', 'IFF']) {
    expect(expressionOf(`${name}(properties.p IS NULL, 0, properties.p)`)).toEqual({
      op: 'case',
      type: 'numeric',
      args: [condition, number('0'), parsed(P)],
    })
  }
  expect(expressionRefusal('IF(properties.p, 1, 2)')).toMatch(/^type: expected a boolean/)
})

test('functions of time take a literal unit and timestamps', () => {
  expect(expressionOf("date_trunc('Hour', timestamp)")).toEqual({
    op: 'truncate',
    type: 'timestamp',
    unit: 'hour',
    args: [TIMESTAMP],
  })
  expect(expressionOf("DATE_DIFF('day', '1970-01-01', timestamp)")).toEqual({
    op: 'date-diff',
    type: 'numeric',
    unit: 'day',
    args: [{ op: 'timestamp', type: 'timestamp', micros: 0 }, TIMESTAMP],
  })
  for (const field of ['year', 'month', 'day', 'hour', 'minute', 'epoch']) {
    expect(expressionOf(`${field}(timestamp)`)).toEqual({
      op: 'extract',
      type: 'numeric',
      field,
      args: [TIMESTAMP],
    })
  }
  expect(expressionRefusal("DATE_TRUNC('second', timestamp)")).toBe(
    "bad_args: DATE_TRUNC unit must be one of 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'",
  )
  expect(expressionRefusal('DATE_TRUNC(event_type, timestamp)')).toMatch(
    /^bad_args: DATE_TRUNC unit/,
  )
  expect(expressionRefusal("DATE_DIFF('eon', timestamp, timestamp)")).toMatch(
    /^bad_args: DATE_DIFF unit/,
  )
})

test('functions of text take numbers too', () => {
  for (const name of ['lower', 'upper', 'trim']) {
    expect(expressionOf(`${name}(properties.p)`)).toEqual({ op: name, type: 'text', args: [P] })
  }
  expect(expressionOf('LENGTH(12)')).toEqual({
    op: 'length',
    type: 'numeric',
    args: [{ op: 'numeric-text', type: 'text', args: [number('12')] }],
  })
  expect(expressionOf("CONCAT(event_type, '-', properties.p)")).toEqual({
    op: 'concat',
    type: 'text',
    args: [EVENT_TYPE, textLiteral('-'), P],
  })
  for (const name of ['SUBSTR', 'SUBSTRING']) {
    expect(expressionOf(`${name}(event_type, -3, 2)`)).toEqual({
      op: 'substring',
      type: 'text',
      from: -3,
      length: 2,
      args: [EVENT_TYPE],
    })
  }
  expect(expressionOf('SUBSTR(event_type, 2)')).toMatchObject({ from: 2, length: null })
  expect(expressionRefusal('SUBSTR(event_type, 1, -1)')).toBe(
    'bad_args: the length cannot be negative',
  )
  expect(expressionOf("REPLACE(event_type, 'a', '')")).toEqual({
    op: 'replace',
    type: 'text',
    from: 'a',
    to: '',
    args: [EVENT_TYPE],
  })
  expect(expressionOf("STARTS_WITH(properties.p, 'gpt')")).toEqual({
    op: 'starts-with',
    type: 'boolean',
    prefix: 'gpt',
    args: [P],
  })
  expect(expressionRefusal('STARTS_WITH(event_type, properties.p)')).toBe(
    'bad_args: expected a string literal',
  )
})

test('the number of arguments is told, and what only aggregates have is refused', () => {
  expect(expressionRefusal('NULLIF(1)')).toBe('bad_args: NULLIF takes 2 arguments')
  expect(expressionRefusal('SUBSTR(event_type)')).toBe('bad_args: SUBSTR takes 2 to 3 arguments')
  expect(expressionRefusal('COALESCE()')).toBe('bad_args: COALESCE takes 1 to 20 arguments')
  expect(expressionRefusal('ABS(DISTINCT 1)')).toBe('bad_args: ABS is not an aggregate')
  expect(expressionRefusal('ABS(*)')).toBe('bad_args: ABS is not an aggregate')
  expect(expressionRefusal('ABS(1) FILTER (WHERE TRUE)')).toBe('bad_args: ABS is not an aggregate')
})

test('what is no function of one row is not among them', () => {
  expect(isScalar('COALESCE')).toBe(true)
  expect(isScalar('SUM')).toBe(false)
  expect(isScalar('constructor')).toBe(false)
})
