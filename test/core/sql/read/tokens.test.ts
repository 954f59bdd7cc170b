import { expect, test } from 'vitest'
import { SqlError } from '../../../../src/core/sql/sql-error.ts'
import { checkName, readTokens } from '../../../../src/core/sql/read/tokens.ts'
import { refusalOf, refusalOfExpression } from '../refusal-of.ts'

const texts = (sql: string) => readTokens(sql).map(({ kind, text }) => `${kind}:${text}`)

test('a text is words, names, strings, numbers and operators, and its end', () => {
  expect(texts("Sum ( \"a b\".`c` , 'it''s' ,1.5e3)::Int")).toEqual([
    'word:Sum',
    'operator:(',
    'quoted-name:a b',
    'operator:.',
    'quoted-name:c',
    'operator:,',
    "string:it's",
    'operator:,',
    'number:1.5e3',
    'operator:)',
    'operator:::',
    'word:Int',
    'end:',
  ])
  expect(texts('')).toEqual(['end:'])
})

test('every token tells where it stands', () => {
  expect(readTokens(' a\u00a0≥.5').map(({ start, end }) => [start, end])).toEqual([
    [1, 2],
    [3, 4],
    [4, 6],
    [6, 6],
  ])
})

test('comments and spaces part tokens and are left out', () => {
  expect(texts('\ufeffa-- b\n/* c */d\t/**/\r\n--')).toEqual(['word:a', 'word:d', 'end:'])
})

test('a dot before a digit begins a number, unless it belongs to a path', () => {
  expect(texts('a.5')).toEqual(['word:a', 'operator:.', 'number:5', 'end:'])
  expect(texts('"a".5')).toEqual(['quoted-name:a', 'operator:.', 'number:5', 'end:'])
  expect(texts('THEN.5')).toEqual(['word:THEN', 'number:.5', 'end:'])
  expect(texts('a .5')).toEqual(['word:a', 'number:.5', 'end:'])
  expect(texts('(.5')).toEqual(['operator:(', 'number:.5', 'end:'])
})

test('characters that are no SQL are told, with what may have been meant', () => {
  const where = (text: string) => refusalOf(`SELECT 1 FROM events WHERE ${text}`)
  const parameter = 'hint: write the value itself: there are no parameters'
  expect(where('?')).toBe(`syntax 1:28 — unexpected character '?' (${parameter})`)
  expect(where(':p')).toBe(`syntax 1:28 — unexpected character ':' (${parameter})`)
  expect(where('‘a’')).toBe(
    "syntax 1:28 — curly quotes are not SQL quotes (hint: use straight quotes: '...')",
  )
  expect(where('a && b')).toBe("syntax 1:30 — unexpected character '&' (hint: write AND)")
  expect(where('a − 1')).toBe("syntax 1:30 — unexpected character '−' (U+2212) (hint: write '-')")
  // A Cyrillic letter that looks like an a.
  expect(where('а')).toBe(
    "syntax 1:28 — unexpected character 'а' (U+0430) (hint: names are ASCII letters, digits and _; put others in double quotes)",
  )
  expect(where('\0')).toBe('syntax 1:28 — unexpected character U+0000')
  expect(where('\u200b')).toBe('syntax 1:28 — unexpected character U+200B')
  expect(where('\ud800')).toBe('syntax 1:28 — unexpected character U+D800')
  expect(where('😀')).toBe("syntax 1:28 — unexpected character '😀' (U+1F600)")
})

test('what is opened has to be closed', () => {
  expect(refusalOfExpression('1 /* c')).toBe(
    'syntax 1:10 — unterminated comment (hint: end it by */)',
  )
  expect(refusalOfExpression("'it''s")).toBe("syntax 1:8 — unterminated text (hint: end it by ')")
  expect(refusalOfExpression('"a')).toBe(
    'syntax 1:8 — unterminated quoted name (hint: end it by ")',
  )
})

test('a text literal holds up to 1,000 characters, each of which an event could hold', () => {
  expect(refusalOfExpression(`'${'x'.repeat(1_000)}'`)).toBeNull()
  expect(refusalOfExpression(`'${'x'.repeat(1_001)}'`)).toBe(
    'bad_literal 1:8 — text of 1001 characters; at most 1000 are accepted',
  )
  expect(refusalOfExpression("'ünï 😀 \n'")).toBeNull()
  const refusal = 'bad_literal 1:8 — text holds a character that no event can hold'
  expect(refusalOfExpression("'a\0b'")).toBe(refusal)
  expect(refusalOfExpression("'\ud800'")).toBe(refusal)
})

test('a name is not empty and holds neither quotes, backslashes nor control characters', () => {
  const check = (text: string) => checkName({ text, start: 0, end: 1 })
  for (const name of ['a', 'odd-name', "it's", 'ünï 😀', '__proto__', 'x'.repeat(1_000)]) {
    expect(() => check(name)).not.toThrow()
  }
  for (const name of ['', 'a"b', 'a\\b', 'a\nb', '\0', '\u0085', '\ud800', 'x'.repeat(1_001)]) {
    expect(() => check(name)).toThrow(SqlError)
  }
  expect(refusalOfExpression('"a""b"')).toBe(
    'bad_name 1:8 — a name cannot hold ", \\ or control characters',
  )
})

test('a query of 20,000 characters is read, one of 20,001 is not', () => {
  const query = 'SELECT 1 FROM events'
  expect(refusalOf(query.padEnd(20_000))).toBeNull()
  expect(refusalOf(query.padEnd(20_001))).toBe(
    'too_long 1:20001 — the query has 20001 characters; at most 20000 are accepted',
  )
})
