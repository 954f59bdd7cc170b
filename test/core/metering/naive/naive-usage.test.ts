import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson } from '../../../../src/core/json-number.ts'
import { encodeState, type AggregateState } from '../../../../src/core/metering/aggregate.ts'
import { CellDeltas, runMetric } from '../../../../src/core/metering/cell-deltas.ts'
import { storedEvent } from '../../../../src/core/metering/event.ts'
import { parseGroup } from '../../../../src/core/metering/group.ts'
import { incrementsOf, windowValues } from '../../../../src/core/metering/increment.ts'
import { AGGREGATION_TYPES, type StreamingMetric } from '../../../../src/core/metering/metric.ts'
import { NaiveUsage, type NaiveQuestion } from '../../../../src/core/metering/naive/naive-usage.ts'
import { suppressedEvents } from '../../../../src/core/metering/suppression.ts'
import { DAY_MS, HOUR_MS } from '../../../../src/core/time.ts'
import { sqlMetric } from '../../../support/sql-metric.ts'
import { metricOf } from '../builders.ts'
import { readAll, sent, type SentEvent } from './stored-events.ts'

const START = Date.UTC(2026, 2, 2)
const LIFETIME_MS = 35 * DAY_MS

/** The answers as texts: by group, values and increments. */
function answersOf(
  questions: NaiveQuestion[],
  events: [event: SentEvent, acceptedAtMs?: number][],
  ingestIds = ['acme'],
) {
  const usage = new NaiveUsage({
    ingestIds: new Set(ingestIds),
    lifetimeMs: LIFETIME_MS,
    questions,
  })
  const read = readAll(JSON.stringify(events.map(([raw]) => raw)))
  read.forEach((event, i) => usage.add(event, events[i]![1] ?? 0))
  return usage.answers().map((groups) =>
    Object.fromEntries(
      groups.map(({ group, values, increments }) => [
        group.join('/'),
        {
          values: values.map((value) => value?.toFixed() ?? null),
          increments: increments.map((increment) => increment.toFixed()),
        },
      ]),
    ),
  )
}

/** Days from 2 March on. */
function days(count: number): number[] {
  return Array.from({ length: count + 1 }, (_, i) => START + i * DAY_MS)
}

const on = (day: string, id: string, properties: object, part: Partial<SentEvent> = {}) =>
  [sent({ transaction_id: id, timestamp: `2026-03-${day}Z`, properties, ...part })] as [SentEvent]

const keyed = (aggregationType: StreamingMetric['aggregationType'], groupKeys: string[][] = []) =>
  metricOf({
    aggregationType,
    aggregationKey: 'v',
    propertyFilters: [{ name: 'v', exists: true }],
    groupKeys,
  })

test('TV-1: an event counts once ungrouped and once in its group', () => {
  const metric = metricOf({
    eventTypeFilter: { inValues: ['call'] },
    propertyFilters: [
      { name: 'status', exists: true, inValues: ['ok'] },
      { name: 'login', exists: true },
    ],
    groupKeys: [['login']],
  })
  const events = [
    on('02T01:00:00', 'a', { status: 'ok', login: 'u1' }),
    on('02T02:00:00', 'b', { status: 'ok', login: 'u2' }),
    on('02T03:00:00', 'c', { status: 'err', login: 'u1' }),
    on('02T04:00:00', 'd', { status: 'ok' }),
    on('02T05:00:00', 'e', { status: 'ok', login: 'u1' }, { event_type: 'page' }),
  ]
  const boundaries = days(1)
  const [total, byLogin] = answersOf(
    [
      { metric, groupKey: null, boundaries },
      { metric, groupKey: ['login'], boundaries },
    ],
    events,
  )
  expect(total).toEqual({ '': { values: ['2'], increments: ['2'] } })
  expect(byLogin).toEqual({
    u1: { values: ['1'], increments: ['1'] },
    u2: { values: ['1'], increments: ['1'] },
  })
})

