import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sum, toText } from '../../../src/core/decimal.ts'
import { CellDeltas, runMetric } from '../../../src/core/metering/cell-deltas.ts'
import { encodeState, type AggregateState } from '../../../src/core/metering/aggregate.ts'
import type { UsageEvent } from '../../../src/core/metering/event.ts'
import { parseGroup } from '../../../src/core/metering/group.ts'
import { incrementsOf, windowValues } from '../../../src/core/metering/increment.ts'
import { AGGREGATION_TYPES, type AggregationType } from '../../../src/core/metering/metric.ts'
import type { WindowUsage } from '../../../src/core/metering/usage.ts'
import { DAY_MS, HOUR_MS } from '../../../src/core/time.ts'
import { at, eventOf, metricOf } from './builders.ts'

/** Usage of events by hour cells, put into windows of the same length from 1 March on. */
function usageOf(
  aggregationType: AggregationType,
  events: UsageEvent[],
  { windowMs, groupKey }: { windowMs: number; groupKey?: string[] },
): WindowUsage[] {
  const groupKeys = groupKey === undefined ? [] : [groupKey]
  const metric = metricOf({ aggregationType, aggregationKey: 'v', groupKeys })
  const deltas = new CellDeltas()
  for (const event of events) deltas.add([runMetric(1, metric)], 1, event)
  const family = groupKey === undefined ? 0 : 1
  return deltas.cellsOf(1, 1, family).map(([hour, group, state]) => ({
    window: Math.floor((hour * HOUR_MS - at('2026-03-01T00:00:00Z')) / windowMs),
    group: parseGroup(group),
    state: encodeState(state as AggregateState),
  }))
}

function reading(id: string, timestamp: string, v: unknown, more: object = {}): UsageEvent {
  return eventOf({ transactionId: id, timestamp, properties: { v, ...more } })
}

const daily = { windowMs: DAY_MS }

function billed(type: AggregationType, events: UsageEvent[], windowCount: number): string[] {
  const usage = usageOf(type, events, daily)
  const [only] = incrementsOf(usage, { aggregationType: type, windowCount })
  return only!.increments.map(toText)
}

function values(type: AggregationType, events: UsageEvent[], windowCount: number) {
  const usage = usageOf(type, events, daily)
  const [only] = windowValues(usage, { aggregationType: type, windowCount })
  return only!.values.map((value) => (value === null ? null : toText(value)))
}

test('TV-10: MAX has a value a day, and bills the excess over the peak so far', () => {
  const cpu = [
    reading('a', '2026-03-02T01:10:00Z', 4),
    reading('b', '2026-03-02T05:00:00Z', 9),
    reading('c', '2026-03-03T02:00:00Z', 6),
  ]
  expect(values('MAX', cpu, 4)).toEqual([null, '9', '6', null])
  expect(billed('MAX', cpu, 4)).toEqual(['0', '9', '0', '0'])
})

test('TV-12: LATEST bills the change between readings, whatever order they arrive in', () => {
  const readings = [
    reading('a', '2026-03-03T10:00:00Z', 30),
    reading('b', '2026-03-03T09:00:00Z', 99),
    reading('c', '2026-03-18T00:00:00Z', 25),
  ]
  const windowMs = 17 * DAY_MS - DAY_MS
  const usage = usageOf('LATEST', readings, { windowMs })
  const [only] = incrementsOf(usage, { aggregationType: 'LATEST', windowCount: 2 })
  expect(only!.increments.map(toText)).toEqual(['30', '-5'])
  expect(values('LATEST', readings.slice(0, 2), 3)).toEqual([null, null, '30'])
})

test('TV-13: UNIQUE bills a value in the window where it first appears', () => {
  const logins = [
    reading('1', '2026-03-02T01:00:00Z', 'a'),
    reading('2', '2026-03-02T02:00:00Z', 'b'),
    reading('3', '2026-03-03T01:00:00Z', 'b'),
    reading('4', '2026-03-03T02:00:00Z', 'c'),
  ]
  expect(values('UNIQUE', logins, 3)).toEqual([null, '2', '2'])
  expect(billed('UNIQUE', logins, 3)).toEqual(['0', '2', '1'])
})

test('COUNT and SUM bill the value of the window itself (CD-2)', () => {
  const events = [
    reading('1', '2026-03-01T01:00:00Z', '1.5'),
    reading('2', '2026-03-02T02:00:00Z', '-4'),
    reading('3', '2026-03-02T03:00:00Z', 'x'),
  ]
  expect(billed('SUM', events, 3)).toEqual(['1.5', '-4', '0'])
  expect(billed('COUNT', events, 3)).toEqual(['1', '2', '0'])
})

test('groups come in the order of their values, and each has its own increments', () => {
  const events = ['b', '😀', '\ufffd', 'a'].map((zone, i) =>
    reading(`t${i}`, `2026-03-0${i + 1}T00:00:00Z`, i, { zone }),
  )
  const usage = usageOf('COUNT', events, { ...daily, groupKey: ['zone'] })
  const groups = incrementsOf(usage, { aggregationType: 'COUNT', windowCount: 4 })
  expect(groups.map(({ group, increments }) => [...group, ...increments.map(toText)])).toEqual([
    ['a', '0', '0', '0', '1'],
    ['b', '1', '0', '0', '0'],
    ['\ufffd', '0', '0', '1', '0'],
    ['😀', '0', '1', '0', '0'],
  ])
})

test('the usage of two meters merges; without usage there is no group', () => {
  const usage = ['3', '4'].map((state) => ({ window: 1, group: ['eu'], state }))
  const [merged] = windowValues(usage, { aggregationType: 'COUNT', windowCount: 2 })
  expect(merged!.values.map((value) => value && toText(value))).toEqual([null, '7'])
  expect(incrementsOf([], { aggregationType: 'COUNT', windowCount: 2 })).toEqual([])
})

test('increments of short windows add up to those of one long window (CD-1)', () => {
  const event = fc
    .tuple(fc.nat(71), fc.integer({ min: -5, max: 5 }), fc.nat(99))
    .map(([hour, v, id]) => {
      const time = new Date(at('2026-03-01T00:00:00Z') + hour * HOUR_MS).toISOString()
      return reading(`t${id}`, time, v)
    })
  fc.assert(
    fc.property(fc.constantFrom(...AGGREGATION_TYPES), fc.array(event), (type, events) => {
      const increments = (windowMs: number, windowCount: number) =>
        incrementsOf(usageOf(type, events, { windowMs }), { aggregationType: type, windowCount })
          .map((group) => group.increments)
          .flat()
      const hours = increments(HOUR_MS, 72)
      const days = increments(DAY_MS, 3)
      const whole = increments(3 * DAY_MS, 1)
      for (const [day, increment] of days.entries()) {
        expect(toText(sum(hours.slice(day * 24, day * 24 + 24)))).toBe(toText(increment))
      }
      expect(toText(sum(days))).toBe(toText(sum(whole)))
      // From the period's start to any instant, they add up to the value up to that instant.
      const value = windowValues(usageOf(type, events, { windowMs: 3 * DAY_MS }), {
        aggregationType: type,
        windowCount: 1,
      })[0]?.values[0]
      if (value !== undefined) expect(toText(sum(days))).toBe(toText(value!))
    }),
  )
})
