import { expect, test } from 'vitest'
import { SqlMatcher } from '../../../src/core/sql/match-event.ts'
import { sqlMetric } from '../../support/sql-metric.ts'
import { eventOf } from '../metering/builders.ts'

const unmet = (sql: string, properties: Record<string, unknown>) =>
  new SqlMatcher(sqlMetric(sql).plan).unmet(eventOf({ properties }))

test('an event feeds a metric when one of its readings of events takes it', () => {
  const sql =
    'SELECT a.n + b.n AS value FROM (SELECT 1 AS k, COUNT(*) AS n FROM events WHERE properties.zone IN (1, 2)) a JOIN (SELECT 1 AS k, COUNT(*) AS n FROM events WHERE properties.zone = 3) b ON a.k = b.k'
  expect(unmet(sql, { zone: '2' })).toBeNull()
  expect(unmet(sql, { zone: '3.0' })).toBeNull()
  expect(unmet(sql, { zone: '4' })).toBe('the WHERE of its SQL is true')
  expect(unmet(sql, {})).toBe('the WHERE of its SQL is true')
})

test('an event for which the SQL cannot be computed says so', () => {
  const sql = 'SELECT COUNT(*) AS value FROM events GROUP BY properties.a || properties.b'
  expect(unmet(sql, { a: 'x'.repeat(4_000), b: 'y'.repeat(4_000) })).toMatch(
    /^its SQL can be computed of the event: .*4,?096/,
  )
})
