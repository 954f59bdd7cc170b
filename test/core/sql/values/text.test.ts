import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SqlLimitError } from '../../../../src/core/sql/sql-error.ts'
import {
  codePointLength,
  concatenate,
  limited,
  replaceText,
  substring,
  trimSpaces,
} from '../../../../src/core/sql/values/text.ts'

test('4,096 characters are allowed, of whatever width', () => {
  expect(concatenate('😀'.repeat(4_000), '😀'.repeat(96))).toBe('😀'.repeat(4_096))
  expect(() => concatenate('😀'.repeat(4_000), 'a'.repeat(97))).toThrow(SqlLimitError)
  expect(limited('é'.repeat(4_096))).toBe('é'.repeat(4_096))
  expect(() => limited('é'.repeat(4_097))).toThrow(SqlLimitError)
})

test('code points are counted, and a lone surrogate is one', () => {
  expect(codePointLength('')).toBe(0)
  expect(codePointLength('😀😀a')).toBe(3)
  expect(codePointLength('\ud800')).toBe(1)
  expect(codePointLength('\udc00\ud800')).toBe(2)
  expect(codePointLength('\ud800\ud800\udc00')).toBe(2)
  const units = fc.array(fc.constantFrom('a', '\ud800', '\udc00', '😀')).map((all) => all.join(''))
  fc.assert(fc.property(units, (text) => codePointLength(text) === Array.from(text).length))
  expect(codePointLength('😀'.repeat(9))).toBe(9)
})

test('a part begins at a place from 1, or from the end', () => {
  expect(substring('hello', 1, 2)).toBe('he')
  expect(substring('hello', 2, null)).toBe('ello')
  expect(substring('hello', 5, 9)).toBe('o')
  expect(substring('hello', 6, 1)).toBe('')
  expect(substring('hello', -3, 2)).toBe('ll')
  expect(substring('hello', -9, 2)).toBe('he')
  // Place 0 is before the first character.
  expect(substring('hello', 0, 2)).toBe('h')
  expect(substring('hello', 0, null)).toBe('hello')
  expect(substring('hello', 2, 0)).toBe('')
  expect(substring('hello', 2, -1)).toBe('')
  expect(substring('😀é', 2, 1)).toBe('é')
})

test('replacing goes from left to right, and stops before a text gets too long', () => {
  expect(replaceText('aaa', 'aa', 'b')).toBe('ba')
  expect(replaceText('abc', '', 'x')).toBe('abc')
  expect(replaceText('abc', 'x', 'y')).toBe('abc')
  expect(replaceText('a$b', '$', '$&')).toBe('a$&b')
  expect(replaceText('a'.repeat(2_048), 'a', 'bc')).toBe('bc'.repeat(2_048))
  expect(() => replaceText('a'.repeat(2_049), 'a', 'bc')).toThrow(SqlLimitError)
  expect(replaceText('a'.repeat(4_096), 'a', '😀')).toBe('😀'.repeat(4_096))
  expect(() => replaceText('a'.repeat(4_096), 'a', 'x'.repeat(1_000))).toThrow(SqlLimitError)
})

test('only spaces are trimmed', () => {
  expect(trimSpaces('  a b ')).toBe('a b')
  expect(trimSpaces('   ')).toBe('')
  expect(trimSpaces('\n a')).toBe('\n a')
  expect(trimSpaces('\u00a0a')).toBe('\u00a0a')
})
