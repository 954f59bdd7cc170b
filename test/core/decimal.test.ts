import { expect, test } from 'vitest'
import { Decimal, divide, parseDecimal, sum, toText } from '../../src/core/decimal.ts'

test('sums and products never round', () => {
  const tiny = new Decimal('0.000000000000000000000000000000000000000000000001')
  expect(toText(new Decimal('1e40').plus(tiny))).toBe(
    `1${'0'.repeat(40)}.000000000000000000000000000000000000000000000001`,
  )
  expect(toText(new Decimal('1234567890123456789.123456789').times('0.000000001'))).toBe(
    '1234567890.123456789123456789',
  )
})

test('division rounds to 34 significant digits, half to even', () => {
  expect(toText(divide(new Decimal(100), new Decimal(3)))).toBe(`33.${'3'.repeat(32)}`)
  expect(toText(divide(new Decimal(2), new Decimal(3)))).toBe(`0.${'6'.repeat(33)}7`)
  // 1…1.5 / 1 with 35 digits: the half goes to the even neighbour.
  const odd = new Decimal(`${'1'.repeat(34)}.5`)
  expect(toText(divide(odd, new Decimal(1)))).toBe(`${'1'.repeat(33)}2`)
  const even = new Decimal(`${'1'.repeat(33)}2.5`)
  expect(toText(divide(even, new Decimal(1)))).toBe(`${'1'.repeat(33)}2`)
})

test('what is computed with a quotient is exact again', () => {
  const third = divide(new Decimal(1), new Decimal(3))
  expect(toText(third.plus('1e-40'))).toBe(`0.${'3'.repeat(34)}000001`)
})

test('text has no exponent, no trailing zeros and no negative zero', () => {
  expect(['1e21', '1e-9', '1.500', '-0', '-2.50'].map((text) => toText(new Decimal(text)))).toEqual(
    ['1000000000000000000000', '0.000000001', '1.5', '0', '-2.5'],
  )
})

test('only numbers are decimals', () => {
  const texts = [
    '',
    ' 1',
    '1 ',
    'abc',
    '1,5',
    '0x10',
    'Infinity',
    'NaN',
    '1e',
    '--1',
    '.',
    '1e99999',
  ]
  expect(texts.map(parseDecimal)).toEqual(texts.map(() => null))
  expect(
    ['1', '-1.5', '+2', '.5', '5.', '1e3', '1E-3'].map((text) => toText(parseDecimal(text)!)),
  ).toEqual(['1', '-1.5', '2', '0.5', '5', '1000', '0.001'])
})

test('a number of absurd size is no quantity', () => {
  expect(parseDecimal('1e5000')).toBeNull()
  expect(parseDecimal('1e-5000')).toBeNull()
})

test('the sum of nothing is zero', () => {
  expect(toText(sum([]))).toBe('0')
})
