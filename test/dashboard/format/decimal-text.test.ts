import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Decimal, toText } from '../../../src/core/decimal.ts'
import { parseJson } from '../../../src/core/json-number.ts'
import {
  addDecimals,
  decimalText,
  groupDigits,
  negateDecimal,
  shiftDecimal,
  type Numeric,
} from '../../../src/dashboard/format/decimal-text.ts'

test('a number of the API keeps all its digits', () => {
  const answer = parseJson('{"total": 12345678901234567.123456789}') as { total: Numeric }
  expect(decimalText(answer.total)).toBe('12345678901234567.123456789')
})

test('numbers are written plainly', () => {
  expect(decimalText(1e-7)).toBe('0.0000001')
  expect(decimalText(1.5e21)).toBe('1500000000000000000000')
  expect(decimalText('1.500')).toBe('1.5')
  expect(decimalText('-0.00')).toBe('0')
  expect(decimalText('007')).toBe('7')
})

test('cents become dollars without a rounding', () => {
  expect(shiftDecimal('9044.134905', 2)).toBe('90.44134905')
  expect(shiftDecimal('5', 2)).toBe('0.05')
  expect(shiftDecimal('-5', 2)).toBe('-0.05')
  expect(shiftDecimal('0.25', -2)).toBe('25')
})

test('sums are exact', () => {
  expect(addDecimals(['0.1', '0.2', '-0.3'])).toBe('0')
  expect(addDecimals(['99999999999999999999', '0.00000001'])).toBe('99999999999999999999.00000001')
  expect(addDecimals([])).toBe('0')
  expect(negateDecimal('1.5')).toBe('-1.5')
  expect(negateDecimal('0')).toBe('0')
})

test('sums are those of the engine', () => {
  const decimal = fc
    .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 12 }))
    .map(([units, scale]) => shiftDecimal(String(units), scale))
  fc.assert(
    fc.property(fc.array(decimal, { maxLength: 8 }), (texts) => {
      const sum = texts.reduce((total, text) => total.plus(text), new Decimal(0))
      expect(addDecimals(texts)).toBe(toText(sum))
    }),
  )
})

test('thousands are grouped, decimals are filled up and never cut', () => {
  expect(groupDigits('1234567.891')).toBe('1,234,567.891')
  expect(groupDigits('1234', 2)).toBe('1,234.00')
  expect(groupDigits('-0.125', 2)).toBe('−0.125')
  expect(groupDigits('123')).toBe('123')
})
