import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Numeric, numericText, parseNumeric } from '../../../../src/core/sql/values/numeric.ts'
import type { SqlValue } from '../../../../src/core/sql/plan.ts'
import {
  canonicalValue,
  compareValues,
  lookupKey,
  readTuple,
  tupleText,
  valueText,
} from '../../../../src/core/sql/values/row-values.ts'

const number = (text: string) => parseNumeric(text)!

test('tuples of equal values have equal texts, whatever was written', () => {
  expect(tupleText([number('1.0'), 'a"b', true, 1_500, null])).toBe('["1","a\\"b",true,1500,null]')
  expect(tupleText([number('-0.00')])).toBe(tupleText([number('0')]))
  expect(tupleText(['1'])).toBe('["1"]')
  expect(tupleText([])).toBe('[]')
})

test('a tuple is read as it was, also with characters that JSON escapes', () => {
  const values = [number('9007199254740993.25'), '\ud800 "\u0000', false, -1, null, 'x']
  const types = ['numeric', 'text', 'boolean', 'timestamp', 'numeric', 'property'] as const
  const again = readTuple(types, tupleText(values))
  expect(again.map((value) => (value instanceof Numeric ? numericText(value) : value))).toEqual([
    '9007199254740993.25',
    ...values.slice(1),
  ])
})

test('a single value has a text of its own', () => {
  expect([number('2.50'), 'a', true, 7].map(valueText)).toEqual(['2.5', 'a', 'true', '7'])
})

test('numbers that are equal are found by one key, others are not', () => {
  expect(lookupKey(number('1.0'))).toBe(1)
  expect(lookupKey(number('1'))).toBe(1)
  expect(lookupKey(number('1.5'))).toBe('1.5')
  expect(lookupKey(number('9007199254740993'))).toBe('9007199254740993')
  expect(['1', true, 5, null].map(lookupKey)).toEqual(['1', true, 5, null])
})

test('a canonical number has no zeros at its end', () => {
  expect(canonicalValue(number('1.500'))).toEqual(new Numeric(15, null, 1))
  expect(canonicalValue(new Numeric(0, null, 3))).toEqual(new Numeric(0, null, 0))
  expect(canonicalValue(new Numeric(0, 10n ** 20n, 1))).toEqual(new Numeric(0, 10n ** 19n, 0))
  expect(canonicalValue(number('-7.25'))).toEqual(new Numeric(-725, null, 2))
  expect(canonicalValue('1.500')).toBe('1.500')
  expect(canonicalValue(null)).toBeNull()
})

test('values are ordered by what they are, NULL last', () => {
  const sorted = (values: SqlValue[]) => values.toSorted(compareValues)
  expect(sorted(['b', null, '\uffff', '\u{1f600}', 'B'])).toEqual([
    'B',
    'b',
    '\uffff',
    '\u{1f600}',
    null,
  ])
  expect(sorted([true, null, false])).toEqual([false, true, null])
  expect(sorted([10, 9, null, -1])).toEqual([-1, 9, 10, null])
  const numbers = sorted(['10', '9', '-1.5', '9.00'].map(number))
  expect(numbers.map((value) => numericText(value as Numeric))).toEqual(['-1.5', '9', '9', '10'])
})

test('texts of numbers are equal exactly where the numbers are', () => {
  const texts = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.nat(3)).map(([units, scale]) => {
    return new Numeric(units, null, scale)
  })
  fc.assert(
    fc.property(texts, texts, (a, b) => {
      const isEqual = a.units * 10 ** b.scale === b.units * 10 ** a.scale
      expect(tupleText([a]) === tupleText([b])).toBe(isEqual)
      expect(lookupKey(a) === lookupKey(b)).toBe(isEqual)
      expect(compareValues(a, b) === 0).toBe(isEqual)
    }),
  )
})
