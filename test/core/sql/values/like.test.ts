import fc from 'fast-check'
import { expect, test } from 'vitest'
import { likeMatcher } from '../../../../src/core/sql/values/like.ts'

const like = (text: string, pattern: string) => likeMatcher(pattern)(text)

test('% stands for any characters, and _ for one', () => {
  expect(like('', '')).toBe(true)
  expect(like('a', '')).toBe(false)
  expect(like('', '%')).toBe(true)
  expect(like('', '_')).toBe(false)
  expect(like('abc', 'abc')).toBe(true)
  expect(like('abcd', 'abc')).toBe(false)
  expect(like('abc', 'a%')).toBe(true)
  expect(like('abc', '%c')).toBe(true)
  expect(like('abc', '%b%')).toBe(true)
  expect(like('abc', '%d%')).toBe(false)
  expect(like('abc', 'a_c')).toBe(true)
  expect(like('abbc', 'a_c')).toBe(false)
  expect(like('abc', '___')).toBe(true)
  expect(like('abc', '__')).toBe(false)
  expect(like('ab', 'a%b')).toBe(true)
  expect(like('aba', 'ab%ba')).toBe(false)
  expect(like('a\nb', 'a%b')).toBe(true)
  expect(like('a\nb', 'a_b')).toBe(true)
})

test('a character is a code point', () => {
  expect(like('😀', '_')).toBe(true)
  expect(like('😀', '__')).toBe(false)
  expect(like('a😀b', 'a_b')).toBe(true)
  expect(like('a😀b', '%😀%')).toBe(true)
})

test('nothing is special but % and _', () => {
  expect(like('a.c', 'a.c')).toBe(true)
  expect(like('abc', 'a.c')).toBe(false)
  expect(like('a\\', 'a\\')).toBe(true)
  expect(like('a%', 'a\\%')).toBe(false)
  expect(like('a\\b', 'a\\%')).toBe(true)
  expect(like('[a]', '[a]')).toBe(true)
})

test('matching is that of the equivalent regular expression', () => {
  const characters = fc.constantFrom('a', 'b', '😀')
  const texts = fc.array(characters, { maxLength: 12 }).map((all) => all.join(''))
  const patterns = fc
    .array(fc.oneof(characters, fc.constantFrom('%', '_')), { maxLength: 8 })
    .map((all) => all.join(''))
  fc.assert(
    fc.property(texts, patterns, (text, pattern) => {
      const expression = pattern.replaceAll('%', '.*').replaceAll('_', '.')
      expect(like(text, pattern)).toBe(new RegExp(`^${expression}$`, 'su').test(text))
    }),
    { numRuns: 2_000 },
  )
})

test('patterns that would make others try for ever are answered at once', () => {
  const text = `${'a'.repeat(4_095)}b`
  const start = performance.now()
  expect(like(text, `${'%a'.repeat(400)}%c`)).toBe(false)
  expect(like(text, `${'%_a'.repeat(300)}%c`)).toBe(false)
  expect(like(text, `%${'a_'.repeat(300)}c%`)).toBe(false)
  expect(performance.now() - start).toBeLessThan(500)
})
