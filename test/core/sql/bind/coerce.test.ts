import { expect, test } from 'vitest'
import { commonType } from '../../../../src/core/sql/bind/coerce.ts'
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

const at = { start: 0, end: 1 }

test('a property becomes a number or text beside one, NULL becomes anything', () => {
  expect(commonType('property', 'numeric', at)).toBe('numeric')
  expect(commonType('text', 'property', at)).toBe('text')
  expect(commonType('property', 'property', at)).toBe('property')
  expect(commonType('null', 'timestamp', at)).toBe('timestamp')
  expect(commonType('boolean', 'null', at)).toBe('boolean')
  expect(commonType('null', 'null', at)).toBe('null')
})

test('other types do not mix', () => {
  expect(() => commonType('text', 'numeric', at)).toThrow('cannot combine text and a number')
  expect(() => commonType('property', 'boolean', at)).toThrow('a property and a boolean')
  expect(() => commonType('timestamp', 'property', at)).toThrow('a timestamp and a property')
})

test('a property is parsed where a number is needed, and text where text is', () => {
  expect(expressionOf('properties.p * 2')).toEqual({
    op: 'multiply',
    type: 'numeric',
    args: [parsed(P), number('2')],
  })
  expect(expressionOf('LOWER(properties.p)')).toEqual({ op: 'lower', type: 'text', args: [P] })
})

test('a number is written out where text is needed; timestamps and booleans need a cast', () => {
  expect(expressionOf("1.50 || 'x'")).toEqual({
    op: 'concat',
    type: 'text',
    args: [{ op: 'numeric-text', type: 'text', args: [number('1.5')] }, textLiteral('x')],
  })
  expect(expressionRefusal("timestamp || 'x'")).toBe('type: expected text but this is a timestamp')
  expect(expressionRefusal('LOWER(TRUE)')).toBe('type: expected text but this is a boolean')
})

test('a property is no condition and no timestamp by itself', () => {
  expect(expressionRefusal('NOT properties.p')).toBe(
    'type: expected a boolean but this is a property',
  )
  expect(expressionRefusal('YEAR(properties.p)')).toBe(
    'type: expected a timestamp but this is a property',
  )
  expect(expressionRefusal('-event_type')).toBe('type: expected a number but this is text')
})

test('literal text beside a timestamp is a timestamp', () => {
  const day = { op: 'timestamp', type: 'timestamp', micros: 1_735_689_600_000_000 }
  expect(expressionOf("timestamp >= '2025-01-01'")).toEqual({
    op: '>=',
    type: 'boolean',
    of: 'timestamp',
    args: [TIMESTAMP, day],
  })
  expect(expressionOf("GREATEST('2025-01-01T00:00:00Z', timestamp)")).toEqual({
    op: 'greatest',
    type: 'timestamp',
    args: [day, TIMESTAMP],
  })
  expect(expressionRefusal("timestamp > 'yesterday'")).toBe(
    "bad_literal: 'yesterday' is not a timestamp",
  )
  expect(expressionRefusal('timestamp > event_type')).toBe(
    'type: cannot combine a timestamp and text',
  )
})

test('what is chosen among is of one type', () => {
  expect(expressionOf('COALESCE(properties.p, 0)')).toEqual({
    op: 'coalesce',
    type: 'numeric',
    args: [parsed(P), number('0')],
  })
  expect(expressionOf("COALESCE(properties.p, properties.q, NULL, 'none')")).toEqual({
    op: 'coalesce',
    type: 'text',
    args: [P, Q, { op: 'null', type: 'text' }, textLiteral('none')],
  })
  expect(expressionOf('COALESCE(properties.p, properties.q)')).toEqual({
    op: 'coalesce',
    type: 'property',
    args: [P, Q],
  })
  expect(expressionOf('CASE WHEN TRUE THEN event_type ELSE properties.p END')).toEqual({
    op: 'case',
    type: 'text',
    args: [{ op: 'boolean', type: 'boolean', value: true }, EVENT_TYPE, P],
  })
  expect(expressionRefusal("COALESCE(1, 'none')")).toBe('type: cannot combine a number and text')
})
