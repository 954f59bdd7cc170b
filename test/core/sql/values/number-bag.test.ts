import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NumberBag } from '../../../../src/core/sql/values/number-bag.ts'
import { numericText, parseNumeric, type Numeric } from '../../../../src/core/sql/values/numeric.ts'

function bagOf(...texts: string[]): NumberBag {
  const bag = new NumberBag()
  for (const text of texts) bag.add(parseNumeric(text)!)
  return bag
}

const textOf = (value: Numeric | null) => value && numericText(value)

test.each([
  ['0', '1'],
  ['0.2', '1'],
  ['0.21', '2'],
  ['0.5', '3'],
  ['0.95', '10'],
  ['1', '10'],
])('the discrete percentile at %s of 1 … 4 and 10 is the nearest rank', (fraction, expected) => {
  const bag = bagOf('10', '3', '1', '4', '2')
  expect(textOf(bag.discretePercentile(fraction, false))).toBe(expected)
})

test.each([
  ['0', '1'],
  ['0.25', '2'],
  ['0.3', '2.2'],
  ['0.9', '7.6'],
  ['1', '10'],
])('the continuous percentile at %s is interpolated exactly', (fraction, expected) => {
  const bag = bagOf('10', '3', '1', '4', '2')
  expect(textOf(bag.continuousPercentile(fraction, false))).toBe(expected)
})

test('descending percentiles count from the greatest number', () => {
  const bag = bagOf('1', '2', '3', '4')
  expect(textOf(bag.discretePercentile('0.25', true))).toBe('4')
  expect(textOf(bag.discretePercentile('0.3', true))).toBe('3')
  expect(textOf(bag.continuousPercentile('0.1', true))).toBe('3.7')
})

test('numbers count as often as they occur', () => {
  const bag = bagOf('1', '1.0', '1', '100')
  expect(bag.size).toBe(2)
  expect(textOf(bag.discretePercentile('0.75', false))).toBe('1')
  expect(textOf(bag.discretePercentile('0.76', false))).toBe('100')
})

test('nothing has no percentile', () => {
  expect(new NumberBag().discretePercentile('0.5', false)).toBeNull()
  expect(new NumberBag().continuousPercentile('0.5', false)).toBeNull()
})

test('numbers that a float cannot tell apart are told apart', () => {
  const bag = bagOf('9007199254740993', '9007199254740992', '0.0000001', '1e-60')
  expect(textOf(bag.discretePercentile('1', false))).toBe('9007199254740993')
  expect(textOf(bag.discretePercentile('0.75', false))).toBe('9007199254740992')
  expect(textOf(bag.discretePercentile('0', false))).toBe(`0.${'0'.repeat(59)}1`)
  expect(textOf(bag.continuousPercentile('0.5', false))).toBe('4503599627370496.00000005')
})

test('a list is ascending, with canonical texts, and makes the same bag', () => {
  const bag = bagOf('2.50', '-1', '1e20', '2.5', '-0.0', '7.00000000')
  const list = ['-1', 1, '0', 1, '2.5', 2, '7', 1, '100000000000000000000', 1]
  expect(bag.list()).toEqual(list)
  const again = new NumberBag()
  again.addList(list)
  expect(again.list()).toEqual(list)
})

test('bags merge in any order to the same bag, and every rank is that of the sorted numbers', () => {
  const numbers = fc.array(
    fc.constantFrom('1', '1.0', '-3.25', '0.0000001', '12345678901234567890', '5', '1e2'),
    { minLength: 1, maxLength: 20 },
  )
  fc.assert(
    fc.property(numbers, numbers, fc.integer({ min: 1, max: 100 }), (left, right, percent) => {
      const [ab, ba] = [bagOf(...left), bagOf(...right)]
      ab.addBag(bagOf(...right))
      ba.addBag(bagOf(...left))
      expect(ab.list()).toEqual(ba.list())
      const sorted = [...left, ...right].map(Number).sort((a, b) => a - b)
      const rank = Math.ceil((percent * sorted.length) / 100)
      const value = ab.discretePercentile(String(percent / 100), false)
      expect(Number(textOf(value))).toBe(sorted[rank - 1])
    }),
  )
})
