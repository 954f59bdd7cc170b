import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { UsageEvent } from '../../../../src/core/metering/event.ts'
import { bindQuery } from '../../../../src/core/sql/bind/bind-query.ts'
import { Budget } from '../../../../src/core/sql/run/budget.ts'
import { Diagnostics } from '../../../../src/core/sql/values/diagnostics.ts'
import { evaluateNaively } from '../../../../src/core/sql/naive/naive-query.ts'
import { parseSql } from '../../../../src/core/sql/read/parse-sql.ts'
import type { BoundQuery, SqlType } from '../../../../src/core/sql/plan.ts'
import { runPlan } from '../../../../src/core/sql/run/run-plan.ts'
import { splitPlan } from '../../../../src/core/sql/run/split-plan.ts'
import { timestampText } from '../../../../src/core/sql/values/timestamps.ts'
import { at, eventOf } from '../../metering/builders.ts'
import { scanPlaces, textRows } from '../plan-builders.ts'

const PER_HOUR = `SELECT date_trunc('hour', timestamp) AS h, properties.user AS u,
  SUM(properties.v) AS s, COUNT(*) AS n FROM events GROUP BY h, u`
const ROWS = `SELECT properties.user AS u, timestamp AS t, CAST(properties.v AS DECIMAL) AS v,
  event_type AS e FROM events`

/** Queries that together use every step of a plan. */
const QUERIES = [
  `SELECT SUM(m) / SUM(n) AS value, u FROM (SELECT date_trunc('day', timestamp) AS d,
    properties.user AS u, MAX(properties.v) AS m, 1 AS n FROM events WHERE event_type = 'call'
    GROUP BY d, u) GROUP BY u`,
  `SELECT count() AS value, properties.user, properties.region FROM events GROUP BY user, region`,
  `SELECT COUNT(DISTINCT properties.user) AS value, COUNT(DISTINCT CAST(properties.v AS DECIMAL)) AS n
    FROM events`,
  `SELECT AVG(properties.v) AS value, MIN(properties.v) AS low, MAX(timestamp) AS t,
    MIN(event_type) AS e, MAX(properties.user || 'x') AS x FROM events`,
  `SELECT LATEST(CAST(properties.v AS DECIMAL)) AS value, EARLIEST(properties.user) AS u,
    properties.region AS r FROM events GROUP BY r`,
  `SELECT SUM(CASE WHEN properties.region IN ('eu', 'us') THEN properties.v * 2 ELSE 0.1 END) AS value,
    COUNT(properties.v) FILTER (WHERE event_type = 'call') AS n FROM events
    WHERE properties.user IS NOT NULL`,
  `SELECT PERCENTILE_DISC(0.95) WITHIN GROUP (ORDER BY properties.v) AS value,
    PERCENTILE_CONT(0.3) WITHIN GROUP (ORDER BY properties.v DESC) AS c, MEDIAN(properties.v) AS m,
    properties.user AS u FROM events GROUP BY u`,
  `SELECT MAX(s) AS value FROM (${PER_HOUR})`,
  `SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY s) AS value, u FROM (${PER_HOUR}) GROUP BY u`,
  `SELECT COUNT(*) AS value FROM (SELECT DISTINCT properties.user, properties.region FROM events)`,
  `SELECT DISTINCT s AS value, u FROM (${PER_HOUR})`,
  `SELECT s AS value, u FROM (${PER_HOUR}) ORDER BY s DESC, h LIMIT 3`,
  `SELECT s AS value, u FROM (${PER_HOUR}) WHERE n > 1 ORDER BY u NULLS FIRST, s`,
  `SELECT SUM(n) AS value, u FROM (${PER_HOUR}) GROUP BY u HAVING COUNT(*) > 1`,
  `SELECT COUNT(*) AS value FROM (SELECT s FROM (${PER_HOUR}) UNION ALL SELECT n FROM (${PER_HOUR}))`,
  `SELECT SUM(v) AS value FROM (SELECT v FROM (${ROWS}) UNION ALL SELECT v FROM (${ROWS})
    WHERE e = 'call')`,
  `SELECT SUM(a.s * b.n) AS value, a.u AS u FROM (${PER_HOUR}) a JOIN (${PER_HOUR}) b ON a.u = b.u
    AND a.h = b.h GROUP BY a.u`,
  `SELECT SUM(b.n) AS value, a.u AS u, COUNT(*) AS n FROM (${PER_HOUR}) a
    LEFT JOIN (SELECT properties.user AS u, COUNT(*) AS n FROM events WHERE event_type = 'mail'
    GROUP BY u) b ON a.u = b.u GROUP BY a.u`,
  `SELECT SUM(d) AS value FROM (SELECT v - LAG(v) OVER (PARTITION BY u ORDER BY t) AS d FROM (${ROWS}))`,
  `SELECT SUM(r * k + dr) AS value FROM (SELECT ROW_NUMBER() OVER (ORDER BY v DESC) AS r,
    RANK() OVER (PARTITION BY u ORDER BY e) AS k, DENSE_RANK() OVER (ORDER BY u NULLS FIRST) AS dr
    FROM (${ROWS}))`,
  `SELECT v AS value, u, SUM(v) OVER (PARTITION BY u ORDER BY t) AS s,
    COUNT(*) OVER (ORDER BY u ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS n,
    AVG(v) OVER (PARTITION BY e) AS a, MIN(v) OVER (ORDER BY t) AS low FROM (${ROWS})`,
  `SELECT v AS value, FIRST_VALUE(u) OVER (PARTITION BY e ORDER BY v) AS f,
    LAST_VALUE(u) OVER (PARTITION BY e ORDER BY v) AS l, LEAD(v, 2, 7) OVER (ORDER BY t) AS d,
    LAST_VALUE(v) OVER (ORDER BY t ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS w
    FROM (${ROWS})`,
  `SELECT SUM(v) AS value, u FROM (SELECT v, u FROM (${ROWS})
    QUALIFY ROW_NUMBER() OVER (PARTITION BY u ORDER BY t DESC) = 1) GROUP BY u`,
  `WITH a AS (${PER_HOUR}), b AS (SELECT u, MAX(s) AS m FROM a GROUP BY u)
    SELECT SUM(a.s / b.m) AS value FROM a JOIN b ON a.u = b.u`,
  `SELECT COUNT(*) AS value, 'x' AS k FROM events WHERE event_type = 'none'`,
  `SELECT CAST(properties.v AS DECIMAL) AS value, properties.region FROM events`,
  `SELECT 1 AS value FROM (SELECT COUNT(*) AS n FROM events)`,
]

