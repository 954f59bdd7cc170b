import { expect, test } from 'vitest'
import { parseSql } from '../../../../src/core/sql/read/parse-sql.ts'
import { printTree } from '../../../../src/core/sql/read/print-tree.ts'
import {
  likenTree,
  restoreTree,
  writeSecondText,
} from '../../../../src/core/sql/read/second-text.ts'

test('the second text has no comments, glyphs or backticks, and signs stand apart', () => {
  expect(writeSecondText('SELECT -1/* c */+ - a ≥ `b`--')).toEqual({
    text: 'SELECT - 1 + - a >= "b"',
    strings: [],
  })
})

test('texts that lexers read differently are replaced by stand-ins', () => {
  expect(writeSecondText("a = 'plain % text' OR b = 'it''s' OR c = 'x\\'")).toEqual({
    text: "a = 'plain % text' OR b = '{0}' OR c = '{1}'",
    strings: ["it's", 'x\\'],
  })
  expect(writeSecondText("a = '{0}'")).toEqual({ text: "a = '{0}'", strings: ['{0}'] })
})

test('what the second reader does not know is written as what it does', () => {
  const text = (query: string) => writeSecondText(query).text
  expect(text("properties['odd name'] + 1")).toBe('properties."odd name" + 1')
  expect(text('TRY_CAST (a AS INT)')).toBe('CAST (a AS INT)')
  expect(text('latest(a) + latest')).toBe('MAX(a) + latest')
  expect(text('a IS DISTINCT FROM b')).toBe('a != b')
  expect(text('a IS NOT DISTINCT FROM b')).toBe('a = b')
  expect(text('QUALIFY a')).toBe('HAVING a')
  expect(text('properties.qualify AS order')).toBe('properties."qualify" AS "order"')
})

test('our tree is likened in the same way', () => {
  const tree = parseSql(
    "SELECT EARLIEST(TRY_CAST(a AS INT)) FROM events WHERE b IS DISTINCT FROM 'x' QUALIFY 1.50",
  )
  expect(printTree(likenTree(tree))).toBe(
    "(select (items (MIN (cast a INT))) (from events) (where (!= b 'x')) (having 1.5))",
  )
})

test('stand-ins are replaced by what they stand for', () => {
  const tree = parseSql("SELECT '{0}' FROM events WHERE a LIKE '{1}' OR TIMESTAMP '{2}' = '{3}'")
  expect(printTree(restoreTree(tree, ['x', 'y', 'z']))).toBe(
    "(select (items 'x') (from events) (where (or (like a 'y') (= (timestamp 'z') '{3}'))))",
  )
})
