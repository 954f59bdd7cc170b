import { expect, test } from 'vitest'
import { bindQuery } from '../../../../src/core/sql/bind/bind-query.ts'
import { parseSql } from '../../../../src/core/sql/read/parse-sql.ts'
import type { Relation } from '../../../../src/core/sql/plan.ts'
import { bound, column, number, parsed, refusal, textLiteral } from '../bound.ts'

const SCAN: Relation = {
  op: 'scan',
  columns: [{ kind: 'property', name: 'x' }],
  types: ['property'],
}
const X = column(0, 'property')

test('a sum over the events of a type (SQ-10)', () => {
  expect(bound("SELECT SUM(properties.x) FROM events WHERE event_type = 'job'")).toEqual({
    relation: {
      op: 'project',
      expressions: [column(0, 'numeric')],
      types: ['numeric'],
      input: {
        op: 'aggregate',
        keys: [],
        aggregates: [
          { filter: null, type: 'numeric', fn: 'sum', arg: parsed(column(1, 'property')) },
        ],
        types: ['numeric'],
        input: {
          op: 'filter',
          condition: {
            op: '=',
            type: 'boolean',
            of: 'text',
            args: [column(0, 'text'), textLiteral('job')],
          },
          types: ['text', 'property'],
          input: {
            op: 'scan',
            columns: [{ kind: 'event_type' }, { kind: 'property', name: 'x' }],
            types: ['text', 'property'],
          },
        },
      },
    },
    value: 0,
    keys: [],
  })
})

test('the average of daily maxima by user, as the original documents it (X1)', () => {
  const { relation, value, keys } = bound(
    `SELECT SUM(peak) / SUM(n) AS value, seat, zone FROM (
       SELECT date_trunc('day', timestamp) AS d, properties.seat_id AS seat, properties.zone,
              MAX(properties.gib) AS peak, 1 AS n
       FROM events GROUP BY d, seat, zone
     ) GROUP BY seat, zone`,
  )
  const types = ['timestamp', 'property', 'property', 'numeric', 'numeric']
  const inner = {
    op: 'project',
    expressions: [
      column(0, 'timestamp'),
      column(1, 'property'),
      column(2, 'property'),
      column(3, 'numeric'),
      number('1'),
    ],
    types,
    input: {
      op: 'aggregate',
      keys: [
        { op: 'truncate', type: 'timestamp', unit: 'day', args: [column(0, 'timestamp')] },
        column(1, 'property'),
        column(2, 'property'),
      ],
      aggregates: [
        { filter: null, type: 'numeric', fn: 'max', arg: parsed(column(3, 'property')) },
      ],
      types: ['timestamp', 'property', 'property', 'numeric'],
      input: {
        op: 'scan',
        columns: [
          { kind: 'timestamp' },
          { kind: 'property', name: 'seat_id' },
          { kind: 'property', name: 'zone' },
          { kind: 'property', name: 'gib' },
        ],
        types: ['timestamp', 'property', 'property', 'property'],
      },
    },
  }
  expect({ value, keys }).toEqual({
    value: 0,
    keys: [
      { name: 'seat', column: 1 },
      { name: 'zone', column: 2 },
    ],
  })
  expect(relation).toEqual({
    op: 'project',
    expressions: [
      { op: 'divide', type: 'numeric', args: [column(2, 'numeric'), column(3, 'numeric')] },
      column(0, 'property'),
      column(1, 'property'),
    ],
    types: ['numeric', 'property', 'property'],
    input: {
      op: 'aggregate',
      keys: [column(1, 'property'), column(2, 'property')],
      aggregates: [
        { filter: null, type: 'numeric', fn: 'sum', arg: column(3, 'numeric') },
        { filter: null, type: 'numeric', fn: 'sum', arg: column(4, 'numeric') },
      ],
      types: ['property', 'property', 'numeric', 'numeric'],
      input: inner,
    },
  })
})