const bound = QUERIES.map((sql) => bindQuery(parseSql(sql)))

const START = at('2026-03-02T22:00:00Z')
const events = fc.array(
  fc.record({
    eventType: fc.constantFrom('call', 'call', 'mail'),
    timestampMs: fc.integer({ min: 0, max: 5 }).map((step) => START + step * 1_700_000),
    subMs: fc.constantFrom('', '', '5', '0001'),
    transactionId: fc.constantFrom('a', 'b', 'c'),
    ingestId: fc.constant('acme'),
    properties: fc.record(
      {
        user: fc.constantFrom('ann', 'bob', '\u{1f600}', '\uffff'),
        region: fc.constantFrom('eu', 'us', 'asia'),
        v: fc.constantFrom('1', '1.0', '0.1', '-2.50', '9007199254740993', 'x', '3', '7', '1e2'),
      },
      { requiredKeys: [] },
    ),
  }),
  { maxLength: 25 },
)

function run(query: BoundQuery, places: readonly (readonly UsageEvent[])[]): (string | null)[][] {
  const plan = splitPlan(query)
  const budget = new Budget()
  const rows = runPlan(plan, scanPlaces(plan, places, budget), budget, new Diagnostics())
  const { types } = plan.relation
  return textRows(rows.map((row) => row.map((value, i) => asText(types[i]!, value as number))))
}

function asText(type: SqlType, value: number): string | number {
  return type === 'timestamp' && value !== null ? timestampText(value) : value
}

function naiveRows(query: BoundQuery | ReturnType<typeof splitPlan>, list: UsageEvent[]): string[] {
  return evaluateNaively(query, list)
    .map((row) => JSON.stringify(row.map((value) => (value === null ? null : String(value)))))
    .sort()
}

test.each(bound.map((query, i) => [QUERIES[i]!.replace(/\s+/g, ' ').slice(0, 60), query] as const))(
  'is what the naive evaluation gives, before the split and after: %s',
  (_, query) => {
    fc.assert(
      fc.property(events, fc.array(fc.nat(2)), (list, places) => {
        const expected = naiveRows(query, list)
        expect(naiveRows(splitPlan(query), list)).toEqual(expected)
        const rows = run(
          query,
          [0, 1, 2].map((place) => list.filter((__, i) => (places[i] ?? 0) === place)),
        )
        expect(rows.map((row) => JSON.stringify(row)).sort()).toEqual(expected)
        expect(run(query, [list.toReversed()])).toEqual(rows)
      }),
      { numRuns: 30 },
    )
  },
)

