import { expect, test } from 'vitest'
import {
  EVENT_TYPE,
  P,
  TIMESTAMP,
  expressionOf,
  expressionRefusal,
  number,
  parsed,
} from '../bound.ts'

test('a cast to a decimal of any spelling parses text, and leaves numbers as they are', () => {
  for (const type of [
    'DECIMAL',
    'NUMERIC',
    'DOUBLE',
    'DOUBLE PRECISION',
    'FLOAT',
    'REAL',
    'NUMBER',
  ]) {
    expect(expressionOf(`CAST(properties.p AS ${type})`)).toEqual(parsed(P))
    expect(expressionOf(`CAST(1.5 AS ${type})`)).toEqual(number('1.5'))
  }
  expect(expressionOf('CAST(event_type AS DECIMAL)')).toEqual(parsed(EVENT_TYPE))
  expect(expressionOf('TRY_CAST(properties.p AS DECIMAL)')).toEqual({
    op: 'parse',
    type: 'numeric',
    isQuiet: true,
    args: [P],
  })
})

test('precision and scale round; whole numbers have none of it', () => {
  expect(expressionOf('properties.p::decimal(20, 2)')).toEqual({
    op: 'rescale',
    type: 'numeric',
    precision: 20,
    scale: 2,
    isQuiet: false,
    args: [parsed(P)],
  })
  for (const type of ['INT', 'INTEGER', 'BIGINT', 'SMALLINT']) {
    expect(expressionOf(`CAST(properties.p AS ${type})`)).toEqual({
      op: 'rescale',
      type: 'numeric',
      precision: 38,
      scale: 0,
      isQuiet: false,
      args: [parsed(P)],
    })
  }
  expect(expressionRefusal('CAST(properties.p AS DECIMAL(77))')).toBe(
    'bad_type: bad precision in DECIMAL(77)',
  )
  expect(expressionRefusal('CAST(properties.p AS DECIMAL(2, 3))')).toBe(
    'bad_type: bad precision in DECIMAL(2, 3)',
  )
  expect(expressionRefusal('CAST(properties.p AS INT(8))')).toBe('bad_type: INT takes no precision')
  expect(expressionRefusal('CAST(properties.p AS VARCHAR(8))')).toBe(
    'bad_type: VARCHAR takes no precision',
  )
})

test('a cast to text writes values out, and a property is a number no more', () => {
  expect(expressionOf('CAST(1 AS VARCHAR)')).toEqual({
    op: 'numeric-text',
    type: 'text',
    args: [number('1')],
  })
  expect(expressionOf('CAST(timestamp AS TEXT)')).toEqual({
    op: 'timestamp-text',
    type: 'text',
    args: [TIMESTAMP],
  })
  expect(expressionOf('CAST(TRUE AS STRING)')).toEqual({
    op: 'boolean-text',
    type: 'text',
    args: [{ op: 'boolean', type: 'boolean', value: true }],
  })
  expect(expressionOf('CAST(properties.p AS VARCHAR)')).toEqual({ ...P, type: 'text' })
  expect(expressionRefusal('CAST(properties.p AS VARCHAR) + 1')).toBe(
    'type: expected a number but this is text',
  )
})

test('timestamps, dates and booleans are read of text', () => {
  const isQuiet = false
  expect(expressionOf('CAST(properties.p AS TIMESTAMP)')).toEqual({
    op: 'parse-timestamp',
    type: 'timestamp',
    isDate: false,
    isQuiet,
    args: [P],
  })
  expect(expressionOf('TRY_CAST(properties.p AS DATE)')).toEqual({
    op: 'parse-timestamp',
    type: 'timestamp',
    isDate: true,
    isQuiet: true,
    args: [P],
  })
  expect(expressionOf('CAST(timestamp AS DATE)')).toEqual({
    op: 'truncate',
    type: 'timestamp',
    unit: 'day',
    args: [TIMESTAMP],
  })
  expect(expressionOf('CAST(timestamp AS TIMESTAMP)')).toEqual(TIMESTAMP)
  expect(expressionOf('CAST(properties.p AS BOOLEAN)')).toEqual({
    op: 'parse-boolean',
    type: 'boolean',
    isQuiet,
    args: [P],
  })
})

test('what never converts is refused, and so are other types', () => {
  expect(expressionRefusal('CAST(timestamp AS INT)')).toBe('type: cannot cast a timestamp to INT')
  expect(expressionRefusal('CAST(TRUE AS DECIMAL)')).toBe('type: cannot cast a boolean to DECIMAL')
  expect(expressionRefusal('CAST(1 AS TIMESTAMP)')).toBe('type: cannot cast a number to TIMESTAMP')
  expect(expressionRefusal('CAST(properties.p AS BLOB)')).toBe(
    'bad_type: type BLOB is not supported',
  )
})