test('TV-2: a sum of texts and numbers is exact', () => {
  const question = { metric: keyed('SUM'), groupKey: null, boundaries: days(1) }
  const events = ['0.1', '0.2', 0.3].map((v, i) => on('02T01:00:00', `t${i}`, { v }))
  expect(answersOf([question], events)[0]).toEqual({ '': { values: ['0.6'], increments: ['0.6'] } })
})

test('TV-10: the peak of each day, and what it adds to the peak so far', () => {
  const question = { metric: keyed('MAX'), groupKey: null, boundaries: days(3) }
  const events = [
    on('02T01:10:00', 'a', { v: 4 }),
    on('02T05:00:00', 'b', { v: 9 }),
    on('03T02:00:00', 'c', { v: 6 }),
  ]
  expect(answersOf([question], events)[0]).toEqual({
    '': { values: ['9', '6', null], increments: ['9', '0', '0'] },
  })
})

test('TV-12: the latest reading counts, whenever it arrives, and a fall is negative', () => {
  const boundaries = [Date.UTC(2026, 2, 1), Date.UTC(2026, 2, 17), Date.UTC(2026, 3, 1)]
  const question = { metric: keyed('LATEST'), groupKey: null, boundaries }
  const events = [
    on('03T10:00:00', 'a', { v: 30 }),
    on('03T09:00:00', 'b', { v: 99 }),
    on('18T00:00:00', 'c', { v: 25 }),
  ]
  expect(answersOf([question], events)[0]).toEqual({
    '': { values: ['30', '25'], increments: ['30', '-5'] },
  })
})

test('TV-13: a value is new in the window where it first appears', () => {
  const question = { metric: keyed('UNIQUE'), groupKey: null, boundaries: days(2) }
  const events = [
    on('02T01:00:00', 'a', { v: 'a' }),
    on('02T02:00:00', 'b', { v: 'b' }),
    on('03T01:00:00', 'c', { v: 'b' }),
    on('03T02:00:00', 'd', { v: 'c' }),
  ]
  expect(answersOf([question], events)[0]).toEqual({
    '': { values: ['2', '2'], increments: ['2', '1'] },
  })
})

test('EV-40, EV-41, EV-43: the first accepted counts, once in a lifetime, under any id of the customer', () => {
  const question = { metric: keyed('SUM'), groupKey: null, boundaries: days(1) }
  const t1 = (v: number, customer_id: string) => on('02T01:00:00', 't1', { v }, { customer_id })[0]
  const events: [SentEvent, number][] = [
    [t1(1, 'globex'), 0],
    [t1(10, 'acme'), 1],
    [t1(100, 'acme 2'), 2],
    [t1(1_000, 'acme 2'), LIFETIME_MS],
    [t1(10_000, 'acme'), LIFETIME_MS + 1],
    [t1(100_000, 'acme 2'), LIFETIME_MS + 2],
  ]
  const sum = (...ids: string[]) => answersOf([question], events, ids)[0]!['']?.values[0]
  expect(sum('acme', 'acme 2')).toBe('10010')
  expect(sum('acme')).toBe('10010')
  expect(sum('acme 2')).toBe('100100')
  expect(sum('globex')).toBe('1')
  expect(sum('unknown')).toBeUndefined()
})

test('an event at a boundary belongs to the window that it starts (EV-25)', () => {
  const question = { metric: metricOf({}), groupKey: null, boundaries: days(2) }
  const events = [
    '01T23:59:59.999',
    '02T00:00:00',
    '02T23:59:59.9999',
    '03T00:00:00',
    '04T00:00:00',
  ]
  expect(
    answersOf(
      [question],
      events.map((time) => on(time, time, {})),
    )[0],
  ).toEqual({
    '': { values: ['2', '1'], increments: ['2', '1'] },
  })
})