/** Queries of any shape that give u, a text, n, a number, and t, a time. */
const { composed } = fc.letrec<{ composed: string }>((tie) => {
  const leaf = fc.constantFrom(
    'SELECT CAST(properties.user AS TEXT) AS u, CAST(properties.v AS DECIMAL) AS n, timestamp AS t FROM events',
    `SELECT event_type AS u, CAST(properties.v AS DECIMAL) + 1 AS n, date_trunc('hour', timestamp) AS t
      FROM events WHERE properties.region = 'eu'`,
    `SELECT CAST(properties.region AS TEXT) AS u, COUNT(*) AS n, MAX(timestamp) AS t FROM events GROUP BY u`,
    `SELECT DISTINCT CAST(properties.user AS TEXT) AS u, 2 AS n, date_trunc('day', timestamp) AS t FROM events`,
  )
  const inner = tie('composed')
  const wrap = (of: (query: string) => string) => inner.map((query) => of(`(${query})`))
  const pair = (of: (left: string, right: string) => string) =>
    fc.tuple(inner, inner).map(([left, right]) => of(`(${left})`, `(${right})`))
  return {
    composed: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      wrap((q) => `SELECT u, n * 2 AS n, t FROM ${q} WHERE n > 1 OR u IS NULL`),
      wrap((q) => `SELECT u, n + n AS n, date_trunc('hour', t) AS t FROM ${q}`),
      wrap((q) => `SELECT u, SUM(n) AS n, MIN(t) AS t FROM ${q} GROUP BY u`),
      wrap(
        (q) =>
          `SELECT MAX(u) AS u, COUNT(DISTINCT n) AS n, t FROM ${q} GROUP BY t HAVING COUNT(*) > 1`,
      ),
      wrap((q) => `SELECT u, n, t FROM ${q} ORDER BY n DESC, t LIMIT 3`),
      wrap((q) => `SELECT DISTINCT u, n, t FROM ${q}`),
      wrap((q) => `SELECT u, RANK() OVER (PARTITION BY u ORDER BY n) AS n, t FROM ${q}`),
      wrap(
        (q) => `SELECT u, SUM(n) OVER (ORDER BY t) AS n, LAG(t) OVER (ORDER BY n) AS t FROM ${q}`,
      ),
      wrap(
        (q) => `SELECT u, n, t FROM ${q} QUALIFY ROW_NUMBER() OVER (PARTITION BY u ORDER BY t) = 1`,
      ),
      pair((l, r) => `SELECT u, n, t FROM ${l} UNION ALL SELECT u, 7 AS n, t FROM ${r}`),
      pair(
        (l, r) => `SELECT a.u AS u, b.n AS n, a.t AS t FROM (SELECT u, COUNT(*) AS c, MAX(t) AS t
        FROM ${l} GROUP BY u) a LEFT JOIN (SELECT u, SUM(n) AS n FROM ${r} GROUP BY u) b ON a.u = b.u`,
      ),
    ),
  }
})

test('queries of any shape give what the naive evaluation gives', () => {
  const some = fc.tuple(
    composed,
    fc.constantFrom('n AS value, u, t', 'n AS value', 'SUM(n) AS value'),
  )
  fc.assert(
    fc.property(some, events, fc.array(fc.nat(1)), ([inner, columns], list, places) => {
      const query = bindQuery(parseSql(`SELECT ${columns} FROM (${inner})`))
      const expected = naiveRows(query, list)
      expect(naiveRows(splitPlan(query), list)).toEqual(expected)
      const of = (place: number) => list.filter((_, i) => (places[i] ?? 0) === place)
      const rows = run(query, [of(1), of(0)])
      expect(rows.map((row) => JSON.stringify(row)).sort()).toEqual(expected)
    }),
    { numRuns: 100 },
  )
})

test('a run gives back what it held', () => {
  const query = bindQuery(parseSql(`SELECT MAX(s) AS value, u FROM (${PER_HOUR}) GROUP BY u`))
  const plan = splitPlan(query)
  const budget = new Budget()
  const found = scanPlaces(
    plan,
    [['a', 'b'].map((user) => eventOf({ properties: { user } }))],
    budget,
  )
  const { held } = budget
  for (let i = 0; i < 3; i++) {
    expect(textRows(runPlan(plan, found, budget, new Diagnostics()))).toEqual([
      [null, 'a'],
      [null, 'b'],
    ])
    expect(budget.held).toBe(held)
  }
})

test('rows come in the order of the query, else by all columns', () => {
  const list = ['b', 'c', 'a'].map((user) => eventOf({ properties: { user } }))
  const order = (sql: string) => run(bindQuery(parseSql(sql)), [list]).map(([, user]) => user)
  const users = 'SELECT COUNT(*) AS value, properties.user FROM events GROUP BY user'
  expect(order(users)).toEqual(['a', 'b', 'c'])
  expect(order(`${users} ORDER BY user DESC`)).toEqual(['c', 'b', 'a'])
})
