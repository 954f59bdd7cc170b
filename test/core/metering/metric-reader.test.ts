import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contributionOf } from '../../../src/core/metering/aggregate.ts'
import { conditionsOf, matches } from '../../../src/core/metering/filter.ts'
import { groupOf, groupText } from '../../../src/core/metering/group.ts'
import { AGGREGATION_TYPES } from '../../../src/core/metering/metric.ts'
import { MetricReader } from '../../../src/core/metering/metric-reader.ts'
import { eventOf, metricOf } from './builders.ts'

test('a contribution is the aggregated text; the groups are those of the event', () => {
  const reader = new MetricReader(
    metricOf({
      aggregationType: 'SUM',
      aggregationKey: 'tokens',
      propertyFilters: ['tokens', 'model', 'team'].map((name) => ({ name, exists: true })),
      groupKeys: [['model'], ['team', 'model']],
    }),
  )
  const event = eventOf({ properties: { tokens: 12.5, model: 'm1', team: 'red' } })
  expect(reader.read(event)).toBe('12.5')
  expect([reader.groupText(0), reader.groupText(1)]).toEqual(['["m1"]', '["red","m1"]'])
  expect(reader.read(eventOf({ properties: { tokens: 1, model: 'm1' } }))).toBeNull()
})

const NAMES = ['a', 'b', '__proto__', 'constructor']
const name = fc.constantFrom(...NAMES)
const value = fc.constantFrom<unknown>('x', 'y', '1', 1, '1.5', true, null, { z: 1 })
const list = fc.array(fc.constantFrom('x', '1', 'true'), { minLength: 1, maxLength: 2 })

const metrics = fc
  .record({
    aggregationType: fc.constantFrom(...AGGREGATION_TYPES),
    aggregationKey: name,
    eventTypeFilter: fc.record({ inValues: list, notInValues: list }, { requiredKeys: [] }),
    propertyFilters: fc.array(
      fc.record(
        { name, exists: fc.boolean(), inValues: list, notInValues: list },
        { requiredKeys: ['name'] },
      ),
      { maxLength: 3 },
    ),
    groupKeys: fc.array(fc.uniqueArray(name, { minLength: 1, maxLength: 2 }), { maxLength: 2 }),
  })
  .map(metricOf)

const events = fc
  .record({
    eventType: fc.constantFrom('x', 'call'),
    members: fc.array(fc.tuple(name, value), { maxLength: 4 }),
  })
  .map(({ eventType, members }) => eventOf({ eventType, properties: Object.fromEntries(members) }))

test('law: reading an event tells what filters, contributions and groups tell', () => {
  fc.assert(
    fc.property(metrics, fc.array(events, { maxLength: 8 }), (metric, some) => {
      const reader = new MetricReader(metric)
      for (const event of some) {
        const isMatch = matches(conditionsOf(metric), event)
        const expected = isMatch ? contributionOf(metric, event) : null
        expect(reader.read(event)).toBe(expected)
        if (expected === null) continue
        const groups = metric.groupKeys.map((key) => groupText(groupOf(key, event)))
        expect(metric.groupKeys.map((_, i) => reader.groupText(i))).toEqual(groups)
      }
    }),
    { numRuns: 500 },
  )
})

test('groups of more values than are remembered keep their texts', () => {
  const reader = new MetricReader(
    metricOf({ propertyFilters: [{ name: 'a', exists: true }], groupKeys: [['a']] }),
  )
  for (const i of [...Array(5_000).keys(), 0, 4_999]) {
    expect(reader.read(eventOf({ properties: { a: `v${i}` } }))).toBe('')
    expect(reader.groupText(0)).toBe(`["v${i}"]`)
  }
})
