import { expect, test } from 'vitest'
import {
  EVENT_TYPE,
  P,
  Q,
  expressionOf,
  expressionRefusal,
  number,
  parsed,
  textLiteral,
} from '../bound.ts'

test('a property is compared as a number with numbers, else as text', () => {
  expect(expressionOf('properties.p > 5')).toEqual({
    op: '>',
    type: 'boolean',
    of: 'numeric',
    args: [parsed(P), number('5')],
  })
  expect(expressionOf("properties.p = '5'")).toEqual({
    op: '=',
    type: 'boolean',
    of: 'text',
    args: [P, textLiteral('5')],
  })
  expect(expressionOf('properties.p != properties.q')).toEqual({
    op: '!=',
    type: 'boolean',
    of: 'text',
    args: [P, Q],
  })
})

test('the order of two properties is ambiguous, one of them cast settles it', () => {
  expect(expressionRefusal('properties.p < properties.q')).toMatch(/^ambiguous: /)
  expect(expressionRefusal('properties.p BETWEEN properties.q AND properties.q')).toMatch(
    /^ambiguous: /,
  )
  expect(expressionOf('CAST(properties.p AS DECIMAL) < properties.q')).toEqual({
    op: '<',
    type: 'boolean',
    of: 'numeric',
    args: [parsed(P), parsed(Q)],
  })
  expect(expressionOf('CAST(properties.p AS VARCHAR) < properties.q')).toEqual({
    op: '<',
    type: 'boolean',
    of: 'text',
    args: [{ ...P, type: 'text' }, Q],
  })
})

test('text and numbers, properties and booleans do not compare', () => {
  expect(expressionRefusal('event_type = 1')).toBe('type: cannot combine text and a number')
  expect(expressionRefusal('properties.p = TRUE')).toBe(
    'type: cannot combine a property and a boolean',
  )
})

test('IS DISTINCT FROM takes NULL for a value', () => {
  const args = [P, textLiteral('a')]
  expect(expressionOf("properties.p IS DISTINCT FROM 'a'")).toEqual({
    op: 'distinct',
    type: 'boolean',
    of: 'text',
    args,
  })
  expect(expressionOf("properties.p IS NOT DISTINCT FROM 'a'")).toEqual({
    op: 'same',
    type: 'boolean',
    of: 'text',
    args,
  })
})

test('BETWEEN is two comparisons of one type', () => {
  const bounds = {
    op: 'and',
    type: 'boolean',
    args: [
      { op: '>=', type: 'boolean', of: 'numeric', args: [parsed(P), number('1')] },
      { op: '<=', type: 'boolean', of: 'numeric', args: [parsed(P), parsed(Q)] },
    ],
  }
  expect(expressionOf('properties.p BETWEEN 1 AND properties.q')).toEqual(bounds)
  expect(expressionOf('properties.p NOT BETWEEN 1 AND properties.q')).toEqual({
    op: 'not',
    type: 'boolean',
    args: [bounds],
  })
  expect(expressionRefusal("properties.p BETWEEN 1 AND '5'")).toBe(
    'type: cannot combine a number and text',
  )
})

test('IN takes literals of one type, negative numbers and NULL among them', () => {
  expect(expressionOf('properties.p IN (1, -2.50, NULL)')).toEqual({
    op: 'in',
    type: 'boolean',
    of: 'numeric',
    args: [parsed(P), number('1'), number('-2.5'), { op: 'null', type: 'numeric' }],
  })
  expect(expressionOf("event_type NOT IN ('a')")).toEqual({
    op: 'not',
    type: 'boolean',
    args: [{ op: 'in', type: 'boolean', of: 'text', args: [EVENT_TYPE, textLiteral('a')] }],
  })
  expect(expressionOf("timestamp IN ('1970-01-01')")).toMatchObject({
    of: 'timestamp',
    args: [{ op: 'column' }, { op: 'timestamp', micros: 0 }],
  })
  expect(expressionRefusal("properties.p IN (1, 'a')")).toBe(
    'type: cannot combine a number and text',
  )
  expect(expressionRefusal('properties.p IN (properties.q)')).toBe(
    'unsupported: IN takes literals only',
  )
  expect(expressionRefusal('properties.p IN (1 + 1)')).toBe('unsupported: IN takes literals only')
})

test('LIKE applies to text and properties', () => {
  expect(expressionOf("properties.p NOT LIKE 'a%'")).toEqual({
    op: 'not',
    type: 'boolean',
    args: [{ op: 'like', type: 'boolean', pattern: 'a%', args: [P] }],
  })
  expect(expressionRefusal("1 LIKE 'a'")).toBe('type: LIKE applies to text, not a number')
})
