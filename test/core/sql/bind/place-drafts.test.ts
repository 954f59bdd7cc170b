import { expect, test } from 'vitest'
import { bindSource } from '../../../../src/core/sql/bind/bind-source.ts'
import { ExpressionNumbers, draftColumn } from '../../../../src/core/sql/bind/draft.ts'
import { parseSql } from '../../../../src/core/sql/read/parse-sql.ts'
import { placeDrafts } from '../../../../src/core/sql/bind/place-drafts.ts'
import type { SelectTree } from '../../../../src/core/sql/tree.ts'
import { bound, column, number, refusal, refusalText } from '../bound.ts'

test('an expression of the keys is known after grouping, whatever it is part of', () => {
  const { relation } = bound(
    "SELECT COUNT(*) AS value, LOWER(properties.z) || '!' AS k FROM events GROUP BY LOWER(properties.z)",
  )
  expect(relation).toMatchObject({
    expressions: [
      column(1, 'numeric'),
      { op: 'concat', args: [column(0, 'text'), { op: 'text', value: '!' }] },
    ],
  })
})

test('a grouped property is the same as text and as a number', () => {
  const { relation } = bound(
    'SELECT properties.x + COUNT(*) AS value, CAST(properties.x AS VARCHAR) AS k FROM events GROUP BY properties.x',
  )
  expect(relation).toMatchObject({
    expressions: [
      { op: 'add', args: [{ op: 'parse', args: [column(0, 'property')] }, column(1, 'numeric')] },
      column(0, 'text'),
    ],
  })
})

test('what is neither grouped nor aggregated is refused where it stands', () => {
  expect(refusalText('SELECT COUNT(*) AS value, properties.region FROM events')).toBe(
    "1:27 — column 'properties.region' must appear in GROUP BY or inside an aggregate",
  )
  expect(
    refusal(
      'SELECT COUNT(*) AS value, LOWER(properties.r) || properties.r AS k FROM events GROUP BY LOWER(properties.r)',
    ),
  ).toBe('not_grouped 1:50')
  expect(refusal('SELECT COUNT(*) AS value FROM events HAVING timestamp IS NULL')).toBe(
    'not_grouped 1:45',
  )
  expect(refusal('SELECT COUNT(*) AS value FROM events ORDER BY event_type')).toBe(
    'not_grouped 1:47',
  )
  expect(refusal('SELECT SUM(COUNT(*)) OVER (PARTITION BY event_type) AS value FROM events')).toBe(
    'not_grouped 1:41',
  )
  expect(
    refusal('SELECT SUM(v) AS value, k FROM (SELECT 1 AS v, event_type AS k FROM events)'),
  ).toBe('not_grouped 1:25')
})

test('constants need no grouping, and stay literals where they are keys too (SQ-45)', () => {
  const { relation } = bound(
    "SELECT COUNT(*) AS value, 'a' AS k, properties.z IN ('a') AS b, properties.z FROM events GROUP BY k, z",
  )
  expect(relation).toMatchObject({
    expressions: [
      column(2, 'numeric'),
      { op: 'text', value: 'a' },
      { op: 'in', args: [column(1, 'property'), { op: 'text', value: 'a' }] },
      column(1, 'property'),
    ],
  })
})

test('order by output columns sorts them; by others, they are added and taken away', () => {
  const by = { isDescending: true, nullsFirst: true }
  expect(
    bound('SELECT properties.x * 2 AS value FROM events ORDER BY properties.x * 2 DESC').relation,
  ).toMatchObject({
    op: 'sort',
    by: [{ ...by, by: column(0, 'numeric') }],
    limit: null,
    types: ['numeric'],
  })
  expect(bound('SELECT 1 AS value FROM events ORDER BY timestamp DESC LIMIT 2').relation).toEqual({
    op: 'project',
    expressions: [column(0, 'numeric')],
    types: ['numeric'],
    input: {
      op: 'sort',
      by: [{ ...by, by: column(1, 'timestamp') }],
      limit: 2,
      types: ['numeric', 'timestamp'],
      input: {
        op: 'project',
        expressions: [number('1'), column(0, 'timestamp')],
        types: ['numeric', 'timestamp'],
        input: { op: 'scan', columns: [{ kind: 'timestamp' }], types: ['timestamp'] },
      },
    },
  })
})

test('DISTINCT comes before the order, which is then by selected columns', () => {
  expect(
    bound('SELECT DISTINCT properties.x + 0 AS value FROM events ORDER BY 1 LIMIT 1').relation,
  ).toMatchObject({
    op: 'sort',
    input: { op: 'distinct', input: { op: 'project' } },
  })
  expect(refusal('SELECT DISTINCT 1 AS value FROM events ORDER BY timestamp')).toBe(
    'unsupported 1:49',
  )
})

test('windows have places behind all columns that are mentioned, also after them', () => {
  const { relation } = bound(
    'SELECT ROW_NUMBER() OVER (ORDER BY timestamp) AS value, properties.z FROM events QUALIFY value = 1 ORDER BY event_type',
  )
  expect(relation).toMatchObject({
    op: 'project',
    input: {
      op: 'sort',
      input: {
        op: 'project',
        expressions: [column(3, 'numeric'), column(1, 'property'), column(2, 'text')],
        input: {
          op: 'filter',
          condition: { op: '=', args: [column(3, 'numeric'), number('1')] },
          input: { op: 'window', types: ['timestamp', 'property', 'text', 'numeric'] },
        },
      },
    },
  })
})

test('operators are counted', () => {
  const { from } = parseSql('SELECT 1 FROM events').body as SelectTree
  const usage = { operators: 0, nodes: 0, properties: new Set<string>() }
  const source = bindSource(from, {
    usage,
    ctes: new Map(),
    bindQuery: () => ({ relation: { op: 'scan', columns: [], types: [] }, columns: [] }),
  })
  const tree = { kind: 'boolean' as const, value: true, start: 0, end: 1 }
  const expression = { op: 'boolean' as const, type: 'boolean' as const, value: true }
  const draft = {
    source,
    where: { expression, tree },
    groupBy: null,
    aggregates: [],
    having: null,
    windows: [],
    qualify: null,
    items: [{ expression: draftColumn('numeric', 0, tree), tree, name: 'x' }],
    isDistinct: true,
    orderBy: [],
    limit: null,
    numbers: new ExpressionNumbers(),
  }
  const placed = placeDrafts(draft)
  expect(placed.operators).toBe(3)
  expect(placed.relation).toEqual({
    op: 'distinct',
    types: ['numeric'],
    input: {
      op: 'project',
      expressions: [column(0, 'numeric')],
      types: ['numeric'],
      input: {
        op: 'filter',
        condition: expression,
        types: [],
        input: { op: 'scan', columns: [], types: [] },
      },
    },
  })
})
