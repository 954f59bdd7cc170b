import { expect, test } from 'vitest'
import {
  isLike,
  limitText,
  partOf,
  replaceAll,
  trimSpaces,
} from '../../../../src/core/sql/naive/naive-text.ts'

test('LIKE: % stands for any characters and _ for one', () => {
  expect(isLike('', '')).toBe(true)
  expect(isLike('', '%')).toBe(true)
  expect(isLike('', '_')).toBe(false)
  expect(isLike('abc', 'abc')).toBe(true)
  expect(isLike('abc', 'ab')).toBe(false)
  expect(isLike('abc', 'ABC')).toBe(false)
  expect(isLike('abc', 'a%')).toBe(true)
  expect(isLike('abc', '%c')).toBe(true)
  expect(isLike('abcbc', 'a%bc')).toBe(true)
  expect(isLike('abc', '%b%')).toBe(true)
  expect(isLike('abc', '%_b_%')).toBe(true)
  expect(isLike('abc', '____')).toBe(false)
  expect(isLike('\u{1f600}', '_')).toBe(true)
  expect(isLike('a\nb', 'a_b')).toBe(true)
  expect(isLike('a.b', 'a_b')).toBe(true)
  expect(isLike('axb', 'a.b')).toBe(false)
  expect(isLike('a'.repeat(200), `${'%a'.repeat(100)}b`)).toBe(false)
})

test('a part of a text is counted in code points, from 1 or from the end', () => {
  expect(partOf('abcdef', 2, 3)).toBe('bcd')
  expect(partOf('abcdef', 2, null)).toBe('bcdef')
  expect(partOf('abcdef', -2, null)).toBe('ef')
  expect(partOf('abcdef', -2, 1)).toBe('e')
  expect(partOf('abc', -9, 2)).toBe('ab')
  expect(partOf('abc', 9, 2)).toBe('')
  expect(partOf('abc', 0, 2)).toBe('a')
  expect(partOf('abc', 0, null)).toBe('abc')
  expect(partOf('a\u{1f600}c', 2, 1)).toBe('\u{1f600}')
})

test('spaces are trimmed, and no other white space', () => {
  expect(trimSpaces('  a b ')).toBe('a b')
  expect(trimSpaces(' \ta\n ')).toBe('\ta\n')
  expect(trimSpaces('   ')).toBe('')
})

test('every occurrence is replaced, and what was put in is not looked at', () => {
  expect(replaceAll('aaa', 'a', 'aa')).toBe('aaaaaa')
  expect(replaceAll('aaa', 'aa', 'b')).toBe('ba')
  expect(replaceAll('a.b', '.', '$&')).toBe('a$&b')
  expect(replaceAll('abc', '', 'x')).toBe('abc')
})

test('texts have 4,096 characters at most', () => {
  expect(limitText('a'.repeat(4_096))).toHaveLength(4_096)
  expect(limitText('\u{1f600}'.repeat(4_096))).toHaveLength(8_192)
  expect(() => limitText('a'.repeat(4_097))).toThrow('4,096')
  expect(() => replaceAll('a'.repeat(4_096), 'a', 'bb')).toThrow('4,096')
})
