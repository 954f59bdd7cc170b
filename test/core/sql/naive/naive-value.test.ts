import { expect, test } from 'vitest'
import { Decimal } from '../../../../src/core/decimal.ts'
import { Temporal } from '../../../../src/core/time.ts'
import {
  compareNullable,
  compareRows,
  compareValues,
  instantText,
  keyText,
  numberText,
  plainValue,
} from '../../../../src/core/sql/naive/naive-value.ts'

const at = (text: string) => Temporal.Instant.from(text)

test('values are ordered by number, code point, truth and time', () => {
  expect(compareValues(new Decimal('9'), new Decimal('10'))).toBeLessThan(0)
  expect(compareValues(new Decimal('1.0'), new Decimal('1'))).toBe(0)
  expect(compareValues('9', '10')).toBeGreaterThan(0)
  expect(compareValues('a', 'ab')).toBeLessThan(0)
  expect(compareValues('ab', 'a')).toBeGreaterThan(0)
  expect(compareValues('Z', 'a')).toBeLessThan(0)
  // U+1F600 is greater than U+FFFD, though its first UTF-16 unit is smaller.
  expect(compareValues('\u{1f600}', '\ufffd')).toBeGreaterThan(0)
  expect(compareValues(false, true)).toBeLessThan(0)
  const earlier = at('2026-03-20T00:00:00.000001Z')
  expect(compareValues(earlier, at('2026-03-20T00:00:00.000002Z'))).toBeLessThan(0)
  expect(() => compareValues('1', new Decimal(1))).toThrow('different kinds')
})

test('nulls come first or last as asked, and are alike', () => {
  expect(compareNullable(null, 'a', true)).toBeLessThan(0)
  expect(compareNullable(null, 'a', false)).toBeGreaterThan(0)
  expect(compareNullable('a', null, true)).toBeGreaterThan(0)
  expect(compareNullable('a', null, false)).toBeLessThan(0)
  expect(compareNullable(null, null, true)).toBe(0)
  expect(compareRows(['a', null], ['a', 'z'])).toBeGreaterThan(0)
  expect(compareRows(['a', 'z'], ['b', 'a'])).toBeLessThan(0)
  expect(compareRows([null], [null])).toBe(0)
})

test('equal values have one key, and only these', () => {
  const one = keyText([new Decimal('1.0'), null, 'a'])
  expect(keyText([new Decimal('1'), null, 'a'])).toBe(one)
  expect(keyText([new Decimal('1'), 'null', 'a'])).not.toBe(one)
  expect(keyText(['a,b'])).not.toBe(keyText(['a', 'b']))
  expect(keyText([true])).not.toBe(keyText(['true']))
})

test('numbers and instants are written in one way', () => {
  expect(numberText(new Decimal('1e21'))).toBe('1000000000000000000000')
  expect(numberText(new Decimal('1e-7'))).toBe('0.0000001')
  expect(numberText(new Decimal('-0'))).toBe('0')
  expect(plainValue(new Decimal('1.50'))).toBe('1.5')
  expect(plainValue(at('2026-03-20T12:00:00Z'))).toBe('2026-03-20T12:00:00.000Z')
  expect(plainValue(false)).toBe(false)
  expect(plainValue(null)).toBe(null)
  expect(instantText(at('2026-03-20T12:00:00.000123Z'))).toBe('2026-03-20T12:00:00.000123Z')
  expect(instantText(at('2026-03-20T12:00:00.12345Z'))).toBe('2026-03-20T12:00:00.12345Z')
  expect(instantText(at('2026-03-20T12:00:00.1Z'))).toBe('2026-03-20T12:00:00.100Z')
  expect(instantText(at('1969-12-31T23:59:59.9999Z'))).toBe('1969-12-31T23:59:59.9999Z')
})
