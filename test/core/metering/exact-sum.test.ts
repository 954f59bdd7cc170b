import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Decimal, parseDecimal, sum, toText } from '../../../src/core/decimal.ts'
import { ExactSum, millionths } from '../../../src/core/metering/exact-sum.ts'

function sumOf(...texts: string[]): string {
  const total = new ExactSum()
  for (const text of texts) total.add(text)
  return total.toText()
}

/** All forms of numeric text, short and long. */
const numeric = fc.oneof(
  fc.integer().map(String),
  fc.tuple(fc.bigInt(), fc.nat({ max: 40 })).map(([digits, scale]) => {
    return toText(new Decimal(digits.toString()).times(new Decimal(10).pow(-scale)))
  }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.constantFrom('+5', '.5', '5.', '-.25', '007', '1e3', '1E-9', '-0', '0.0000001', '00.10'),
  fc.constantFrom('9007199254740991', '-9007199254740992', '9007199254.740991', '999999999999999'),
)

test('the sum is that of decimal.js, for every form of numeric text', () => {
  fc.assert(
    fc.property(fc.array(numeric), (texts) => {
      expect(sumOf(...texts)).toBe(toText(sum(texts.map((text) => parseDecimal(text)!))))
    }),
  )
})

test('sums of sums are the sum of all', () => {
  fc.assert(
    fc.property(fc.array(numeric), fc.array(numeric), (a, b) => {
      const [left, right] = [new ExactSum(), new ExactSum()]
      for (const text of a) left.add(text)
      for (const text of b) right.add(text)
      left.addSum(right)
      expect(left.toText()).toBe(sumOf(...a, ...b))
    }),
  )
})

test('nothing is lost where the fast lane ends', () => {
  expect(sumOf('0.1', '0.2')).toBe('0.3')
  expect(sumOf(...Array(100).fill('9007199254.740991'))).toBe('900719925474.0991')
  expect(sumOf('9007199254.740991', '0.000001', '-0.000001')).toBe('9007199254.740991')
  expect(sumOf('1e30', '0.000000000000000000000001')).toBe(`1${'0'.repeat(30)}.${'0'.repeat(23)}1`)
  expect(sumOf('5', '-5')).toBe('0')
  expect(sumOf()).toBe('0')
})

test('short decimals are read as millionths, and only what is numeric', () => {
  expect(millionths('12.5')).toBe(12_500_000)
  expect(millionths('-0.000001')).toBe(-1)
  expect(millionths('5.')).toBe(5_000_000)
  expect(millionths('.5')).toBe(500_000)
  for (const text of [
    '',
    '.',
    '-',
    '-.',
    '1.2.3',
    '1-',
    ' 1',
    '1 ',
    'a',
    '+1',
    '1e3',
    '0.0000001',
  ]) {
    expect(millionths(text)).toBeNaN()
  }
})

test('whatever is read as millionths is numeric, with that value', () => {
  const soup = fc.string({ unit: fc.constantFrom(...'0123456789.-+eE '), maxLength: 20 })
  fc.assert(
    fc.property(soup, (text) => {
      const value = millionths(text)
      if (Number.isNaN(value)) return
      const expected = parseDecimal(text)
      expect(expected).not.toBeNull()
      expect(new Decimal(value).div(1_000_000).equals(expected!)).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})
