import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  encodeState,
  mergeStates,
  stateValue,
  type AggregateState,
} from '../../../src/core/metering/aggregate.ts'
import { defineMetric } from '../../../src/core/catalog/define-metric.ts'
import { CellDeltas, runMetric } from '../../../src/core/metering/cell-deltas.ts'
import type { UsageEvent } from '../../../src/core/metering/event.ts'
import { AGGREGATION_TYPES, type AggregationType } from '../../../src/core/metering/metric.ts'
import { eventOf, metricOf } from './builders.ts'

const metrics = AGGREGATION_TYPES.map((aggregationType, i) =>
  runMetric(
    i,
    metricOf({
      aggregationType,
      aggregationKey: aggregationType === 'COUNT' ? undefined : 'v',
      propertyFilters: [{ name: 'zone', exists: true }, { name: 'v' }],
      groupKeys: [['zone'], ['zone', 'v']],
    }),
  ),
)

/** Every cell by its key, as text. */
function cellsOf(...deltas: CellDeltas[]): Map<string, string> {
  const cells = new Map<string, string>()
  for (const { state, ...key } of deltas.flatMap((delta) => [...delta.cells()])) {
    const name = JSON.stringify(key)
    const text = encodeState(state as AggregateState)
    const known = cells.get(name)
    cells.set(
      name,
      known === undefined ? text : mergeStates(state.type as AggregationType, known, text),
    )
  }
  return cells
}

function deltasOf(events: readonly UsageEvent[]): CellDeltas {
  const deltas = new CellDeltas()
  for (const event of events) deltas.add(metrics, event.ingestId === 'x' ? 1 : 2, event)
  return deltas
}

test('TV-1: an event counts once ungrouped and once in its group', () => {
  const metric = metricOf({
    eventTypeFilter: { inValues: ['call'] },
    propertyFilters: [
      { name: 'status', exists: true, inValues: ['ok'] },
      { name: 'login', exists: true },
    ],
    groupKeys: [['login']],
  })
  const deltas = new CellDeltas()
  const add = (id: string, properties: Record<string, unknown>, eventType = 'call') =>
    deltas.add([runMetric(0, metric)], 1, eventOf({ transactionId: id, eventType, properties }))
  add('a', { status: 'ok', login: 'u1' })
  add('b', { status: 'ok', login: 'u2' })
  add('c', { status: 'err', login: 'u1' })
  add('d', { status: 'ok' })
  add('e', { status: 'ok', login: 'u1' }, 'page')
  const counts = (family: number) =>
    deltas
      .cellsOf(0, 1, family)
      .map(([, group, state]) => [group, Number(stateValue(state as AggregateState))])
  expect(counts(0)).toEqual([['[]', 2]])
  expect(counts(1)).toEqual([
    ['["u1"]', 1],
    ['["u2"]', 1],
  ])
  expect(deltas.cellCount).toBe(3)
})

test('an event that contributes nothing makes no cell', () => {
  const deltas = new CellDeltas()
  const sum = metricOf({ aggregationType: 'SUM', aggregationKey: 'v' })
  deltas.add([runMetric(0, sum)], 1, eventOf({ properties: { v: 'x' } }))
  expect([...deltas.cells()]).toEqual([])
})

test('hours begin on the hour, also before 1970', () => {
  const deltas = new CellDeltas()
  const hours = (range = {}) => deltas.cellsOf(0, 1, 0, range).map(([hour]) => hour)
  const count = runMetric(0, metricOf({}))
  deltas.add([count], 1, eventOf({ timestamp: '1970-01-01T01:00:00Z' }))
  deltas.add([count], 1, eventOf({ timestamp: '1970-01-01T00:59:59.999Z' }))
  deltas.add([count], 1, eventOf({ timestamp: '1969-12-31T23:59:59.999Z' }))
  expect(hours()).toEqual([1, 0, -1])
  expect(hours({ hourMin: 0, hourEnd: 1 })).toEqual([0])
})