test('a CTE is found without case, sees those before it, and may be used twice', () => {
  const one: Relation = { op: 'project', input: SCAN, expressions: [X], types: ['property'] }
  const { relation } = bound(
    `WITH One AS (SELECT properties.x FROM events), two AS (SELECT x FROM ONE)
     SELECT x AS value FROM two UNION ALL SELECT x FROM one`,
  )
  const two: Relation = { op: 'project', input: one, expressions: [X], types: ['property'] }
  expect(relation).toEqual({
    op: 'project',
    expressions: [parsed(X)],
    types: ['numeric'],
    input: {
      op: 'union',
      types: ['property'],
      left: { op: 'project', input: two, expressions: [X], types: ['property'] },
      right: { op: 'project', input: one, expressions: [X], types: ['property'] },
    },
  })
})

test('names of CTEs are not events, differ, and are known only after them', () => {
  expect(refusal('WITH events AS (SELECT 1 AS x FROM events) SELECT x AS value FROM events')).toBe(
    'bad_name 1:6',
  )
  expect(
    refusal(
      'WITH a AS (SELECT 1 AS x FROM events), A AS (SELECT 1 AS x FROM events) SELECT x FROM a',
    ),
  ).toBe('bad_name 1:40')
  expect(
    refusal('WITH a AS (SELECT 1 AS x FROM b), b AS (SELECT 1 AS x FROM events) SELECT x FROM a'),
  ).toBe('unknown_table 1:31')
  expect(refusal('WITH a AS (SELECT x FROM a) SELECT x FROM a')).toBe('unknown_table 1:26')
})

test('UNION ALL brings columns to one type: properties to numbers beside numbers', () => {
  const { relation } = bound(
    `SELECT properties.x AS value, 'a' AS k FROM events
     UNION ALL SELECT 1, properties.x FROM events`,
  )
  expect(relation).toEqual({
    op: 'union',
    types: ['numeric', 'text'],
    left: {
      op: 'project',
      expressions: [parsed(X), column(1, 'text')],
      types: ['numeric', 'text'],
      input: {
        op: 'project',
        input: SCAN,
        expressions: [X, textLiteral('a')],
        types: ['property', 'text'],
      },
    },
    right: {
      op: 'project',
      input: SCAN,
      expressions: [number('1'), X],
      types: ['numeric', 'property'],
    },
  })
  expect(refusal('SELECT 1 AS value FROM events UNION ALL SELECT 1, 2 FROM events')).toBe(
    'bad_union 1:1',
  )
  expect(refusal("SELECT 1 AS value FROM events UNION ALL SELECT 'a' FROM events")).toBe('type 1:1')
})

test('ORDER BY behind a union names its columns; LIMIT needs an order', () => {
  const { relation } = bound(
    'SELECT 2 AS value FROM events UNION ALL SELECT 1 FROM events ORDER BY value DESC, 1 LIMIT 3',
  )
  const by = column(0, 'numeric')
  expect(relation).toMatchObject({
    op: 'sort',
    by: [
      { by, isDescending: true, nullsFirst: true },
      { by, isDescending: false, nullsFirst: false },
    ],
    limit: 3,
    input: { op: 'union' },
  })
  const union = 'SELECT 2 AS value FROM events UNION ALL SELECT 1 FROM events'
  expect(refusal(`${union} ORDER BY 2`)).toBe('bad_ordinal 1:71')
  expect(refusal(`${union} ORDER BY x`)).toBe('unknown_column 1:71')
  expect(refusal(`${union} ORDER BY SUM(value)`)).toBe('bad_aggregate 1:71')
  expect(refusal(`${union} LIMIT 1`)).toBe('unsupported 1:62')
  expect(bound('(SELECT 1 AS value FROM events) ORDER BY 1 LIMIT 1').relation.op).toBe('sort')
})

test('what expands beyond 200 operators is refused where it does', () => {
  const doubled = Array.from(
    { length: 12 },
    (_, i) => `, a${i + 1} AS (SELECT v FROM a${i} UNION ALL SELECT v FROM a${i})`,
  ).join('')
  const sql = `WITH a0 AS (SELECT SUM(properties.x) AS v FROM events)${doubled} SELECT v AS value FROM a12`
  expect(refusal(sql)).toMatch(/^too_complex 1:/)
  expect(refusal(sql.replace('FROM a12', 'FROM a1'))).toMatch(/^too_complex 1:/)
  const unused = `WITH a0 AS (SELECT SUM(properties.x) AS v FROM events), b AS (SELECT v FROM a0)`
  expect(bindQuery(parseSql(`${unused} SELECT v AS value FROM a0`)).value).toBe(0)
})
