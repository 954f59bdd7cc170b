import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  encodeState,
  mergeStates,
  type AggregateState,
} from '../../../src/core/metering/aggregate.ts'
import { CellDeltas, runMetric } from '../../../src/core/metering/cell-deltas.ts'
import type { UsageEvent } from '../../../src/core/metering/event.ts'
import { parseGroup } from '../../../src/core/metering/group.ts'
import { incrementsOf } from '../../../src/core/metering/increment.ts'
import {
  AGGREGATION_TYPES,
  type AggregationType,
  type StreamingMetric,
} from '../../../src/core/metering/metric.ts'
import { previewUsage } from '../../../src/core/metering/preview-usage.ts'
import type { UsageQuery, WindowUsage } from '../../../src/core/metering/usage.ts'
import { HOUR_MS } from '../../../src/core/time.ts'
import { at, eventOf, metricOf } from './builders.ts'

const GROUP_KEYS = [['zone'], ['zone', 'v']]

function metricFor(aggregationType: StreamingMetric['aggregationType']): StreamingMetric {
  return metricOf({
    aggregationType,
    aggregationKey: aggregationType === 'COUNT' ? undefined : 'v',
    propertyFilters: [
      { name: 'zone', exists: true },
      { name: 'v', exists: true },
    ],
    groupKeys: GROUP_KEYS,
  })
}

/** What a meter answers: from the cells of its hours, window by window. */
function metered(
  metric: StreamingMetric,
  { groupKey, boundaries }: UsageQuery,
  events: UsageEvent[],
): WindowUsage[] {
  const deltas = new CellDeltas()
  for (const event of events) deltas.add([runMetric(0, metric)], 1, event)
  const family = groupKey === null ? 0 : groupKey.length
  const merged = new Map<string, string>()
  for (const [hour, group, state] of deltas.cellsOf(0, 1, family)) {
    const values = parseGroup(group)
    const window = boundaries.findIndex(
      (startMs, i) => hour * HOUR_MS >= startMs && hour * HOUR_MS < (boundaries[i + 1] ?? 0),
    )
    if (window < 0) continue
    const inQueryOrder = (groupKey ?? []).map((name) => values[GROUP_KEYS[1]!.indexOf(name)]!)
    const key = JSON.stringify([window, inQueryOrder])
    const text = encodeState(state as AggregateState)
    const known = merged.get(key)
    merged.set(
      key,
      known === undefined ? text : mergeStates(state.type as AggregationType, known, text),
    )
  }
  return [...merged].map(([key, state]) => {
    const [window, group] = JSON.parse(key) as [number, string[]]
    return { window, group, state }
  })
}

function sorted(usage: WindowUsage[]): string[] {
  return usage.map((entry) => JSON.stringify(entry)).sort()
}

const START = at('2026-03-02T00:00:00Z')

const someEvents = fc
  .array(
    fc.record({
      // Before, on and after the boundaries, to the millisecond.
      atMs: fc.tuple(fc.integer({ min: -1, max: 5 }), fc.constantFrom(-1, 0, 1, 1_800_000)),
      subMs: fc.constantFrom('', '5'),
      zone: fc.constantFrom('eu', 'us', undefined),
      v: fc.constantFrom(1, '2.5', '-3', 'n/a', null, '1e30'),
    }),
    { maxLength: 25 },
  )
  .map((parts) =>
    parts.map(({ atMs: [hour, rest], subMs, zone, v }, i): UsageEvent => ({
      ...eventOf({ transactionId: `t${i}`, properties: { zone, v } }),
      timestampMs: START + hour * HOUR_MS + rest,
      subMs,
    })),
  )

const someQuery = fc.record({
  metricId: fc.constant('metric'),
  groupKey: fc.constantFrom<string[] | null>(null, ['zone'], ['zone', 'v'], ['v', 'zone']),
  boundaries: fc
    .subarray([0, 1, 2, 3, 4], { minLength: 2 })
    .map((hours) => hours.map((hour) => START + hour * HOUR_MS)),
})

test('a preview has each event in the hour, window and group in which a meter has it', () => {
  const someType = fc.constantFrom(...AGGREGATION_TYPES)
  fc.assert(
    fc.property(someType, someQuery, someEvents, (type, query, events) => {
      const metric = metricFor(type)
      const preview = previewUsage(metric, query, events)
      expect(sorted(preview)).toEqual(sorted(metered(metric, query, events)))
    }),
  )
})

test('the preview of some events merged with the usage of the others is the usage of all', () => {
  const someType = fc.constantFrom(...AGGREGATION_TYPES)
  fc.assert(
    fc.property(someType, someQuery, someEvents, fc.nat(25), (type, query, events, cut) => {
      const metric = metricFor(type)
      const others = metered(metric, query, events.slice(cut))
      const preview = previewUsage(metric, query, events.slice(0, cut))
      const shape = { aggregationType: type, windowCount: query.boundaries.length - 1 }
      const texts = (usage: WindowUsage[]) =>
        incrementsOf(usage, shape).map(({ group, increments }) => [group, increments.map(String)])
      expect(texts([...others, ...preview])).toEqual(texts(metered(metric, query, events)))
    }),
  )
})

test('EV-25: an event on a boundary belongs to the window that it starts', () => {
  const boundaries = ['00', '01', '02'].map((hour) => at(`2026-03-02T${hour}:00:00Z`))
  const timestamps = ['00:00:00Z', '00:59:59.999Z', '01:00:00Z', '02:00:00Z']
  const events = [
    eventOf({ timestamp: '2026-03-01T23:59:59.999Z' }),
    ...timestamps.map((time) => eventOf({ timestamp: `2026-03-02T${time}` })),
  ]
  const query = { metricId: 'metric', groupKey: null, boundaries }
  expect(previewUsage(metricOf({}), query, events)).toEqual([
    { window: 0, group: [], state: '2' },
    { window: 1, group: [], state: '1' },
  ])
})

test('properties may have any name', () => {
  const metric = metricOf({
    propertyFilters: [{ name: '__proto__', exists: true }],
    groupKeys: [['__proto__']],
  })
  const properties = JSON.parse('{"__proto__":"a"}') as Record<string, unknown>
  const query = {
    metricId: 'metric',
    groupKey: ['__proto__'],
    boundaries: [START, START + HOUR_MS],
  }
  const events = [eventOf({ properties }), eventOf({ properties: {} })]
  expect(previewUsage(metric, query, events)).toEqual([{ window: 0, group: ['a'], state: '1' }])
})
