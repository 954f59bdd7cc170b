import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Decimal } from '../../src/core/decimal.ts'
import {
  ExactNumber,
  jsonNumber,
  parseExactJson,
  parseJson,
  parseWrittenJson,
} from '../../src/core/json-number.ts'

test('a number that a float would change keeps its digits', () => {
  const parsed = parseJson('{"a": 0.1234567890123456789, "b": [12345678901234567890]}') as never
  expect(parsed).toEqual({
    a: new ExactNumber('0.1234567890123456789'),
    b: [new ExactNumber('12345678901234567890')],
  })
})

test('a number that a float holds is a plain number', () => {
  expect(parseJson('[0.1, 1e3, 1.50, -0, 123456789012345]')).toEqual([
    0.1, 1000, 1.5, -0, 123456789012345,
  ])
})

test('digits that a float would round to a short number are not lost', () => {
  expect(parseJson('{"n":1.00000000000000000001}')).toEqual({
    n: new ExactNumber('1.00000000000000000001'),
  })
})

test('numbers beyond the range of floats keep their text', () => {
  expect(parseJson('[1e400, 1.23456789e-320]')).toEqual([
    new ExactNumber('1e400'),
    new ExactNumber('1.23456789e-320'),
  ])
})

test('long digits inside strings change nothing', () => {
  const text = '{"id":"12345678901234567890","e":"1e5"}'
  expect(parseJson(text)).toEqual(JSON.parse(text))
})

test('what was parsed is written with the same digits', () => {
  const text = '{"a":0.1234567890123456789,"b":[1,"x",null]}'
  expect(JSON.stringify(parseJson(text))).toBe(text)
})

test('a decimal text is written as a JSON number with exactly these digits', () => {
  expect(JSON.stringify({ total: jsonNumber('0.10000000000000000000001') })).toBe(
    '{"total":0.10000000000000000000001}',
  )
})

test('law: every decimal number survives parsing, by both ways', () => {
  const digits = fc.stringMatching(/^(?:0|[1-9]\d{0,24})(?:\.\d{1,24})?(?:e-?[1-9]\d?)?$/)
  fc.assert(
    fc.property(digits, (text) => {
      for (const parsed of [parseJson(`[${text}]`), parseExactJson(`[${text}]`)]) {
        const [value] = parsed as [number | ExactNumber]
        const kept = value instanceof ExactNumber ? value.text : String(value)
        expect(new Decimal(kept).eq(new Decimal(text))).toBe(true)
      }
    }),
  )
})

test('a text parsed for writing it again keeps every digit of its numbers', () => {
  const spellings = ['1.0', '-0', '-0.0', '1e3', '1E-7', '0.0000001', '12345678901234567', '0.10']
  for (const text of spellings) {
    expect(JSON.stringify(parseWrittenJson(`[${text},{"a":${text}}]`))).toBe(
      `[${text},{"a":${text}}]`,
    )
  }
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.nat(8), (value, digits) => {
      for (const text of [String(value), value.toExponential(digits), value.toFixed(digits)]) {
        expect(JSON.stringify(parseWrittenJson(`[${text}]`))).toBe(`[${text}]`)
      }
    }),
  )
})
