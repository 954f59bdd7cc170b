import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toText } from '../../../src/core/decimal.ts'
import {
  addContribution,
  contributionOf,
  decodeState,
  emptyState,
  encodeState,
  mergeStates,
  stateValue,
} from '../../../src/core/metering/aggregate.ts'
import type { UsageEvent } from '../../../src/core/metering/event.ts'
import { AGGREGATION_TYPES, type AggregationType } from '../../../src/core/metering/metric.ts'
import { eventOf } from './builders.ts'

/** The state of these events; null when none contributes. */
function stateOf(aggregationType: AggregationType, events: UsageEvent[]): string | null {
  const metric = { aggregationType, aggregationKey: 'v' }
  const state = emptyState(aggregationType)
  let isEmpty = true
  for (const event of events) {
    const contribution = contributionOf(metric, event)
    if (contribution === null) continue
    addContribution(state, contribution, event)
    isEmpty = false
  }
  return isEmpty ? null : encodeState(state)
}

/** The value of events with these values of the aggregated property. */
function valueOf(type: AggregationType, ...values: unknown[]): string | null {
  const events = values.map((v, i) =>
    eventOf({ transactionId: `t${i}`, timestamp: `2026-03-02T00:00:0${i}Z`, properties: { v } }),
  )
  const state = stateOf(type, events)
  return state === null ? null : toText(stateValue(decodeState(type, state)))
}

test('each aggregation has its value', () => {
  expect(valueOf('COUNT', '4', '9', '6')).toBe('3')
  expect(valueOf('SUM', '4', '9', '6')).toBe('19')
  expect(valueOf('MAX', '4', '9', '6')).toBe('9')
  expect(valueOf('LATEST', '4', '9', '6')).toBe('6')
  expect(valueOf('UNIQUE', '4', '9', '4')).toBe('2')
})

test('TV-2: strings and numbers add up exactly', () => {
  expect(valueOf('SUM', '0.1', '0.2', 0.3)).toBe('0.6')
})

test('MAX compares numbers, not texts, also those that a float cannot tell apart', () => {
  expect(valueOf('MAX', '9', '10')).toBe('10')
  expect(valueOf('MAX', '-5', '-7')).toBe('-5')
  expect(valueOf('MAX', '9007199254740993', '9007199254740992')).toBe('9007199254740993')
  expect(valueOf('MAX', '1e3', '999.9999999')).toBe('1000')
})

test('a missing property contributes only to COUNT (AG-2)', () => {
  expect(valueOf('COUNT', null)).toBe('1')
  for (const type of ['SUM', 'MAX', 'LATEST', 'UNIQUE'] as const) {
    expect(valueOf(type, null, undefined)).toBeNull()
  }
})

test('what is no number contributes nothing to SUM, MAX and LATEST (AG-3, AG-4)', () => {
  for (const type of ['SUM', 'MAX', 'LATEST'] as const) {
    expect(valueOf(type, '7', 'seven')).toBe('7')
    expect(valueOf(type, 'seven', '', ' 1', true, { a: 1 }, 'NaN', 'Infinity', '0x10')).toBeNull()
  }
  expect(valueOf('UNIQUE', '7', 'seven', '')).toBe('3')
})

test('UNIQUE compares canonical texts (AG-7)', () => {
  expect(valueOf('UNIQUE', '1', 1)).toBe('1')
  expect(valueOf('UNIQUE', '1', '1.0')).toBe('2')
  expect(valueOf('UNIQUE', true, 'true')).toBe('1')
})

test('LATEST is the reading of the greatest time, to the last digit (AG-5, AG-6)', () => {
  const reading = (timestamp: string, v: string, ids: Partial<UsageEvent> = {}) =>
    eventOf({ timestamp, properties: { v }, ...ids })
  const latest = (...events: UsageEvent[]) => {
    const states = [events, events.toReversed()].map((order) => stateOf('LATEST', order)!)
    expect(states[0]).toBe(states[1])
    return toText(stateValue(decodeState('LATEST', states[0]!)))
  }
  expect(latest(reading('2026-03-03T10:00:00Z', '30'), reading('2026-03-03T09:00:00Z', '99'))).toBe(
    '30',
  )
  const [early, late] = ['2026-03-03T10:00:00.0009Z', '2026-03-03T10:00:00.00095Z']
  expect(latest(reading(late, '1'), reading(early, '2'))).toBe('1')
  const tie = '2026-03-03T10:00:00Z'
  expect(
    latest(reading(tie, '1', { transactionId: 't9' }), reading(tie, '2', { transactionId: 't10' })),
  ).toBe('1')
  expect(
    latest(
      reading(tie, '1', { transactionId: '\ufffd' }),
      reading(tie, '2', { transactionId: '\u{1f600}' }),
    ),
  ).toBe('2')
  expect(latest(reading(tie, '1', { ingestId: 'b' }), reading(tie, '2', { ingestId: 'a' }))).toBe(
    '1',
  )
})

const event = fc
  .record({
    transactionId: fc.constantFrom('a', 'b', '\ufffd', '😀'),
    ingestId: fc.constantFrom('x', 'y'),
    second: fc.nat(3),
    subMs: fc.constantFrom('', '5', '51'),
    v: fc.oneof(fc.integer(), fc.constantFrom('0.1', '1e30', '-7.25', 'x', '1', '1.0')),
  })
  .map(({ second, subMs, v, ...ids }) => ({
    ...eventOf({ timestamp: `2026-03-02T00:00:0${second}Z`, properties: { v }, ...ids }),
    subMs,
  }))

test('merging is associative and commutative, and repeats change nothing where it may happen', () => {
  for (const type of AGGREGATION_TYPES) {
    const state = fc
      .array(event, { minLength: 1 })
      .map((events) => stateOf(type, events))
      .filter((text) => text !== null)
    fc.assert(
      fc.property(state, state, state, (a, b, c) => {
        const merge = (x: string, y: string) => mergeStates(type, x, y)
        expect(merge(merge(a, b), c)).toBe(merge(a, merge(b, c)))
        expect(merge(a, b)).toBe(merge(b, a))
        if (type !== 'COUNT' && type !== 'SUM') expect(merge(a, a)).toBe(a)
      }),
    )
  }
})

test('any split of the events merges to the state of all of them', () => {
  for (const type of AGGREGATION_TYPES) {
    fc.assert(
      fc.property(fc.array(event), fc.array(event), (a, b) => {
        const [left, right, all] = [a, b, [...b, ...a]].map((events) => stateOf(type, events))
        const merged =
          left === null || right === null
            ? (left ?? right)
            : mergeStates(type, left ?? '', right ?? '')
        expect(merged).toBe(all)
      }),
    )
  }
})

test('a state comes back from its text', () => {
  for (const type of AGGREGATION_TYPES) {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1 }), (events) => {
        const text = stateOf(type, events)
        expect(text && encodeState(decodeState(type, text))).toBe(text)
      }),
    )
  }
})
