import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SqlMatcher } from '../../../src/core/sql/match-event.ts'
import { UnmetConditions } from '../../../src/core/sql/unmet-condition.ts'
import { sqlMetric } from '../../support/sql-metric.ts'
import { eventOf } from '../metering/builders.ts'

const firstOf = (sql: string, part: Parameters<typeof eventOf>[0]) =>
  new UnmetConditions(sql).firstOf(eventOf(part))

test('the first condition that is not true is named, with what the event has there', () => {
  const sql = `SELECT SUM(properties.tokens) AS value FROM events
    WHERE event_type = 'completion' AND properties.model IN ('a', 'b')
      AND (properties.tier = 'pro' OR properties.tokens > 10)`
  expect(firstOf(sql, { eventType: 'page' })).toBe(
    `event_type = 'completion' (here event_type is "page")`,
  )
  const eventType = 'completion'
  expect(firstOf(sql, { eventType, properties: { model: 'c' } })).toBe(
    `properties.model IN ('a', 'b') (here properties.model is "c")`,
  )
  expect(firstOf(sql, { eventType, properties: { model: 'a', tokens: '3' } })).toMatch(
    /properties\.tier = 'pro' OR properties\.tokens > 10\)? \(here properties\.tier is absent, properties\.tokens is "3"\)$/,
  )
  expect(firstOf(sql, { eventType, properties: { model: 'a', tokens: '30' } })).toBeNull()
})

test('each reading of events says what it lacks; nothing is said where one cannot tell', () => {
  const union = `SELECT COUNT(*) AS value FROM (
    SELECT 1 AS k FROM events e WHERE e.properties.zone = 'eu'
    UNION ALL SELECT 1 AS k FROM events WHERE event_type = 'call')`
  expect(firstOf(union, { eventType: 'page', properties: {} })).toBe(
    `e.properties.zone = 'eu' (here properties.zone is absent), or event_type = 'call' (here event_type is "page")`,
  )
  const outer = `SELECT COUNT(*) AS value FROM (SELECT properties.n AS n FROM events) WHERE n = 1`
  expect(firstOf(outer, { properties: { n: '2' } })).toBeNull()
})

test('whatever it names is a reason: an event that feeds the metric fails no condition', () => {
  const sql = `SELECT COUNT(*) AS value FROM events
    WHERE properties.a > 1 AND NOT properties.b = 'x' AND (properties.c IS NULL OR properties.a < 5)`
  const matcher = new SqlMatcher(sqlMetric(sql).plan)
  const conditions = new UnmetConditions(sql)
  const value = fc.constantFrom('0', '2', '7', 'x')
  const properties = fc.record({ a: value, b: value, c: value }, { requiredKeys: [] })
  fc.assert(
    fc.property(properties, (some) => {
      const event = eventOf({ properties: some })
      expect(conditions.firstOf(event) === null).toBe(matcher.unmet(event) === null)
    }),
  )
})