test('evaluations are counted: each event of the customer is put to each question', () => {
  const questions = [null, ['zone']].map((groupKey) => {
    return { metric: keyed('SUM', [['zone']]), groupKey, boundaries: days(1) }
  })
  const naive = new NaiveUsage({
    ingestIds: new Set(['acme']),
    lifetimeMs: LIFETIME_MS,
    questions,
  })
  const ids = { a: 'acme', b: 'acme', c: 'globex' }
  const events = Object.entries(ids).map(([transaction_id, customer_id]) =>
    sent({ transaction_id, customer_id }),
  )
  for (const event of readAll(JSON.stringify([...events, events[0]]))) naive.add(event, 0)
  expect(naive.evaluations).toBe(4)
})

const NAMES = ['v', 'zone', '__proto__', 'constructor']
const TEXTS = [
  '',
  '1',
  '1.0',
  '-1',
  '0.1',
  'true',
  'n/a',
  '1e3',
  '.5',
  '-0',
  'é',
  '\u{1f600}',
  '[1]',
]

/** JSON texts of property values. */
const value = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TEXTS).map((text) => JSON.stringify(text)) },
  {
    weight: 6,
    arbitrary: fc.constantFrom('1', '1.0', '-1', '0.10', '1000', '1e3', 'true', 'null'),
  },
  { weight: 2, arbitrary: fc.integer().map(String) },
  { weight: 2, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map(String) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '0.1000000000000000000000000001',
      '"123456789012345678901234567890.123456789"',
      '-9007199254740993',
      '1e-1000',
      '1e1000',
      '"-1e999"',
      '1e99999',
      '"1e99999"',
      '0e99999',
      '9007199254740.991',
      '"9007199254.740991"',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '{"a":[1.0,"x",null],"1":true}',
      '[]',
      '[1e3,{"__proto__":2}]',
      'false',
    ),
  },
)

const event = fc
  .record({
    id: fc.nat(12),
    ingestId: fc.constantFrom('acme', 'acme 2', 'globex'),
    type: fc.constantFrom('call', 'page'),
    minute: fc.oneof(fc.constantFrom(0, 61), fc.nat(60 * 30)),
    second: fc.constantFrom('00', '00.0005', '00.00045', '59.999', '60'),
    zone: fc.constantFrom('Z', '+02:00', '-00:30'),
    properties: fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), value), {
      selector: ([name]) => name,
    }),
    waitMs: fc.constantFrom(0, 0, 0, 1, DAY_MS, LIFETIME_MS - 1, LIFETIME_MS),
  })
  .map(({ id, ingestId, type, minute, second, zone, properties, waitMs }) => {
    const [day, hour] = [2 + Math.floor(minute / 1_440), Math.floor(minute / 60) % 24]
    const time = [hour, minute % 60].map((n) => String(n).padStart(2, '0')).join(':')
    const members = properties.map(([name, text]) => `"${name}":${text}`)
    const text = `{"transaction_id":"t${id}","customer_id":"${ingestId}","event_type":"${type}","timestamp":"2026-03-0${day}T${time}:${second}${zone}","properties":{${members.join(',')}}}`
    return { text, waitMs }
  })

const valueList = fc.option(fc.array(fc.constantFrom(...TEXTS), { minLength: 1, maxLength: 8 }), {
  nil: undefined,
})
const metric: fc.Arbitrary<Partial<StreamingMetric>> = fc.record({
  aggregationType: fc.constantFrom(...AGGREGATION_TYPES),
  aggregationKey: fc.constantFrom('v', 'v', 'zone', '__proto__'),
  eventTypeFilter: fc.constantFrom<StreamingMetric['eventTypeFilter'][]>(
    undefined,
    undefined,
    { inValues: ['call'] },
    { notInValues: ['page', 'mail'] },
  ),
  propertyFilters: fc.array(
    fc.record({
      name: fc.constantFrom(...NAMES),
      exists: fc.constantFrom(undefined, undefined, true, false),
      inValues: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, valueList),
      notInValues: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, valueList),
    }),
    { maxLength: 2 },
  ),
  groupKeys: fc.constantFrom<string[][][]>(
    [],
    [['zone']],
    [['v']],
    [['zone'], ['zone', '__proto__']],
  ),
})

