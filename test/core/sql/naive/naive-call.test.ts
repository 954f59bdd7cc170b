import { expect, test } from 'vitest'
import { Decimal } from '../../../../src/core/decimal.ts'
import type { Expression } from '../../../../src/core/sql/plan.ts'
import {
  applyToInstants,
  applyToNumbers,
  applyToTexts,
  INSTANT_OPERATORS,
  isCallOf,
  NUMBER_OPERATORS,
  TEXT_OPERATORS,
} from '../../../../src/core/sql/naive/naive-call.ts'
import { instantOf } from '../../../../src/core/sql/naive/naive-instant.ts'
import { plainValue } from '../../../../src/core/sql/naive/naive-value.ts'
import { call } from './expressions.ts'

const operation = (op: Expression['op'], more: object = {}) => call(op, 'null', [], more)

function ofNumbers(expression: Expression, ...texts: string[]) {
  if (!isCallOf(expression, NUMBER_OPERATORS)) throw new Error('no call of numbers')
  const numbers = texts.map((text) => new Decimal(text))
  return plainValue(applyToNumbers(expression, numbers))
}

function ofTexts(expression: Expression, ...texts: string[]) {
  if (!isCallOf(expression, TEXT_OPERATORS)) throw new Error('no call of texts')
  return plainValue(applyToTexts(expression, texts))
}

test('numbers are computed with exactly', () => {
  expect(ofNumbers(operation('add'), '0.1', '0.2')).toBe('0.3')
  expect(ofNumbers(operation('subtract'), '1000000000000000.1', '0.3')).toBe('999999999999999.8')
  expect(ofNumbers(operation('multiply'), '12345678901234567890', '1.1')).toBe(
    '13580246791358024679',
  )
  expect(ofNumbers(operation('multiply'), '1e-40', '1e-40')).toBe('0')
  expect(ofNumbers(operation('divide'), '1', '8')).toBe('0.125')
  expect(ofNumbers(operation('modulo'), '-7', '2')).toBe('-1')
  expect(ofNumbers(operation('negate'), '0')).toBe('0')
  expect(ofNumbers(operation('absolute'), '-1.5')).toBe('1.5')
  expect(ofNumbers(operation('round', { digits: 1, mode: 'down' }), '-1.55')).toBe('-1.6')
  expect(ofNumbers(operation('rescale', { precision: 3, scale: 1 }), '99.95')).toBe(null)
  expect(() => ofNumbers(operation('multiply'), '1e60', '1e60')).toThrow('100 digits')
})

test('a division by zero is NULL', () => {
  expect(ofNumbers(operation('divide'), '1', '0')).toBe(null)
  expect(ofNumbers(operation('modulo'), '1', '0.00')).toBe(null)
})

test('instants are cut, taken apart and subtracted', () => {
  const noon = instantOf(Date.parse('2026-03-20T12:30:00Z'))
  const ofInstants = (expression: Expression, ...instants: (typeof noon)[]) => {
    if (!isCallOf(expression, INSTANT_OPERATORS)) throw new Error('no call of instants')
    return plainValue(applyToInstants(expression, instants))
  }
  expect(ofInstants(operation('truncate', { unit: 'day' }), noon)).toBe('2026-03-20T00:00:00.000Z')
  expect(ofInstants(operation('extract', { field: 'hour' }), noon)).toBe('12')
  const earlier = instantOf(Date.parse('2026-03-19T23:59:00Z'))
  expect(ofInstants(operation('date-diff', { unit: 'day' }), earlier, noon)).toBe('1')
})

test('texts are joined, measured and changed by code points', () => {
  expect(ofTexts(operation('concat'), 'a', 'b', '')).toBe('ab')
  expect(ofTexts(operation('lower'), 'ÀB')).toBe('àb')
  expect(ofTexts(operation('upper'), 'straße')).toBe('STRASSE')
  expect(ofTexts(operation('trim'), ' a b ')).toBe('a b')
  expect(ofTexts(operation('length'), 'a\u{1f600}')).toBe('2')
  expect(ofTexts(operation('like', { pattern: 'a%' }), 'abc')).toBe(true)
  expect(ofTexts(operation('substring', { from: 2, length: 1 }), 'abc')).toBe('b')
  expect(ofTexts(operation('replace', { from: 'b', to: '' }), 'abc')).toBe('ac')
  expect(ofTexts(operation('starts-with', { prefix: '' }), 'abc')).toBe(true)
  expect(ofTexts(operation('starts-with', { prefix: 'bc' }), 'abc')).toBe(false)
  expect(() => ofTexts(operation('concat'), 'a'.repeat(4_000), 'b'.repeat(97))).toThrow('4,096')
})

test('texts become other values, or NULL where they are none', () => {
  expect(ofTexts(operation('parse'), ' 1e2 ')).toBe('100')
  expect(ofTexts(operation('parse'), 'n/a')).toBe(null)
  expect(ofTexts(operation('parse-timestamp', { isDate: false }), '2026-03-20T12:00:00Z')).toBe(
    '2026-03-20T12:00:00.000Z',
  )
  expect(ofTexts(operation('parse-timestamp', { isDate: true }), '2026-03-20T12:00:00Z')).toBe(
    '2026-03-20T00:00:00.000Z',
  )
  expect(ofTexts(operation('parse-timestamp', { isDate: true }), 'x')).toBe(null)
  expect(ofTexts(operation('parse-boolean'), ' TRUE\n')).toBe(true)
  expect(ofTexts(operation('parse-boolean'), '0')).toBe(false)
  expect(ofTexts(operation('parse-boolean'), 'maybe')).toBe(null)
})

test('other values become texts', () => {
  const ofValue = (op: Expression['op'], value: Decimal | boolean) => {
    const expression = operation(op)
    if (!isCallOf(expression, TEXT_OPERATORS)) throw new Error('no call that makes texts')
    return applyToTexts(expression, [value])
  }
  expect(ofValue('numeric-text', new Decimal('1.50'))).toBe('1.5')
  expect(ofValue('numeric-text', new Decimal('-0'))).toBe('0')
  expect(ofValue('boolean-text', false)).toBe('false')
})
