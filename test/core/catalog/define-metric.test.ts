import { expect, test } from 'vitest'
import { defineMetric, type MetricInput } from '../../../src/core/catalog/define-metric.ts'

function messageOf(input: Omit<MetricInput, 'name'>): string | null {
  const metric = defineMetric({ name: 'm', ...input })
  return metric.ok ? null : `${metric.error.code}: ${metric.error.message}`
}

test('a streaming metric is defined by what it was asked for, without the lists that it left out', () => {
  expect(defineMetric({ name: 'Calls', aggregationType: 'COUNT' })).toEqual({
    ok: true,
    value: {
      metric: {
        name: 'Calls',
        aggregationType: 'COUNT',
        aggregationKey: undefined,
        eventTypeFilter: undefined,
        propertyFilters: [],
        groupKeys: [],
      },
      compiled: null,
    },
  })
})

test('a metric without sql needs an aggregation type (BM-3)', () => {
  expect(messageOf({ groupKeys: [] })).toBe(
    'invalid: aggregation_type: required for a metric without sql',
  )
})

test('COUNT takes no aggregation key (GK-1)', () => {
  expect(
    messageOf({
      aggregationType: 'COUNT',
      aggregationKey: 'gb',
      propertyFilters: [{ name: 'gb' }],
    }),
  ).toBe('invalid: aggregation_key: does not apply to COUNT, which counts events')
})

test('TV-15: the aggregation key must have a property filter', () => {
  expect(messageOf({ aggregationType: 'SUM', aggregationKey: 'gb' })).toContain(
    'The specified aggregation key must be one of the property filter names',
  )
})

test('TV-15: every property of a group key must have a property filter', () => {
  expect(messageOf({ aggregationType: 'COUNT', groupKeys: [['zone']] })).toContain(
    "Group key 'zone' does not match one of the property filter names.",
  )
})

test('TV-15: sql excludes every field of streaming metrics, and they are named', () => {
  expect(messageOf({ sql: 'SELECT 1', aggregationType: 'SUM' })).toBe(
    'invalid: sql: cannot be combined with aggregation_type',
  )
  expect(
    messageOf({
      sql: 'SELECT 1',
      aggregationType: 'SUM',
      eventTypeFilter: {},
      propertyFilters: [],
      aggregationKey: 'gb',
      groupKeys: [],
    }),
  ).toBe(
    'invalid: sql: cannot be combined with aggregation_type, event_type_filter, property_filters, aggregation_key, group_keys',
  )
})

test('a SQL metric keeps its text, what runs of it, and how', () => {
  const sql = 'SELECT count() AS value, properties.zone FROM events GROUP BY zone'
  const defined = defineMetric({ name: 'Calls', sql })
  expect(defined).toMatchObject({
    ok: true,
    value: { metric: { name: 'Calls', sql, execution: 'incremental' }, compiled: { sql } },
  })
  const plan = defined.ok && 'plan' in defined.value.metric && defined.value.metric.plan
  expect(plan).toMatchObject({ value: 0, keys: [{ name: 'zone', column: 1 }] })
  const median = defineMetric({
    name: 'p',
    sql: 'SELECT median(properties.ms) AS value FROM events',
  })
  expect(median).toMatchObject({ ok: true, value: { metric: { execution: 'scan' } } })
})

test('SQL is refused with its place', () => {
  expect(defineMetric({ name: 'm', sql: 'SELECT nope AS value FROM events' })).toMatchObject({
    ok: false,
    error: { code: 'invalid', sql: { code: 'unknown_column', line: 1, column: 8 } },
  })
})