/** What the meter does: drop suppressed events, add cells by ingest id and hour, merge windows. */
function fastAnswers(
  definition: StreamingMetric,
  log: { text: string; acceptedAtMs: number }[],
  ingestIds: string[],
  boundaries: number[],
) {
  const events = log.map(({ text, acceptedAtMs }, index) => {
    return {
      event: storedEvent((parseJson(`[${text}]`) as unknown[])[0]),
      acceptedAtMs,
      meter: 'm',
      index,
      seq: 1,
    }
  })
  const own = events.filter(({ event: { ingestId } }) => ingestIds.includes(ingestId))
  const byId = Map.groupBy(own, (item) => item.event.transactionId)
  const suppressed = new Set(
    [...byId.values()].flatMap((group) => suppressedEvents(group, LIFETIME_MS)),
  )
  const deltas = new CellDeltas()
  for (const item of own) {
    if (suppressed.has(item)) continue
    deltas.add([runMetric(0, definition)], ingestIds.indexOf(item.event.ingestId), item.event)
  }
  const shape = {
    aggregationType: definition.aggregationType,
    windowCount: boundaries.length - 1,
  }
  return [null, ...definition.groupKeys].map((_, family) => {
    const usage = [...deltas.cells()]
      .filter((cell) => cell.family === family)
      .map(({ hour, group, state }) => {
        const end = boundaries.findIndex((boundary) => hour * HOUR_MS < boundary)
        return {
          window: end - 1,
          group: parseGroup(group),
          state: encodeState(state as AggregateState),
        }
      })
      .filter(({ window }) => window >= 0)
    const increments = incrementsOf(usage, shape)
    return windowValues(usage, shape).map((series, i) => ({ ...series, ...increments[i]! }))
  })
}

test('the naive evaluation equals the fast one, on any metric and any events', () => {
  const input = fc.record({
    definition: metric.map((part) => metricOf(part)),
    events: fc.array(event, { maxLength: 40 }),
    ingestIds: fc.constantFrom<string[][]>(['acme'], ['acme', 'acme 2']),
    hours: fc.constantFrom(1, 5, 24),
  })
  fc.assert(
    fc.property(input, ({ definition, events, ingestIds, hours }) => {
      let now = 0
      const log = events.map(({ text, waitMs }) => ({ text, acceptedAtMs: (now += waitMs) }))
      const count = Math.ceil(24 / hours)
      const boundaries = Array.from({ length: count + 1 }, (_, i) => START + i * hours * HOUR_MS)
      const questions = [null, ...definition.groupKeys].map((groupKey) => {
        return { metric: definition, groupKey, boundaries }
      })
      const naive = new NaiveUsage({
        ingestIds: new Set(ingestIds),
        lifetimeMs: LIFETIME_MS,
        questions,
      })
      const read = readAll(`[${log.map(({ text }) => text).join(',')}]`)
      read.forEach((own, i) => naive.add(own, log[i]!.acceptedAtMs))
      const fast = fastAnswers(definition, log, ingestIds, boundaries)
      expect(naive.answers().map(textsOf)).toEqual(fast.map(textsOf))
    }),
    { numRuns: 600 },
  )
})

/** Exact texts by group: zeros of either sign are the same. */
function textsOf(groups: ReturnType<NaiveUsage['answers']>[0]) {
  const text = (number: { isZero(): boolean; toFixed(): string }) =>
    number.isZero() ? '0' : number.toFixed()
  return new Map(
    groups.map(({ group, values, increments }) => [
      JSON.stringify(group),
      [values.map((own) => own && text(own)), increments.map(text)],
    ]),
  )
}

test('what a SQL metric exceeds is told with its name', () => {
  const sql = 'SELECT SUM(properties.v) * SUM(properties.v) AS value FROM events'
  const squares = { ...sqlMetric(sql), name: 'Squares' }
  const question = { metric: squares, groupKey: null, boundaries: days(1) }
  const large = on('02T05:00:00', 'a', { v: `1${'0'.repeat(60)}` })
  expect(() => answersOf([question], [large])).toThrow(
    'sql_limit_exceeded (number): the metric "Squares": a number has more than 100 digits',
  )
})
