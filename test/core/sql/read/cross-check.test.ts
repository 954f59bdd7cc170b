import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crossCheck } from '../../../../src/core/sql/read/cross-check.ts'
import { parseSql } from '../../../../src/core/sql/read/parse-sql.ts'
import { GOLDEN_QUERIES } from '../golden-queries.ts'
import { CONDITION_TREES, VALUE_TREES } from '../random-trees.ts'
import { writeSql } from '../write-sql.ts'

const check = (sql: string) => crossCheck(sql, parseSql(sql))

test('both readers read the queries of the accept list alike', () => {
  const others = GOLDEN_QUERIES.filter(({ sql }) => check(sql).verdict !== 'same')
  expect(others.map(({ sql }) => sql)).toEqual([])
})

test('both readers agree on AND before OR, although the second folds them from the left', () => {
  const where = (condition: string) =>
    check(`SELECT COUNT(*) AS value FROM events WHERE ${condition}`)
  expect(where("a = '1' OR b = '2' AND c = '3'")).toEqual({ verdict: 'same' })
  expect(where("(a = '1' OR b = '2') AND c = '3'")).toEqual({ verdict: 'same' })
  expect(where('NOT (a + 1) > 2 OR b AND NOT (c OR d)')).toEqual({ verdict: 'same' })
})

test('forms that the second reader does not know are compared all the same', () => {
  const queries = [
    "SELECT SUM(TRY_CAST(properties['odd name'] AS INT)) AS value FROM events WHERE a ≥ 1 AND b IS NOT DISTINCT FROM 'it''s \\'",
    'SELECT LATEST(properties.x) FILTER (WHERE a) AS value FROM events',
    'SELECT x AS value FROM (SELECT a AS x FROM events QUALIFY ROW_NUMBER() OVER (ORDER BY b DESC) = 1)',
    'SELECT COUNT(*) AS value FROM events -- a comment\n/* and another */ WHERE `a` = -1::int',
    '(SELECT a AS value FROM events) UNION ALL SELECT b FROM events ORDER BY 1 LIMIT 3',
    'WITH a AS (SELECT 1 AS x FROM events) SELECT SUM(a.x) AS value FROM a LEFT JOIN (SELECT 2 AS y FROM events) b ON a.x = b.y',
  ]
  for (const sql of queries) expect({ sql, ...check(sql) }).toEqual({ sql, verdict: 'same' })
})

test('where dialects differ, both readings are told, and where', () => {
  expect(check("SELECT COUNT(DISTINCT a || b + 1) AS value FROM events WHERE c = '1'")).toEqual({
    verdict: 'different',
    difference: { ours: '(concat a (+ b 1))', theirs: '(+ (concat a b) 1)', start: 22, end: 32 },
  })
})

test('a misreading of ours would be found', () => {
  const sql = 'SELECT SUM(a) AS value FROM events WHERE b OR c AND d'
  const other = parseSql('SELECT SUM(a) AS value FROM events WHERE (b OR c) AND d')
  expect(crossCheck(sql, other)).toMatchObject({
    verdict: 'different',
    difference: { ours: '(and (or b c) d)', theirs: '(or b (and c d))' },
  })
})

test('what the second reader cannot read is accepted, with the reason', () => {
  expect(check('SELECT SUM(CAST(a AS STRING)) AS value FROM events')).toMatchObject({
    verdict: 'unreadable',
    reason: expect.stringContaining('Expected'),
  })
  expect(check('SELECT 1 AS value FROM events UNION ALL (SELECT 2 AS value FROM events)')).toEqual({
    verdict: 'unreadable',
    reason: 'union all',
  })
})

test('a query that would take the second reader exponential time is skipped', () => {
  const nested = `${'('.repeat(20)}a = 1${' OR b = 2)'.repeat(20)}`
  expect(check(`SELECT COUNT(*) AS value FROM events WHERE ${nested}`)).toEqual({
    verdict: 'skipped',
    reason: 'the text was looked at too often',
  })
})

test('it leaves nothing behind', () => {
  expect(Object.keys(globalThis)).not.toContain('NodeSQLParser')
})

test('both readers agree on any expression', { timeout: 30_000 }, () => {
  const verdicts = { same: 0, different: 0, unreadable: 0, skipped: 0 }
  const agree = (sql: string) => {
    const result = check(sql)
    verdicts[result.verdict] += 1
    expect(result).not.toHaveProperty('difference')
  }
  fc.assert(
    fc.property(CONDITION_TREES, (tree) =>
      agree(`SELECT COUNT(*) AS value FROM events WHERE ${writeSql(tree)}`),
    ),
    { numRuns: 600, seed: 21 },
  )
  fc.assert(
    fc.property(VALUE_TREES, (tree) => agree(`SELECT ${writeSql(tree)} AS value FROM events`)),
    { numRuns: 600, seed: 22 },
  )
  expect(verdicts.different).toBe(0)
  expect(verdicts.same).toBeGreaterThan(1_000)
})
