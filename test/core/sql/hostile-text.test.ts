import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crossCheck } from '../../../src/core/sql/read/cross-check.ts'
import { parseSql } from '../../../src/core/sql/read/parse-sql.ts'
import { printTree } from '../../../src/core/sql/read/print-tree.ts'
import { SqlError } from '../../../src/core/sql/sql-error.ts'
import { GOLDEN_QUERIES } from './golden-queries.ts'
import { refusalOf, refusalOfExpression } from './refusal-of.ts'

const codeOf = (refusal: string | null) => refusal?.split(' ')[0] ?? 'accepted'
const where = (condition: string) => codeOf(refusalOf(`SELECT 1 FROM events WHERE ${condition}`))
const select = (expression: string) => codeOf(refusalOfExpression(expression))

test('what nests without end is refused before it is deep', () => {
  expect(select(`${'('.repeat(5_000)}1${')'.repeat(5_000)}`)).toBe('too_complex')
  expect(select('('.repeat(9_000))).toBe('too_complex')
  expect(where(`${'NOT '.repeat(4_000)}TRUE`)).toBe('too_complex')
  expect(select(`${'- '.repeat(9_000)}1`)).toBe('too_complex')
  expect(select(`${'+ '.repeat(9_000)}1`)).toBe('too_complex')
  expect(select(`1${'::int'.repeat(3_000)}`)).toBe('too_complex')
  expect(select(`${'CASE WHEN TRUE THEN '.repeat(700)}1${' END'.repeat(700)}`)).toBe('too_complex')
  expect(select(`${'f('.repeat(5_000)}1${')'.repeat(5_000)}`)).toBe('too_complex')
  expect(select(`${'SUM(1) OVER (ORDER BY '.repeat(800)}1${')'.repeat(800)}`)).toBe('too_complex')
  const subqueries = `${'SELECT a FROM ('.repeat(900)}SELECT 1 FROM events${')'.repeat(900)}`
  expect(codeOf(refusalOf(subqueries))).toBe('too_complex')
  const ctes = `${'WITH a AS ('.repeat(500)}SELECT 1 FROM events${') SELECT 1 FROM a'.repeat(500)}`
  expect(codeOf(refusalOf(ctes))).toBe('too_complex')
})

test('what is long without end is refused before it is read in full', () => {
  expect(codeOf(refusalOf('x'.repeat(100_000)))).toBe('too_long')
  expect(where(`a IN (${Array(5_000).fill("'a'").join()})`)).toBe('too_long')
  expect(where(`a IN (${Array(2_000).fill("'a'").join()})`)).toBe('too_complex')
  expect(select(Array(9_000).fill('1').join('+'))).toBe('too_complex')
  expect(where(Array(2_500).fill('a').join(' OR '))).toBe('too_complex')
  expect(select(Array(4_000).fill('a').join('.'))).toBe('accepted')
  expect(select('9'.repeat(15_000))).toBe('bad_literal')
  expect(select(`'${"''".repeat(9_000)}'`)).toBe('bad_literal')
  expect(select(`"${'a'.repeat(15_000)}"`)).toBe('bad_name')
})

test('space and comments cost nothing but their length', () => {
  expect(codeOf(refusalOf(`SELECT 1${' '.repeat(15_000)}FROM events`))).toBe('accepted')
  expect(codeOf(refusalOf(`SELECT 1 ${'/**/'.repeat(4_500)} FROM events`))).toBe('accepted')
  expect(codeOf(refusalOf(`SELECT 1 ${'--\n'.repeat(6_000)} FROM events`))).toBe('accepted')
  expect(codeOf(refusalOf(`SELECT 1 ${'/*'.repeat(9_000)}`))).toBe('syntax')
  expect(codeOf(refusalOf("'".repeat(19_999)))).toBe('syntax')
})

