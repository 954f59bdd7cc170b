import { expect, test } from 'vitest'
import { explainerOf } from '../../../src/core/metering/explain-match.ts'
import { sqlMetric } from '../../support/sql-metric.ts'
import { eventOf, metricOf } from './builders.ts'

test('metrics of both kinds name the condition that an event fails', () => {
  const sql = sqlMetric("SELECT count() AS value FROM events WHERE event_type = 'call'")
  expect(explainerOf(sql).unmet(eventOf({ eventType: 'call' }))).toBeNull()
  expect(explainerOf(sql).unmet(eventOf({ eventType: 'page' }))).toBe(
    `event_type = 'call' (here event_type is "page")`,
  )
  const nested = sqlMetric(
    'SELECT count() AS value FROM (SELECT properties.n AS n FROM events) WHERE n = 1',
  )
  const event = eventOf({ properties: { n: '2' } })
  expect(explainerOf(nested).unmet(event)).toBe('the WHERE of its SQL is true')
  const calls = metricOf({ eventTypeFilter: { inValues: ['call'] } })
  expect(explainerOf(calls).unmet(eventOf({ eventType: 'page' }))).toBe(
    'event_type is one of "call"',
  )
})
