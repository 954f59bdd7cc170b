import { expect, test } from 'vitest'
import { matcherOf } from '../../../src/core/metering/match-event.ts'
import { sqlMetric } from '../../support/sql-metric.ts'
import { eventOf, metricOf } from './builders.ts'

test('of a streaming metric, the first condition that an event does not meet is named', () => {
  const metric = metricOf({
    eventTypeFilter: { inValues: ['call', 'ring'] },
    propertyFilters: [{ name: 'zone', inValues: ['eu'] }],
    groupKeys: [['seat']],
  })
  const unmet = (event: Parameters<typeof eventOf>[0]) => matcherOf(metric).unmet(eventOf(event))
  expect(unmet({ eventType: 'page' })).toBe('event_type is one of "call", "ring"')
  expect(unmet({ properties: { zone: 'us' } })).toBe('zone is one of "eu"')
  expect(unmet({ properties: { zone: 'eu' } })).toBe('seat is present, as a group key needs it')
  expect(unmet({ properties: { zone: 'eu', seat: '1' } })).toBeNull()
})

test('of a SQL metric, the WHERE decides (SL-3)', () => {
  const metric = sqlMetric("SELECT count() AS value FROM events WHERE event_type = 'call'")
  expect(matcherOf(metric).unmet(eventOf({ eventType: 'call' }))).toBeNull()
  expect(matcherOf(metric).unmet(eventOf({ eventType: 'page' }))).toBe(
    'the WHERE of its SQL is true',
  )
})
