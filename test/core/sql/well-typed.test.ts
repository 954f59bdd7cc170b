import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileSql } from '../../../src/core/sql/compile-sql.ts'
import { checkRelation } from './check-types.ts'
import { GOLDEN_QUERIES } from './golden-queries.ts'
import { VARIED_QUERIES } from './varied-queries.ts'

/** Whether a query is accepted; if so, it is well typed before and after it is split. */
function isAccepted(sql: string): boolean {
  const result = compileSql(sql)
  if (!result.ok) {
    const { position, end } = result.error
    expect(position >= 0 && position <= end && end <= sql.length).toBe(true)
    return false
  }
  const { query, plan } = result.value
  checkRelation(query.relation)
  checkRelation(plan.relation)
  expect(query.relation.types[query.value]).toBe('numeric')
  expect(plan.relation.types[plan.value]).toBe('numeric')
  return true
}

test('known queries are well typed', () => {
  for (const sql of [...VARIED_QUERIES, ...GOLDEN_QUERIES.map((query) => query.sql)]) {
    expect(isAccepted(sql)).toBe(true)
  }
})

const LEAVES =
  "properties.a|properties.b|timestamp|event_type|1|-2.5|'a'|'2025-01-01'|NULL|TRUE|COUNT(*)|k|value".split(
    '|',
  )
/** Each `#` stands for any expression. */
const FORMS = [
  ...'# + #|# || #|# = #|# < #|NOT #|# AND #|# IN (1, NULL)|# IS NULL|# IS TRUE|-#|#::int'.split(
    '|',
  ),
  ...'SUM(#)|MAX(#)|LATEST(#)|COUNT(DISTINCT #)|SUM(#) FILTER (WHERE #)|MEDIAN(#)|ABS(#)'.split(
    '|',
  ),
  ...'COALESCE(#, #)|LEAST(#, #)|NULLIF(#, #)|IF(#, #, #)|LOWER(#)|LENGTH(#)|YEAR(#)'.split('|'),
  ...'CAST(# AS VARCHAR)|CAST(# AS TIMESTAMP)|CAST(# AS DECIMAL)|CAST(# AS BOOLEAN)'.split('|'),
  ...'# BETWEEN # AND #|CASE WHEN # THEN # ELSE # END|CASE # WHEN # THEN # END'.split('|'),
  ...'LAG(#) OVER (ORDER BY #)|SUM(#) OVER (PARTITION BY #)|RANK() OVER (ORDER BY #)'.split('|'),
]
const QUERIES = [
  'SELECT # AS value, # AS k FROM events WHERE #',
  'SELECT # AS value, # AS k FROM events GROUP BY k',
  'SELECT # AS value, # AS k FROM events GROUP BY # HAVING # ORDER BY #',
  'SELECT DISTINCT # AS value, # AS k FROM events ORDER BY k LIMIT 2',
  'SELECT # AS value FROM events UNION ALL SELECT # FROM events',
  'SELECT # AS value, k FROM (SELECT # AS k, # AS value, timestamp, event_type FROM events) QUALIFY #',
  'WITH t AS (SELECT # AS x, # AS y FROM events GROUP BY 1, 2) SELECT t.x AS value, u.y FROM t LEFT JOIN t u ON t.x = u.y',
]

const fill = (form: string, parts: string[]): string => {
  let next = 0
  return form.replaceAll('#', () => `(${parts[next++ % parts.length]!})`)
}
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 3, arbitrary: fc.constantFrom(...LEAVES) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          fc.constantFrom(...FORMS),
          fc.array(tie('expression'), { minLength: 3, maxLength: 3 }),
        )
        .map(([form, parts]) => fill(form, parts)),
    },
  ),
}))
const QUERY = fc
  .tuple(fc.constantFrom(...QUERIES), fc.array(expression, { minLength: 5, maxLength: 5 }))
  .map(([form, parts]) => fill(form, parts))

test('whatever is accepted is well typed, and whatever is refused is refused somewhere', () => {
  let accepted = 0
  fc.assert(
    fc.property(QUERY, (sql) => {
      accepted += isAccepted(sql) ? 1 : 0
    }),
    { numRuns: 1_000 },
  )
  expect(accepted).toBeGreaterThan(10)
})
