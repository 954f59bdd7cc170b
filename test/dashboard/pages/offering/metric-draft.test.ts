import { expect, test } from 'vitest'
import { compileSql } from '../../../../src/core/sql/compile-sql.ts'
import {
  EMPTY_DRAFT,
  exampleEvent,
  impliedProperties,
  missingPart,
  toDraft,
  toMetricBody,
  toSql,
  type MetricDraft,
} from '../../../../src/dashboard/pages/metrics/draft.ts'

const TOKENS: MetricDraft = {
  eventTypeMode: 'in',
  eventTypes: ['completion'],
  filters: [
    { key: 1, name: 'region', mode: 'in', values: ['eu', "us'west"] },
    { key: 2, name: 'plan', mode: 'not_in', values: ['free'] },
    { key: 3, name: 'test', mode: 'absent', values: [] },
  ],
  aggregation: 'SUM',
  aggregationKey: 'tokens',
  groupKeys: [['model', 'region']],
}

test('a metric asks for what it aggregates and is split by, unless a filter does already', () => {
  expect(impliedProperties(TOKENS)).toEqual(['tokens', 'model'])
  expect(toMetricBody(TOKENS)).toEqual({
    aggregation_type: 'SUM',
    aggregation_key: 'tokens',
    event_type_filter: { in_values: ['completion'] },
    property_filters: [
      { name: 'region', in_values: ['eu', "us'west"] },
      { name: 'plan', not_in_values: ['free'] },
      { name: 'test', exists: false },
      { name: 'tokens', exists: true },
      { name: 'model', exists: true },
    ],
    group_keys: [['model', 'region']],
  })
})

test('the preview asks in SQL what the metric measures', () => {
  expect(toSql(TOKENS)).toBe(
    [
      'SELECT SUM(properties.tokens) AS value, properties.model, properties.region',
      'FROM events',
      "WHERE event_type IN ('completion')",
      "  AND properties.region IN ('eu', 'us''west')",
      "  AND (properties.plan IS NULL OR properties.plan NOT IN ('free'))",
      '  AND properties.test IS NULL',
      '  AND properties.tokens IS NOT NULL',
      '  AND properties.model IS NOT NULL',
      'GROUP BY properties.model, properties.region',
    ].join('\n'),
  )
  expect(toSql(EMPTY_DRAFT)).toBe('SELECT COUNT(*) AS value\nFROM events')
})

test('properties of all but quoted names can be previewed, for every aggregation', () => {
  const names = ['tokens', 'Tokens', 'a b', 'select', 'value', 'größe', 'x-y.z']
  const aggregations = ['SUM', 'MAX', 'LATEST', 'UNIQUE'] as const
  for (const aggregationKey of names) {
    for (const aggregation of aggregations) {
      const sql = toSql({ ...TOKENS, aggregation, aggregationKey, groupKeys: [[aggregationKey]] })
      expect([sql, compileSql(sql)]).toMatchObject([sql, { ok: true }])
    }
  }
})

test('a metric reads as the draft that it was made of', () => {
  const body = toMetricBody(TOKENS)
  const draft = toDraft({ id: 'id', name: 'Tokens', custom_fields: {}, ...body })
  expect(toMetricBody(draft)).toEqual(body)
  expect(toSql(draft)).toBe(toSql(TOKENS))
})

test('the example event has what the metric asks for', () => {
  expect(exampleEvent(TOKENS, '2026-04-02T00:00:00.000Z')).toEqual({
    transaction_id: 'a-unique-id-of-the-event',
    customer_id: 'an-alias-of-the-customer',
    event_type: 'completion',
    timestamp: '2026-04-02T00:00:00.000Z',
    properties: { region: 'eu', plan: 'some plan', tokens: 12.5, model: 'some model' },
  })
})

test('what is missing is said', () => {
  expect(missingPart(TOKENS)).toBeNull()
  expect(missingPart({ ...TOKENS, aggregationKey: '' })).toBe('Choose the property to aggregate.')
  const filters = [{ key: 1, name: 'region', mode: 'in' as const, values: [] }]
  expect(missingPart({ ...TOKENS, filters })).toBe('The filter on region has no values yet.')
})
