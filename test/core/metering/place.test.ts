import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toText } from '../../../src/core/decimal.ts'
import { incrementsOf, windowValues } from '../../../src/core/metering/increment.ts'
import { AGGREGATION_TYPES } from '../../../src/core/metering/metric.ts'
import { naiveHash } from '../../../src/core/metering/naive/naive-hash.ts'
import {
  dealEvents,
  groupMeters,
  isOwnMeter,
  meterNames,
  ownGroup,
  placeOf,
  quarantineMeterName,
  routeEvents,
  SHARED_GROUP,
} from '../../../src/core/metering/place.ts'
import { previewUsage } from '../../../src/core/metering/preview-usage.ts'
import { at, eventOf, metricOf } from './builders.ts'

test('an environment has one meter unless it was made with more', () => {
  expect(meterNames({ id: 'a', settings: {} })).toEqual(['a/0'])
  expect(meterNames({ id: 'b', settings: { sharedMeters: 3 } })).toEqual(['b/0', 'b/1', 'b/2'])
})

test('rejected events are kept by a meter that every environment has', () => {
  expect(meterNames({ id: 'a', settings: { sharedMeters: 5 } })).toContain(quarantineMeterName('a'))
  expect(meterNames({ id: 'a', settings: {} })).toContain(quarantineMeterName('a'))
})

test('a customer may have meters of its own, others when they become more', () => {
  const environment = { id: 'e', settings: { sharedMeters: 2 } }
  expect(groupMeters(environment, SHARED_GROUP)).toEqual(['e/0', 'e/1'])
  const first = groupMeters(environment, ownGroup('acme', 1, 1))
  const second = groupMeters(environment, ownGroup('acme', 2, 12))
  expect(first).toHaveLength(1)
  expect(second).toHaveLength(12)
  expect(new Set([...first, ...second, 'e/0', 'e/1']).size).toBe(15)
  expect([...first, ...second].every(isOwnMeter)).toBe(true)
  expect(groupMeters(environment, SHARED_GROUP).some(isOwnMeter)).toBe(false)
})

test('events are routed by their ingest ids to groups, and by their transaction ids within', () => {
  const environment = { id: 'e', settings: { sharedMeters: 3 } }
  const group = ownGroup('acme', 1, 2)
  const sent = ['t1', 't2', 't3', 't4'].flatMap((transactionId) => [
    { transactionId, ingestId: 'acme' },
    { transactionId, ingestId: 'other' },
  ])
  const routed = routeEvents(environment, sent, (id) => (id === 'acme' ? group : SHARED_GROUP))
  const places = routed.flatMap((part) => part.places).toSorted((a, b) => a - b)
  expect(places).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  for (const { meter, places: own } of routed) {
    for (const place of own) {
      const { transactionId, ingestId } = sent[place]!
      const meters = groupMeters(environment, ingestId === 'acme' ? group : SHARED_GROUP)
      expect(meter).toBe(meters[placeOf(transactionId, meters.length)])
    }
  }
})

test('where an event belongs does not change from one release to the next', () => {
  const ids = ['t1', 't2', 't3', 't4', 'node-7_29345', '', '\u{1f600}']
  expect(ids.map((id) => placeOf(id, 3))).toEqual([1, 2, 0, 0, 1, 0, 2])
  // Told from the other implementation of the hash.
  expect(ids.map((id) => placeOf(id, 64))).toEqual(ids.map((id) => naiveHash(id)[3] % 64))
  expect(ids.map((id) => placeOf(id, 1))).toEqual([0, 0, 0, 0, 0, 0, 0])
})

test('many transaction ids spread evenly over the meters', () => {
  const ids = Array.from({ length: 16_000 }, (_, i) => `node-1_${29_000_000 + i}`)
  const counts = [...dealEvents(ids, 16).values()].map((places) => places.length)
  expect(counts).toHaveLength(16)
  expect(Math.min(...counts)).toBeGreaterThan(850)
  expect(Math.max(...counts)).toBeLessThan(1_150)
})

test('every event is dealt once, in order, and those with one transaction id together', () => {
  const ids = fc.array(fc.string({ maxLength: 4 }), { maxLength: 40 })
  fc.assert(
    fc.property(ids, fc.integer({ min: 1, max: 64 }), (transactionIds, meterCount) => {
      const dealt = [...dealEvents(transactionIds, meterCount)]
      const places = dealt.flatMap(([, own]) => own)
      expect(places.toSorted((a, b) => a - b)).toEqual(transactionIds.map((_, i) => i))
      for (const [meter, own] of dealt) {
        expect(own).toEqual(own.toSorted((a, b) => a - b))
        for (const place of own) expect(placeOf(transactionIds[place]!, meterCount)).toBe(meter)
      }
    }),
  )
})

const events = fc.array(
  fc
    .record({
      hour: fc.nat(3),
      id: fc.constantFrom('acme', 'acme-eu'),
      region: fc.constantFrom('eu', 'us'),
      v: fc.constantFrom('0', '-1', '2.50', '1e3', '123456789012345678901234.5', 'text', '2.5'),
    })
    .map(({ hour, id, region, v }) => ({
      ingestId: id,
      timestamp: `2026-03-02T0${hour}:00:00Z`,
      properties: { region, v },
    })),
  { minLength: 1, maxLength: 30 },
)

test('whichever meters the same events are in, their usage is the same', () => {
  const boundaries = [0, 1, 2, 3, 4].map((hour) => at(`2026-03-02T0${hour}:00:00Z`))
  const anyMeters = fc.array(fc.nat(4), { minLength: 30, maxLength: 30 })
  fc.assert(
    fc.property(
      events,
      anyMeters,
      fc.constantFrom(...AGGREGATION_TYPES),
      fc.constantFrom<string[] | null>(null, ['region']),
      (sent, meterOf, aggregationType, groupKey) => {
        const metric = metricOf({ aggregationType, aggregationKey: 'v', groupKeys: [['region']] })
        const query = { metricId: metric.id, groupKey, boundaries }
        const shape = { aggregationType, windowCount: 4 }
        const all = sent.map((event, i) => eventOf({ ...event, transactionId: `t${i}` }))
        const alone = previewUsage(metric, query, all)
        const byMeter = [...Map.groupBy(all.entries(), ([i]) => meterOf[i]!).values()]
        const spread = byMeter.flatMap((own) =>
          previewUsage(
            metric,
            query,
            own.map(([, event]) => event),
          ),
        )
        expect(textsOf(windowValues(spread, shape))).toEqual(textsOf(windowValues(alone, shape)))
        expect(textsOf(incrementsOf(spread, shape))).toEqual(textsOf(incrementsOf(alone, shape)))
      },
    ),
    { numRuns: 300 },
  )
})

function textsOf(groups: object[]): unknown {
  return JSON.parse(
    JSON.stringify(groups, (_, value: unknown) => {
      const isNumber = typeof value === 'object' && value !== null && 'toFixed' in value
      return isNumber ? toText(value as Parameters<typeof toText>[0]) : value
    }),
  )
}
