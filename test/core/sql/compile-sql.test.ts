import { expect, test } from 'vitest'
import { compileSql } from '../../../src/core/sql/compile-sql.ts'
import { GOLDEN_QUERIES } from './golden-queries.ts'
import { refusal } from './bound.ts'

test('a query is compiled to its tree, its meaning and its plan', () => {
  const result = compileSql('SELECT COUNT(*) AS value FROM events')
  expect(result).toMatchObject({
    ok: true,
    value: {
      tree: { kind: 'query' },
      query: { value: 0, keys: [] },
      plan: {
        fragments: [{ columns: [], filter: null, keys: [], aggregates: [{ fn: 'count-rows' }] }],
        value: 0,
        keys: [],
      },
    },
  })
})

test('a refusal says what, where and what else', () => {
  expect(compileSql('SELECT COUNT(*) AS value,\n  region\nFROM events')).toEqual({
    ok: false,
    error: {
      code: 'unknown_column',
      message: "2:3 — unknown column 'region' (hint: did you mean properties.region?)",
      line: 2,
      column: 3,
      position: 28,
      end: 34,
      offending: 'region',
      hint: 'did you mean properties.region?',
    },
  })
})

test('every accepted query of the spec gives the columns that its results have', () => {
  for (const { sql, rows } of GOLDEN_QUERIES) {
    const result = compileSql(sql)
    if (!result.ok) throw new Error(`${sql}: ${result.error.message}`)
    const { query } = result.value
    const width = query.keys.length + 1
    expect({ sql, widths: new Set([width, ...rows.map((row) => row.length)]) }).toEqual({
      sql,
      widths: new Set([width]),
    })
  }
})

/** The reject list of the spec (section 5.3), but for what the parser refuses. */
const REJECTED: [string, string][] = [
  ['SELECT COUNT(*) AS value FROM users', 'unknown_table 1:31'],
  [
    'SELECT COUNT(*) AS value FROM events a JOIN events b ON a.event_type = b.event_type',
    'unsupported 1:40',
  ],
  [
    'SELECT COUNT(*) AS value FROM (SELECT 1 AS x FROM events) a JOIN (SELECT 1 AS x FROM events) b ON a.x < b.x',
    'unsupported 1:99',
  ],
  ['SELECT properties AS value FROM events', 'bad_column 1:8'],
  ['SELECT SUM(properties.a.b) AS value FROM events', 'unsupported 1:12'],
  ['SELECT user_id, COUNT(*) AS value FROM events GROUP BY user_id', 'unknown_column 1:8'],
  ['SELECT SUM(SUM(properties.x)) AS value FROM events', 'bad_aggregate 1:12'],
  ['SELECT COUNT(*) AS value FROM events WHERE COUNT(*) > 1', 'bad_aggregate 1:44'],
  ['SELECT COUNT(*) AS value FROM events GROUP BY 5', 'bad_ordinal 1:47'],
  ['SELECT event_type AS value FROM events', 'bad_value 1:8'],
  ['SELECT SUM(event_type) AS value FROM events', 'type 1:12'],
  ['SELECT SUM(timestamp) AS value FROM events', 'type 1:12'],
  ['SELECT COUNT(*) AS value FROM events WHERE event_type = 1', 'type 1:44'],
  ['SELECT COUNT(*) AS value FROM events WHERE properties.a < properties.b', 'ambiguous 1:44'],
  ['SELECT COUNT(*) AS value FROM events WHERE event_type = "api"', 'unknown_column 1:57'],
  ['SELECT RANDOM() AS value FROM events', 'unknown_function 1:8'],
  ['SELECT NOW() AS value FROM events', 'unknown_function 1:8'],
  ["SELECT load_extension('x') AS value FROM events", 'unknown_function 1:8'],
  ['SELECT SUM(properties.x, 2) AS value FROM events', 'bad_args 1:8'],
  ['SELECT SUM(*) AS value FROM events', 'bad_args 1:8'],
  ['SELECT COUNT(DISTINCT properties.a, properties.b) AS value FROM events', 'bad_args 1:8'],
  ['SELECT SUM(POWER(properties.x, 2)) AS value FROM events', 'unknown_function 1:12'],
  [
    "SELECT date_trunc('day', properties.t) AS d, COUNT(*) AS value FROM events GROUP BY d",
    'type 1:26',
  ],
  ['SELECT SUM(CAST(properties.x AS BLOB)) AS value FROM events', 'bad_type 1:33'],
  ['SELECT LATEST(v) AS value FROM (SELECT properties.v AS v FROM events)', 'bad_args 1:8'],
  ['SELECT ROW_NUMBER() AS value FROM events', 'bad_window 1:8'],
  [
    'SELECT PERCENTILE_CONT(1.5) WITHIN GROUP (ORDER BY properties.x) AS value FROM events',
    'bad_args 1:24',
  ],
  ['SELECT PERCENTILE_CONT(0.5) AS value FROM events', 'bad_args 1:8'],
  ['SELECT COUNT(*) AS value, UPPER(properties.r) FROM events GROUP BY 2', 'bad_column 1:27'],
  [
    'SELECT COUNT(*) AS value, properties.r AS k, properties.s AS k FROM events GROUP BY 2, 3',
    'bad_column 1:46',
  ],
]

test.each(REJECTED)('refused: %s', (sql, expected) => {
  expect(refusal(sql)).toBe(expected)
})

test('what grows as it is written out is refused at once', () => {
  const nested = `${'NULLIF('.repeat(40)}properties.x${', 1)'.repeat(40)}`
  expect(refusal(`SELECT COUNT(${nested}) AS value FROM events`)).toMatch(/^too_complex/)
  const long = Array.from({ length: 990 }, () => 'properties.x').join(' + ')
  const result = compileSql(`SELECT SUM(${long}) AS value FROM events`)
  expect(result.ok).toBe(true)
  expect(JSON.stringify(result).length).toBeGreaterThan(100_000)
})

test('a plan that would not fit into a row is refused', () => {
  const texts = Array.from({ length: 500 }, (_, i) => `'${'漢'.repeat(28)}${i}'`).join(',')
  const compiled = (copies: number) => {
    const counts = Array.from({ length: copies }, (_, i) => `SELECT COUNT(n + ${i}) AS v FROM t`)
    return compileSql(`WITH t AS (SELECT 1 AS n FROM events WHERE properties.p IN (${texts}))
      SELECT SUM(v) AS value FROM (${counts.join(' UNION ALL ')})`)
  }
  expect(compiled(10).ok).toBe(true)
  expect(compiled(25)).toMatchObject({ ok: false, error: { code: 'too_complex', line: 1 } })
})
