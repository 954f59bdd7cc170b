import { expect, test } from 'vitest'
import { bindSelect, placeOf } from '../../../../src/core/sql/bind/bind-select.ts'
import type { Aggregate, Relation } from '../../../../src/core/sql/plan.ts'
import { parseSql } from '../../../../src/core/sql/read/parse-sql.ts'
import type { SelectTree } from '../../../../src/core/sql/tree.ts'
import { bound, column, number, refusal, refusalText, textLiteral } from '../bound.ts'

const COUNT: Aggregate = { filter: null, type: 'numeric', fn: 'count-rows' }

/** The aggregation of a query that has one. */
function groupOf(sql: string): Relation & { op: 'aggregate' } {
  let relation: Relation = bound(sql).relation
  while (relation.op !== 'aggregate') {
    if (!('input' in relation)) throw new Error('the query does not group')
    relation = relation.input
  }
  return relation
}

const keysOf = (sql: string) => groupOf(sql).keys

test('GROUP BY takes columns, expressions, places, aliases and names of properties (SQ-14, SQ-43)', () => {
  const zone = [column(0, 'property')]
  for (const by of ['properties.zone', 'zone', 'ZONE', '2', 'events.properties.zone']) {
    expect(keysOf(`SELECT COUNT(*) AS value, properties.zone FROM events GROUP BY ${by}`)).toEqual(
      zone,
    )
  }
  const hour = [{ op: 'truncate', type: 'timestamp', unit: 'hour', args: [column(0, 'timestamp')] }]
  for (const by of ["date_trunc('hour', timestamp)", 'date', '2']) {
    expect(
      keysOf(
        `SELECT COUNT(*) AS value, date_trunc('hour', timestamp) AS date FROM events GROUP BY ${by}`,
      ),
    ).toEqual(hour)
  }
})

test('a column of the input wins over an alias in GROUP BY (SQ-44)', () => {
  expect(
    keysOf(
      "SELECT COUNT(*) AS value, date_trunc('day', timestamp) AS timestamp FROM events GROUP BY timestamp",
    ),
  ).toEqual([column(0, 'timestamp')])
})

test('an alias that two items have is no key', () => {
  expect(
    refusal('SELECT 1 AS value, properties.a AS k, properties.b AS k FROM events GROUP BY k'),
  ).toBe('ambiguous 1:78')
})

test('places in GROUP BY and ORDER BY are those of the select list', () => {
  const select = 'SELECT COUNT(*) AS value, properties.zone FROM events'
  for (const place of ['0', '3', '1.5']) {
    expect(refusal(`${select} GROUP BY ${place}`)).toBe('bad_ordinal 1:64')
    expect(refusal(`${select} GROUP BY 2 ORDER BY ${place}`)).toBe('bad_ordinal 1:75')
  }
  const place = { kind: 'number' as const, text: '2', start: 0, end: 1 }
  expect(placeOf(place, 2, 'GROUP BY position')).toBe(1)
})

test('aggregates are not allowed in WHERE and GROUP BY, nor in each other', () => {
  expect(refusalText('SELECT COUNT(*) AS value FROM events WHERE 1 < COUNT(*)')).toBe(
    '1:48 — aggregate functions are not allowed in WHERE; use HAVING',
  )
  expect(refusalText('SELECT COUNT(*) AS value FROM events GROUP BY 1')).toBe(
    '1:8 — aggregate functions are not allowed in GROUP BY',
  )
  expect(refusal('SELECT SUM(1 + SUM(properties.x)) AS value FROM events')).toBe(
    'bad_aggregate 1:16',
  )
})

test('equal aggregates are computed once', () => {
  const { aggregates } = groupOf(
    'SELECT COUNT(*) + COUNT() * MAX(properties.x) AS value FROM events HAVING COUNT(*) > 1 AND MAX(properties.x) > 0',
  )
  expect(aggregates.map(({ fn }) => fn)).toEqual(['count-rows', 'max'])
})

test('HAVING alone groups all rows into one', () => {
  expect(bound('SELECT 1 AS value FROM events HAVING TRUE').relation).toEqual({
    op: 'project',
    expressions: [number('1')],
    types: ['numeric'],
    input: {
      op: 'filter',
      condition: { op: 'boolean', type: 'boolean', value: true },
      types: [],
      input: {
        op: 'aggregate',
        keys: [],
        aggregates: [],
        types: [],
        input: { op: 'scan', columns: [], types: [] },
      },
    },
  })
})

