import { expect, test } from 'vitest'
import { parseJson } from '../../../../src/core/json-number.ts'
import type { UsageEvent } from '../../../../src/core/metering/event.ts'
import { PLAN_VERSION } from '../../../../src/core/sql/plan.ts'
import type { BoundQuery, Fragment, ScanColumn, SqlPlan } from '../../../../src/core/sql/plan.ts'
import { evaluateNaively } from '../../../../src/core/sql/naive/naive-query.ts'
import { call, column, numeric, parse, textual } from './expressions.ts'

function event(part: Partial<UsageEvent>, properties?: string): UsageEvent {
  const values = properties === undefined ? undefined : parseJson(properties)
  return {
    transactionId: 't1',
    ingestId: 'acme',
    eventType: 'call',
    timestampMs: Date.parse('2026-03-20T12:00:00Z'),
    subMs: '',
    ...(values === undefined ? {} : { properties: values as Record<string, unknown> }),
    ...part,
  }
}

const property = (name: string): ScanColumn => ({ kind: 'property', name })

/** The rows of a scan of these columns alone. */
function scanned(columns: ScanColumn[], ...events: UsageEvent[]) {
  const query: BoundQuery = { relation: { op: 'scan', types: [], columns }, value: 0, keys: [] }
  return evaluateNaively(query, events)
}

test('an event has its type, instant, ids and reading', () => {
  const columns = (
    ['event_type', 'timestamp', 'transaction_id', 'customer_id', 'reading'] as const
  ).map((kind) => ({ kind }))
  expect(scanned(columns, event({ subMs: '0456789' }))).toEqual([
    ['call', '2026-03-20T12:00:00.000045Z', 't1', 'acme', '0456789\0t1\0acme'],
  ])
  expect(scanned(columns, event({ timestampMs: -1, subMs: '5' }))).toEqual([
    ['call', '1969-12-31T23:59:59.9995Z', 't1', 'acme', '5\0t1\0acme'],
  ])
})

test('properties are texts, and NULL where they are null or missing', () => {
  const properties =
    '{"a":"x","b":1.50,"c":true,"d":null,"e":{"n":[1,"y"]},"f":12345678901234567890.10,"g":""}'
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
  expect(scanned(names.map(property), event({}, properties))).toEqual([
    ['x', '1.5', 'true', null, '{"n":[1,"y"]}', '12345678901234567890.1', '', null],
  ])
  expect(scanned([property('a')], event({}))).toEqual([[null]])
})

test('a property may be named as what every object has', () => {
  const columns = ['__proto__', 'constructor', 'toString', 'a"b'].map(property)
  expect(scanned(columns, event({}, '{}'))).toEqual([[null, null, null, null]])
  expect(scanned(columns, event({}, '{"__proto__":"1","constructor":"2","a\\"b":"3"}'))).toEqual([
    ['1', '2', null, '3'],
  ])
})

const COLUMNS: ScanColumn[] = [{ kind: 'event_type' }, property('n')]
const EVENTS = [
  event({}, '{"n":"1"}'),
  event({}, '{"n":"2.5"}'),
  event({ eventType: 'other' }, '{"n":"9"}'),
  event({}, '{"n":"n/a"}'),
]
const FILTER = call('=', 'boolean', [column(0, 'text'), textual('call')])
const SUM = {
  fn: 'sum',
  type: 'numeric',
  filter: null,
  arg: parse(column(1, 'property')),
} as const

test('a query gives the same before and after its reading of events is split off', () => {
  const doubled = call('multiply', 'numeric', [column(1), numeric('2')])
  const over = (input: BoundQuery['relation']): BoundQuery['relation'] => ({
    op: 'project',
    types: ['numeric', 'text'],
    input,
    expressions: [doubled, column(0, 'text')],
  })
  const result = { value: 0, keys: [{ name: 'event_type', column: 1 }] }
  const scan: BoundQuery['relation'] = { op: 'scan', types: ['text', 'property'], columns: COLUMNS }
  const types: ['text', 'numeric'] = ['text', 'numeric']
  const bound: BoundQuery = {
    ...result,
    relation: over({
      op: 'aggregate',
      types,
      keys: [column(0, 'text')],
      aggregates: [SUM],
      input: { op: 'filter', types: scan.types, input: scan, condition: FILTER },
    }),
  }
  const fragment: Fragment = {
    columns: COLUMNS,
    filter: FILTER,
    keys: [column(0, 'text')],
    aggregates: [SUM],
  }
  const plan: SqlPlan = {
    ...result,
    version: PLAN_VERSION,
    fragments: [fragment],
    relation: over({ op: 'fragment', types, index: 0 }),
  }
  expect(evaluateNaively(bound, EVENTS)).toEqual([['7', 'call']])
  expect(evaluateNaively(plan, EVENTS)).toEqual([['7', 'call']])
  expect(evaluateNaively(plan, [])).toEqual([])
})

test('a fragment without aggregates gives the rows, each as often as it occurs', () => {
  const fragment: Fragment = {
    columns: COLUMNS,
    filter: null,
    keys: [column(0, 'text')],
    aggregates: null,
  }
  const plan: SqlPlan = {
    version: PLAN_VERSION,
    fragments: [fragment],
    relation: { op: 'fragment', types: ['text'], index: 0 },
    value: 0,
    keys: [],
  }
  expect(evaluateNaively(plan, EVENTS)).toEqual([['call'], ['call'], ['other'], ['call']])
  const fewer = { ...plan, fragments: [] }
  expect(() => evaluateNaively(fewer, EVENTS)).toThrow('no fragment 0')
})
