import { expect, test } from 'vitest'
import { eventWeight, extraSteps, nodeWeight } from '../../../src/core/sql/node-weight.ts'
import { executionOf } from '../../../src/core/sql/run/split-plan.ts'
import { compileSql } from '../../../src/core/sql/compile-sql.ts'
import type { Expression } from '../../../src/core/sql/plan.ts'

const P: Expression = { op: 'column', type: 'text', index: 0 }

const like = (pattern: string) => nodeWeight({ op: 'like', type: 'boolean', pattern, args: [P] })

function planOf(sql: string) {
  const compiled = compileSql(sql)
  if (!compiled.ok) throw new Error(compiled.error.message)
  return compiled.value.plan
}

test('a pattern weighs as much as it may have to compare at every place', () => {
  expect(like('gpt-4%')).toBe(10)
  expect(like('gpt_4%')).toBe(210)
  expect(like('%a_c%')).toBe(330)
  expect(like(`%${'_'.repeat(900)}b%`)).toBe(36_250)
})

test('an event weighs what is computed of it', () => {
  expect(eventWeight(planOf('SELECT COUNT(*) AS value FROM events'))).toBe(1)
  expect(
    eventWeight(planOf('SELECT COUNT(LOWER(properties.p)) AS value FROM events')),
  ).toBeGreaterThan(200)
})

test('a division weighs as much as the digits that it may take', () => {
  const weightOf = (sql: string) => eventWeight(planOf(`SELECT SUM(${sql}) AS value FROM events`))
  expect(weightOf('1 / (1 + properties.n)') - weightOf('1 - (1 + properties.n)')).toBe(19)
})

test('many functions of long texts in one query are refused', () => {
  const likes = Array.from(
    { length: 19 },
    (_, i) => `properties.p LIKE '%${'_'.repeat(900)}b${i}%'`,
  )
  const compiled = compileSql(`SELECT COUNT(*) AS value FROM events WHERE ${likes.join(' OR ')}`)
  expect(compiled.ok ? null : compiled.error.code).toBe('too_complex')
  const prices = Array.from({ length: 90 }, (_, i) => `WHEN properties.p LIKE 'm${i}%' THEN ${i}`)
  const sql = `SELECT SUM(CASE ${prices.join(' ')} END) AS value FROM events`
  expect(compileSql(sql).ok).toBe(true)
})

test('what weighs too much for each event does not run along with ingest', () => {
  const grown = "REPLACE(REPLACE(REPLACE(properties.p, 'a', 'b'), 'b', 'c'), 'c', 'd')"
  const counts = (n: number) =>
    Array.from({ length: n }, (_, i) => `COUNT(DISTINCT x || '${i}')`).join(' + ')
  const query = (n: number) =>
    planOf(`WITH t AS (SELECT ${grown} AS x FROM events) SELECT ${counts(n)} AS value FROM t`)
  expect(executionOf(query(5))).toBe('incremental')
  expect(executionOf(query(10))).toBe('scan')
})

test('heavy expressions take more steps for each row than others', () => {
  const lower: Expression = { op: 'lower', type: 'text', args: [P] }
  expect(extraSteps([P, P])).toBe(0)
  expect(extraSteps([lower, lower])).toBe(40)
})