test('HAVING, QUALIFY and ORDER BY may name an output column', () => {
  const more = {
    op: '>',
    type: 'boolean',
    of: 'numeric',
    args: [column(1, 'numeric'), number('5')],
  }
  expect(
    bound('SELECT COUNT(*) AS value, properties.z FROM events GROUP BY z HAVING VALUE > 5')
      .relation,
  ).toMatchObject({ op: 'project', input: { op: 'filter', condition: more } })
  expect(
    bound('SELECT COUNT(*) AS value, properties.z FROM events GROUP BY z QUALIFY value > 5')
      .relation,
  ).toMatchObject({ op: 'project', input: { op: 'filter', condition: more } })
  expect(
    bound('SELECT COUNT(*) AS value, properties.z FROM events GROUP BY z ORDER BY value + 1')
      .relation,
  ).toMatchObject({ op: 'project', input: { op: 'sort' } })
  expect(refusal('SELECT 1 AS a, 2 AS a FROM events HAVING a > 1')).toBe('ambiguous 1:42')
  expect(refusal('SELECT COUNT(*) AS value FROM events WHERE value > 1')).toBe(
    'unknown_column 1:44',
  )
})

test('windows are computed after groups, and are refused before', () => {
  const { relation } = bound(
    'SELECT SUM(COUNT(*)) OVER (ORDER BY properties.z) AS value, properties.z FROM events GROUP BY 2',
  )
  expect(relation).toEqual({
    op: 'project',
    expressions: [column(2, 'numeric'), column(0, 'property')],
    types: ['numeric', 'property'],
    input: {
      op: 'window',
      functions: [
        {
          partitionBy: [],
          orderBy: [{ by: column(0, 'property'), isDescending: false, nullsFirst: false }],
          frame: 'range',
          type: 'numeric',
          fn: 'sum',
          arg: column(1, 'numeric'),
          filter: null,
        },
      ],
      types: ['property', 'numeric', 'numeric'],
      input: {
        op: 'aggregate',
        keys: [column(0, 'property')],
        aggregates: [COUNT],
        types: ['property', 'numeric'],
        input: { op: 'scan', columns: [{ kind: 'property', name: 'z' }], types: ['property'] },
      },
    },
  })
  const rank = 'RANK() OVER (ORDER BY timestamp)'
  expect(refusal(`SELECT 1 AS value FROM events WHERE ${rank} = 1`)).toBe('bad_window 1:37')
  expect(refusal(`SELECT 1 AS value FROM events GROUP BY ${rank}`)).toBe('bad_window 1:40')
  expect(refusal(`SELECT SUM(${rank}) AS value FROM events`)).toBe('bad_window 1:12')
  expect(refusal(`SELECT 1 AS value FROM events HAVING ${rank} = 1`)).toBe('bad_window 1:38')
  expect(refusal(`SELECT SUM(${rank}) OVER () AS value FROM events`)).toBe('bad_window 1:12')
  expect(refusal(`SELECT COUNT(*) OVER () AS value FROM events HAVING value = 1`)).toMatch(
    /^bad_window 1:53/,
  )
})

test('a SELECT is bound with the names of its columns', () => {
  const usage = { operators: 0, nodes: 0, properties: new Set<string>() }
  const { body } = parseSql("SELECT COUNT(*), 'a' AS k, e.properties.Zone FROM events e GROUP BY 3")
  const table = bindSelect(
    body as SelectTree,
    { orderBy: [], limit: null },
    {
      usage,
      ctes: new Map(),
      bindQuery: () => ({ relation: { op: 'scan', columns: [], types: [] }, columns: [] }),
    },
  )
  expect(table.columns).toEqual([
    { name: null, type: 'numeric' },
    { name: 'k', type: 'text' },
    { name: 'Zone', type: 'property' },
  ])
  expect(table.relation).toMatchObject({
    expressions: [column(1, 'numeric'), textLiteral('a'), column(0, 'property')],
  })
  expect(usage).toEqual({ operators: 3, nodes: 4, properties: new Set(['Zone']) })
})
