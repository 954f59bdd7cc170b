import { expect, test } from 'vitest'
import type { StreamingMetric } from '../../../../src/core/metering/metric.ts'
import { readElements, readNaiveEvent } from '../../../../src/core/metering/naive/naive-event.ts'
import { isFed } from '../../../../src/core/metering/naive/naive-match.ts'
import { metricOf } from '../builders.ts'

function feeds(metric: Partial<StreamingMetric>, properties: object, event_type = 'call') {
  const raw = {
    transaction_id: 't',
    customer_id: 'c',
    event_type,
    timestamp: '2026-03-02T10:00:00Z',
    properties,
  }
  const event = readNaiveEvent(readElements(JSON.stringify([raw]))![0]!)
  if (typeof event === 'string') throw new Error(event)
  return isFed(metricOf(metric), event)
}

test('BF-1: event types are listed, or excluded', () => {
  expect(feeds({ eventTypeFilter: { inValues: ['call'] } }, {})).toBe(true)
  expect(feeds({ eventTypeFilter: { inValues: ['Call'] } }, {})).toBe(false)
  expect(feeds({ eventTypeFilter: { notInValues: ['call'] } }, {})).toBe(false)
  expect(feeds({ eventTypeFilter: { notInValues: ['page'] } }, {})).toBe(true)
})

test('BF-4 … BF-8: presence, listed values, excluded values; null is absent', () => {
  const exists = (value: boolean) => ({ propertyFilters: [{ name: 'p', exists: value }] })
  expect(feeds(exists(true), { p: '' })).toBe(true)
  expect(feeds(exists(true), { p: null })).toBe(false)
  expect(feeds(exists(false), { p: null })).toBe(true)
  expect(feeds(exists(false), { p: 0 })).toBe(false)
  const within = { propertyFilters: [{ name: 'p', inValues: ['1', 'true'] }] }
  expect(feeds(within, { p: 1 })).toBe(true)
  expect(feeds(within, { p: true })).toBe(true)
  expect(feeds(within, { p: '1.0' })).toBe(false)
  expect(feeds(within, {})).toBe(false)
  const without = { propertyFilters: [{ name: 'p', notInValues: ['1'] }] }
  expect(feeds(without, { p: 1 })).toBe(false)
  expect(feeds(without, {})).toBe(true)
})

test('GK-6: an event without a property of any group key feeds nothing', () => {
  const metric = { groupKeys: [['zone'], ['zone', 'team']] }
  expect(feeds(metric, { zone: 'eu', team: 'red' })).toBe(true)
  expect(feeds(metric, { zone: 'eu' })).toBe(false)
})
