import { expect, test } from 'vitest'
import { conditionsOf, matches } from '../../../src/core/metering/filter.ts'
import type { StreamingMetric } from '../../../src/core/metering/metric.ts'
import { eventOf, metricOf } from './builders.ts'

function isMatch(metric: Partial<StreamingMetric>, event: Parameters<typeof eventOf>[0]): boolean {
  return matches(conditionsOf(metricOf(metric)), eventOf(event))
}

const withFilter = (filter: object, properties?: Record<string, unknown>) =>
  isMatch({ propertyFilters: [{ name: 'p', ...filter }] }, { properties })

test('the event type is matched exactly; without a filter every type matches (BF-1, BF-2)', () => {
  expect(isMatch({}, { eventType: 'anything' })).toBe(true)
  const calls = { eventTypeFilter: { inValues: ['call'] } }
  expect(isMatch(calls, { eventType: 'call' })).toBe(true)
  expect(isMatch(calls, { eventType: 'Call' })).toBe(false)
  const others = { eventTypeFilter: { notInValues: ['call'] } }
  expect(isMatch(others, { eventType: 'call' })).toBe(false)
  expect(isMatch(others, { eventType: 'page' })).toBe(true)
})

test('exists demands presence or absence; null is absent (BF-4, BF-8)', () => {
  expect(withFilter({ exists: true }, { p: '' })).toBe(true)
  expect(withFilter({ exists: true }, { p: null })).toBe(false)
  expect(withFilter({ exists: true })).toBe(false)
  expect(withFilter({ exists: false }, { p: null })).toBe(true)
  expect(withFilter({ exists: false }, { p: 0 })).toBe(false)
  expect(withFilter({}, {})).toBe(true)
})

test('listed values pass or fail by their text; an absent one passes only not_in (BF-5 … BF-7)', () => {
  expect(withFilter({ inValues: ['1', 'true'] }, { p: 1 })).toBe(true)
  expect(withFilter({ inValues: ['1', 'true'] }, { p: true })).toBe(true)
  expect(withFilter({ inValues: ['1'] }, { p: '1.0' })).toBe(false)
  expect(withFilter({ inValues: ['a'] }, { p: 'A' })).toBe(false)
  expect(withFilter({ inValues: ['undefined'] }, {})).toBe(false)
  expect(withFilter({ notInValues: ['1'] }, { p: 1 })).toBe(false)
  expect(withFilter({ notInValues: ['1'] }, {})).toBe(true)
  expect(withFilter({ exists: true, notInValues: ['1'] }, {})).toBe(false)
  expect(withFilter({ exists: false, inValues: ['1'] }, { p: '1' })).toBe(false)
})

test('TV-1: all conditions must hold, group keys included (BF-3, GK-6)', () => {
  const metric: Partial<StreamingMetric> = {
    eventTypeFilter: { inValues: ['call'] },
    propertyFilters: [
      { name: 'status', exists: true, inValues: ['ok'] },
      { name: 'login', exists: true },
    ],
    groupKeys: [['login']],
  }
  expect(isMatch(metric, { properties: { status: 'ok', login: 'u1' } })).toBe(true)
  expect(isMatch(metric, { properties: { status: 'err', login: 'u1' } })).toBe(false)
  expect(isMatch(metric, { properties: { status: 'ok' } })).toBe(false)
  expect(isMatch(metric, { eventType: 'page', properties: { status: 'ok', login: 'u1' } })).toBe(
    false,
  )
})
