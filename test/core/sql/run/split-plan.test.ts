import { expect, test } from 'vitest'
import { bindQuery } from '../../../../src/core/sql/bind/bind-query.ts'
import { parseSql } from '../../../../src/core/sql/read/parse-sql.ts'
import type { SqlPlan } from '../../../../src/core/sql/plan.ts'
import { executionOf, splitPlan } from '../../../../src/core/sql/run/split-plan.ts'
import {
  aggregate,
  arithmetic,
  column,
  COUNT_ROWS,
  equals,
  filter,
  group,
  number,
  parse,
  project,
  query,
  scan,
  text,
} from '../plan-builders.ts'

function planOf(sql: string): SqlPlan {
  return splitPlan(bindQuery(parseSql(sql)))
}

function columnsOf(plan: SqlPlan): string[][] {
  return plan.fragments.map(({ columns }) =>
    columns.map((each) => (each.kind === 'property' ? each.name : `$${each.kind}`)),
  )
}

test('an aggregation over filtered and projected events is one fragment', () => {
  const { relation, columns } = scan('$event_type', 'user', 'v', 'w')
  const calls = filter(relation, equals(columns['$event_type']!, text('call')))
  const inner = project(calls, [columns['user']!, parse(columns['v']!), parse(columns['w']!)])
  const sums = group(
    inner,
    [column(0, 'property')],
    [aggregate('sum', column(2)), aggregate('sum', arithmetic('multiply', column(1), number(2)))],
  )
  const bound = { relation: sums, value: 2, keys: [{ name: 'user', column: 0 }] }
  expect(splitPlan(bound)).toEqual({
    version: 1,
    fragments: [
      {
        columns: [
          { kind: 'event_type' },
          { kind: 'property', name: 'user' },
          { kind: 'property', name: 'v' },
        ],
        filter: equals(column(0, 'text'), text('call')),
        keys: [column(1, 'property')],
        aggregates: [
          aggregate('sum', arithmetic('multiply', parse(column(2, 'property')), number(2))),
        ],
      },
    ],
    relation: { op: 'fragment', types: ['property', 'numeric'], index: 0 },
    value: 1,
    keys: [{ name: 'user', column: 0 }],
  })
})

test('distinct rows are groups without aggregates', () => {
  const { relation, columns } = scan('user')
  const users = project(relation, [columns['user']!])
  const plan = splitPlan(query({ op: 'distinct', types: users.types, input: users }))
  expect(plan.fragments[0]).toMatchObject({ keys: [column(0, 'property')], aggregates: [] })
  expect(plan.relation.op).toBe('fragment')
})

test('other readings are rows of the columns that are needed', () => {
  const plan = planOf(`SELECT SUM(d) AS value FROM (
    SELECT v - LAG(v) OVER (PARTITION BY u ORDER BY t) AS d FROM (
      SELECT CAST(properties.v AS DECIMAL) AS v, properties.user AS u, timestamp AS t FROM events
      WHERE event_type = 'call'))`)
  expect(columnsOf(plan)).toEqual([['$event_type', 'v', 'user', '$timestamp']])
  expect(plan.fragments[0]!.aggregates).toBeNull()
  expect(plan.fragments[0]!.keys.map(({ type }) => type)).toEqual([
    'numeric',
    'property',
    'timestamp',
  ])
  expect(executionOf(plan)).toBe('scan')
})

test('rows under a union have only what is needed of them', () => {
  const plan = planOf(`SELECT COUNT(v) AS value FROM (
    SELECT properties.v AS v, properties.x AS x FROM events WHERE event_type = 'call'
    UNION ALL SELECT properties.w AS v, properties.y AS x FROM events)`)
  expect(columnsOf(plan)).toEqual([['$event_type', 'v'], ['w']])
  expect(plan.fragments.map(({ keys }) => keys.length)).toEqual([1, 1])
})

test('equal readings are shared, also where only names differ', () => {
  const plan = planOf(`WITH n AS (SELECT properties.user AS u, COUNT(*) AS n FROM events GROUP BY u)
    SELECT SUM(a.n * b.m) AS value FROM n a
    JOIN (SELECT properties.user AS v, COUNT(*) AS m FROM events GROUP BY v) b ON a.u = b.v`)
  expect(plan.fragments).toHaveLength(1)
  expect(plan.fragments[0]!.aggregates).toEqual([COUNT_ROWS])
})

test('aggregates that nothing needs are dropped, keys are not', () => {
  const plan =
    planOf(`SELECT SUM(s) AS value FROM (SELECT properties.user AS u, SUM(properties.v) AS s,
    MAX(properties.w) AS m FROM events GROUP BY u)`)
  expect(columnsOf(plan)).toEqual([['user', 'v']])
  expect(plan.fragments[0]!.aggregates).toHaveLength(1)
})

test('a projection that would multiply is not inlined', () => {
  const { relation, columns } = scan('v', 'unused')
  let doubled = project(relation, [parse(columns['v']!)])
  for (let i = 0; i < 40; i++) {
    doubled = project(doubled, [arithmetic('add', column(0), column(0))])
  }
  const plan = splitPlan(query(group(doubled, [], [aggregate('sum', column(0))])))
  expect(JSON.stringify(plan).length).toBeLessThan(30_000)
  expect(plan.fragments.every(({ aggregates }) => aggregates === null)).toBe(true)
  expect(columnsOf(plan)).toEqual([['v']])
})

test.each([
  ['SELECT SUM(properties.v) AS value FROM events', 'incremental'],
  [
    'SELECT COUNT(DISTINCT properties.v) AS value, properties.u FROM events GROUP BY u',
    'incremental',
  ],
  ['SELECT COUNT(*) AS value FROM (SELECT DISTINCT properties.u AS u FROM events)', 'incremental'],
  [
    `SELECT MEDIAN(s) AS value FROM (SELECT SUM(properties.v) AS s, properties.u AS u FROM events
      GROUP BY u)`,
    'incremental',
  ],
  ['SELECT MEDIAN(properties.v) AS value FROM events', 'scan'],
  ['SELECT CAST(properties.v AS DECIMAL) AS value FROM events', 'scan'],
] as const)('%s runs as %s', (sql, execution) => {
  expect(executionOf(planOf(sql))).toBe(execution)
})
