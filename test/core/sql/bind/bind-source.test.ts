import { expect, test } from 'vitest'
import { bindSource, placed } from '../../../../src/core/sql/bind/bind-source.ts'
import { draftColumn } from '../../../../src/core/sql/bind/draft.ts'
import { parseSql } from '../../../../src/core/sql/read/parse-sql.ts'
import type { Relation } from '../../../../src/core/sql/plan.ts'
import type { SelectTree } from '../../../../src/core/sql/tree.ts'
import { bound, column, parsed, refusal, refusalText } from '../bound.ts'

const A = '(SELECT properties.id AS id, COUNT(*) AS n FROM events GROUP BY 1)'
const B = '(SELECT properties.id AS id, SUM(properties.x) AS s FROM events GROUP BY 1)'

function joinOf(sql: string): Relation & { op: 'join' } {
  let relation: Relation = bound(sql).relation
  while (relation.op !== 'join') {
    if (!('input' in relation)) throw new Error('the query does not join')
    relation = relation.input
  }
  return relation
}

test('a join has its sides in order, with the keys of each in its own columns', () => {
  const inner = joinOf(
    `SELECT SUM(a.n * b.s) AS value FROM ${A} a JOIN ${B} b ON b.id = a.id AND a.n = b.s`,
  )
  expect(inner).toMatchObject({
    kind: 'inner',
    leftKeys: [column(0, 'property'), column(1, 'numeric')],
    rightKeys: [column(0, 'property'), column(1, 'numeric')],
    types: ['property', 'numeric', 'property', 'numeric'],
    left: { op: 'project', types: ['property', 'numeric'] },
  })
  const mixed = joinOf(`SELECT SUM(n) AS value FROM ${A} a LEFT JOIN ${B} b ON a.id = b.s + 1`)
  expect(mixed).toMatchObject({
    kind: 'left',
    leftKeys: [parsed(column(0, 'property'))],
    rightKeys: [{ op: 'add', args: [column(1, 'numeric'), { op: 'numeric', text: '1' }] }],
  })
})

test('joins lean to the left', () => {
  const join = joinOf(
    `WITH a AS ${A} SELECT SUM(x.n) AS value FROM a x JOIN a y ON x.id = y.id JOIN a z ON y.id = z.id`,
  )
  expect(join).toMatchObject({
    left: { op: 'join' },
    right: { op: 'project' },
    leftKeys: [column(2, 'property')],
    rightKeys: [column(0, 'property')],
  })
})

test('events are not joined, and ON takes equalities of both sides', () => {
  const ending = 'SELECT COUNT(*) AS value FROM'
  expect(refusal(`${ending} events a JOIN events b ON a.event_type = b.event_type`)).toBe(
    'unsupported 1:40',
  )
  expect(refusal(`${ending} events a LEFT JOIN ${B} b ON a.event_type = b.id`)).toBe(
    'unsupported 1:40',
  )
  const on = (condition: string) =>
    refusalText(`WITH a AS ${A} ${ending} a x JOIN a y ON ${condition}`).replace(/^.* — /, '')
  expect(on('x.n < y.n')).toMatch(/^JOIN ... ON accepts only equalities joined by AND/)
  expect(on('x.n = y.n OR x.id = y.id')).toMatch(/^JOIN ... ON accepts only equalities/)
  expect(on('x.n = x.n')).toBe('each equality in ON must compare the two sides')
  expect(on('x.n + y.n = 1')).toBe('each equality in ON must compare the two sides')
  expect(on('x.n = COUNT(*)')).toBe('aggregate functions are not allowed in ON')
  expect(on('x.id = y.n')).toBe('accepted')
  expect(on('n = y.n')).toMatch(/^column 'n' is ambiguous/)
})

test('tables are events and CTEs; two of one name cannot be told apart', () => {
  expect(refusalText('SELECT COUNT(*) AS value FROM users')).toBe(
    "1:31 — unknown table 'users' (hint: the only table is 'events')",
  )
  expect(refusalText(`WITH daily AS ${A} SELECT SUM(n) AS value FROM dialy`)).toMatch(
    /unknown table 'dialy' \(hint: did you mean daily\?\)$/,
  )
  expect(refusal(`WITH a AS ${A} SELECT 1 AS value FROM a JOIN A ON a.n = a.n`)).toMatch(
    /^bad_name/,
  )
})

test('a scan has the columns that are named in the end', () => {
  const { from } = parseSql('SELECT 1 FROM events e').body as SelectTree
  const usage = { operators: 0, nodes: 0, properties: new Set<string>() }
  const { scope, relation } = bindSource(from, {
    usage,
    ctes: new Map(),
    bindQuery: () => ({ relation: { op: 'scan', columns: [], types: [] }, columns: [] }),
  })
  expect(scope).toMatchObject({ kind: 'events', alias: 'e' })
  if (scope.kind === 'events') scope.columns.push({ kind: 'timestamp' })
  expect(relation()).toEqual({ op: 'scan', columns: [{ kind: 'timestamp' }], types: ['timestamp'] })
  expect(usage.operators).toBe(1)
})

test('a placed column has forgotten where it was written', () => {
  expect(placed(draftColumn('text', 5, { start: 1, end: 2 }), 3)).toEqual(column(2, 'text'))
})
