import { expect, test } from 'vitest'
import { readNumber } from '../../../../src/core/sql/read/number-token.ts'
import { refusalOfExpression } from '../refusal-of.ts'

test('a number is digits with a point or an exponent, as it is written', () => {
  for (const text of ['0', '007', '1.50', '.5', '1e3', '1.5E-10', '2e+7']) {
    expect(readNumber(`(${text})`, 1)).toEqual({
      kind: 'number',
      text,
      start: 1,
      end: 1 + text.length,
    })
  }
})

test('what goes on as no number does is malformed as a whole', () => {
  for (const text of ['12abc', '0x10', '1.2.3', '1..2', '5.', '1e', '1e1234', '3.e1']) {
    expect(refusalOfExpression(text)).toBe(`syntax 1:8 — malformed number '${text}'`)
  }
  expect(refusalOfExpression('1_000')).toBe(
    "syntax 1:8 — malformed number '1_000' (hint: write digits without separators)",
  )
})

test('a number has up to 60 digits when it is written without exponent', () => {
  const refusal = 'bad_literal 1:8 — number literal is out of range (60 digits)'
  expect(refusalOfExpression('9'.repeat(60))).toBeNull()
  expect(refusalOfExpression('9'.repeat(61))).toBe(refusal)
  expect(refusalOfExpression(`${'0'.repeat(100)}1`)).toBeNull()
  expect(refusalOfExpression('1e59')).toBeNull()
  expect(refusalOfExpression('1e60')).toBe(refusal)
  expect(refusalOfExpression('1e-60')).toBeNull()
  expect(refusalOfExpression('1e-61')).toBe(refusal)
  expect(refusalOfExpression(`1.${'0'.repeat(100)}`)).toBeNull()
  expect(refusalOfExpression(`1.${'0'.repeat(59)}1`)).toBe(refusal)
  expect(refusalOfExpression('1e999')).toBe(refusal)
  expect(refusalOfExpression('0e999')).toBeNull()
})
