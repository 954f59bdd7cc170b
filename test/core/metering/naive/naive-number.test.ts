import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDecimal, toText } from '../../../../src/core/decimal.ts'
import { parseJson } from '../../../../src/core/json-number.ts'
import { propertyText } from '../../../../src/core/metering/property.ts'
import {
  EXACT_ZERO,
  nestedNumberText,
  numberText,
  readNumber,
} from '../../../../src/core/metering/naive/naive-number.ts'

test('numeric texts are read exactly, others not at all', () => {
  const read = (text: string) => readNumber(text)?.toFixed() ?? null
  expect(read('0.1')).toBe('0.1')
  expect(read('-.5')).toBe('-0.5')
  expect(read('+5.')).toBe('5')
  expect(read('1.5E-3')).toBe('0.0015')
  expect(read('123456789012345678901234567890')).toBe('123456789012345678901234567890')
  for (const text of [
    '',
    '.',
    '-',
    'n/a',
    ' 1',
    '1,5',
    '0x10',
    '1e',
    '1e99999',
    '1.2.3',
    '1e2e3',
  ]) {
    expect([text, read(text)]).toEqual([text, null])
  }
  expect(read('1e1005')).toHaveLength(1_006)
  expect(read('1e1007')).toBeNull()
})

test('a sum of the largest and the smallest number keeps all digits', () => {
  const [large, small] = ['1e1000', '1e-1000'].map((text) => readNumber(text)!)
  const total = EXACT_ZERO.plus(large!).plus(small!)
  expect(total.minus(large!).equals(small!)).toBe(true)
})

test('a JSON number is plain decimal text; one beyond all quantities stays as it was sent', () => {
  expect(['1.0', '-0', '0e99999', '1e3', '2.50', '1e-7'].map(numberText)).toEqual([
    '1',
    '0',
    '0',
    '1000',
    '2.5',
    '0.0000001',
  ])
  expect(numberText('1e5000')).toBe('1e5000')
})

test('a nested number is as short as JSON writes it, or as it was sent', () => {
  expect(['1.0', '1e3', '1e21', '-0', '0.1000000000000000055'].map(nestedNumberText)).toEqual([
    '1',
    '1000',
    '1e+21',
    '0',
    '0.1000000000000000055',
  ])
})

const digits = fc.stringMatching(/^[0-9]{1,20}$/)
const source = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(fc.constant('0'), fc.stringMatching(/^[1-9][0-9]{0,19}$/)),
    fc.option(digits),
    fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e+', 'E-'), fc.nat(1_100))),
  )
  .map(([sign, whole, fraction, exponent]) =>
    [sign, whole, fraction === null ? '' : `.${fraction}`, exponent?.join('') ?? ''].join(''),
  )

test('JSON numbers have the text by which events are metered, also inside of objects', () => {
  fc.assert(
    fc.property(source, (text) => {
      const value = (parseJson(`{"v":${text}}`) as { v: unknown }).v
      expect(numberText(text)).toBe(propertyText(value))
      expect(`[${nestedNumberText(text)}]`).toBe(propertyText([value]))
    }),
    { numRuns: 1_000 },
  )
})

test('texts are numeric, or not, as in metering', () => {
  const text = fc.oneof(source, fc.stringMatching(/^[-+]?[0-9.]{0,5}[eE]?[-+]?[0-9]{0,5}$/))
  fc.assert(
    fc.property(text, (candidate) => {
      const [own, other] = [readNumber(candidate), parseDecimal(candidate)]
      expect(own && toText(own)).toBe(other && toText(other))
    }),
    { numRuns: 1_000 },
  )
})