test('the longest chains that are accepted may be walked by recursion', () => {
  const chains = [
    Array(990).fill('a').join(' - '),
    Array(990).fill('a').join(' OR '),
    Array(990).fill('a').join(' || '),
    `CASE ${'WHEN a THEN 1 '.repeat(900)}END`,
  ]
  for (const chain of chains) {
    const sql = `SELECT ${chain} AS value FROM events`
    const tree = parseSql(sql)
    expect(printTree(tree).length).toBeGreaterThan(5_000)
    expect(['same', 'skipped']).toContain(crossCheck(sql, tree).verdict)
    expect(() => structuredClone(tree)).not.toThrow()
  }
})

test('odd characters are refused or belong to a literal', () => {
  expect(where("a = 'b\0c'")).toBe('bad_literal')
  expect(where("a = '\udc00'")).toBe('bad_literal')
  expect(where('a = \0')).toBe('syntax')
  expect(where('\ud83d = 1')).toBe('syntax')
  expect(where('ａ = 1')).toBe('syntax')
  expect(where('a\u2028= 1')).toBe('syntax')
  expect(where("properties['\ud800'] = 1")).toBe('bad_literal')
  expect(where("a = 'ａ\u2028😀'")).toBe('accepted')
  expect(where('properties."ａ😀" = 1')).toBe('accepted')
})

/** Parted by spaces. */
const FRAGMENTS = `
  ( ) , . ; * / - = < || :: [ ] ' " -- /* */ 1 1.5e .5 ≥ ‘ \ud800 \0 ? \\ ['x'] SELECT FROM WHERE
  GROUP BY HAVING ORDER LIMIT UNION ALL JOIN ON AND OR NOT IN IS NULL LIKE BETWEEN CASE WHEN THEN ELSE
  END CAST( AS OVER( FILTER( WITHIN WITH DISTINCT SUM( events properties value DATE' CURRENT_DATE
  INTERVAL DROP
`
  .trim()
  .split(/\s+/)

/** A change of a text at a place that is given as a part of its length. */
const MUTATIONS = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  deleted: fc.integer({ min: 0, max: 12 }),
  inserted: fc.option(fc.constantFrom(...FRAGMENTS), { nil: '' }),
})

test(
  'a query that is changed anywhere is read, or refused with a place within it',
  { timeout: 30_000 },
  () => {
    const seeds = fc.constantFrom(...GOLDEN_QUERIES.map(({ sql }) => sql))
    const mutations = fc.array(MUTATIONS, { minLength: 1, maxLength: 4 })
    const codes = new Set<string>()
    fc.assert(
      fc.property(seeds, mutations, (seed, changes) => {
        const sql = changes.reduce((text, { at, deleted, inserted }) => {
          const place = Math.floor(at * text.length)
          return `${text.slice(0, place)} ${inserted} ${text.slice(place + deleted)}`
        }, seed)
        try {
          parseSql(sql)
          codes.add('accepted')
        } catch (error) {
          if (!(error instanceof SqlError)) throw error
          codes.add(error.code)
          expect(error.start).toBeGreaterThanOrEqual(0)
          expect(error.end).toBeGreaterThanOrEqual(error.start)
          expect(error.end).toBeLessThanOrEqual(sql.length)
          expect(error.message.isWellFormed()).toBe(true)
        }
      }),
      { numRuns: 3_000, seed: 31 },
    )
    expect([...codes]).toEqual(expect.arrayContaining(['accepted', 'syntax', 'unsupported']))
  },
)

test(
  'changed queries that are still read are read alike by both readers, or not by the second',
  { timeout: 30_000 },
  () => {
    const seeds = fc.constantFrom(...GOLDEN_QUERIES.map(({ sql }) => sql))
    const verdicts = new Map<string, number>()
    fc.assert(
      fc.property(seeds, MUTATIONS, (seed, { at, inserted }) => {
        const place = Math.floor(at * seed.length)
        const sql = `${seed.slice(0, place)} ${inserted} ${seed.slice(place)}`
        if (refusalOf(sql) !== null) return
        const check = crossCheck(sql, parseSql(sql))
        verdicts.set(check.verdict, (verdicts.get(check.verdict) ?? 0) + 1)
        expect({ sql, ...check }).not.toHaveProperty('difference')
      }),
      { numRuns: 2_000, seed: 32 },
    )
    expect(verdicts.get('same')).toBeGreaterThan(100)
  },
)