const event = fc
  .record({
    ingestId: fc.constantFrom('x', 'y'),
    hour: fc.nat(2),
    zone: fc.constantFrom('eu', 'us', undefined),
    v: fc.constantFrom(1, '1', '2.5', 'n/a', null, '1e30'),
  })
  .map(({ ingestId, hour, zone, v }) => ({ ingestId, hour, properties: { zone, v } }))

test('any order and any batching of the same events gives the same cells', () => {
  const shuffled = fc
    .array(event, { maxLength: 30 })
    .map((parts) =>
      parts.map(({ hour, ...part }, i) =>
        eventOf({ ...part, transactionId: `t${i}`, timestamp: `2026-03-02T0${hour}:00:00Z` }),
      ),
    )
    .chain((events) =>
      fc.tuple(
        fc.constant(events),
        fc.shuffledSubarray(events, { minLength: events.length }),
        fc.nat(events.length),
      ),
    )
  fc.assert(
    fc.property(shuffled, ([events, order, cut]) => {
      const batches = [deltasOf(order.slice(0, cut)), deltasOf(order.slice(cut))]
      expect(cellsOf(...batches)).toEqual(cellsOf(deltasOf(events)))
    }),
  )
})

test('grouped cells of COUNT and SUM add up to the ungrouped ones', () => {
  fc.assert(
    fc.property(fc.array(event), (parts) => {
      const events = parts.map(({ ingestId, properties }, i) =>
        eventOf({ ingestId, properties, transactionId: `t${i}` }),
      )
      for (const type of ['COUNT', 'SUM'] satisfies AggregationType[]) {
        const index = AGGREGATION_TYPES.indexOf(type)
        const total = (family: number) =>
          [1, 2]
            .flatMap((idIndex) => [...deltasOf(events).cellsOf(index, idIndex, family)])
            .map(([, , state]) => encodeState(state as AggregateState))
            .reduce((a, b) => mergeStates(type, a, b), '0')
        expect(total(1)).toBe(total(0))
      }
    }),
  )
})

function sqlMetric(sql: string) {
  const defined = defineMetric({ name: 'Metric', sql })
  if (!defined.ok) throw new Error(defined.error.message)
  return runMetric(0, { ...defined.value.metric, id: 'm' })
}

test('what a metric cannot hold stands in the place of a group; other metrics count on', () => {
  const keyed = sqlMetric('SELECT COUNT(*) AS value, properties.k AS a FROM events GROUP BY a')
  const wide = sqlMetric('SELECT SUM(properties.n * properties.n) AS value FROM events')
  const other = { ...sqlMetric('SELECT COUNT(*) AS value FROM events'), index: 1 }
  const deltas = new CellDeltas()
  deltas.add([keyed, other], 1, eventOf({ properties: { k: 'x'.repeat(200_001) } }))
  deltas.add([wide, other], 1, eventOf({ properties: { n: '9'.repeat(60) } }))
  const groups = [...deltas.cells()].map(({ metricIndex, group }) => [metricIndex, group])
  expect(groups).toContainEqual([0, expect.stringMatching(/^!\["text",/)])
  expect(groups).toContainEqual([0, expect.stringMatching(/^!\["number",/)])
  expect(deltas.cellsOf(1, 1, 0)).toMatchObject([
    [expect.any(Number), '[]', { states: [{ count: 2 }] }],
  ])
})

test('long texts that are held bring a checkpoint nearer', () => {
  const latest = sqlMetric('SELECT LENGTH(LATEST(properties.k)) AS value FROM events')
  const distinct = sqlMetric('SELECT COUNT(DISTINCT properties.k) AS value FROM events')
  for (const metric of [latest, distinct]) {
    const deltas = new CellDeltas()
    const add = (k: string) => deltas.add([metric], 1, eventOf({ properties: { k } }))
    add('a')
    const before = deltas.bytes
    add('b'.repeat(4_000))
    expect(deltas.bytes - before).toBeGreaterThan(8_000)
    const after = deltas.bytes
    add('b'.repeat(4_000))
    expect(deltas.bytes).toBe(after)
  }
})
