import { expect, test } from 'vitest'
import type { FoundEvent, Metric } from '../../../src/dashboard/api/answers.ts'
import { judgeMetrics } from '../../../src/dashboard/pages/events/judge-metric.ts'

const TOKENS: Metric = {
  id: 'tokens',
  name: 'Tokens',
  aggregation_type: 'SUM',
  aggregation_key: 'tokens',
  event_type_filter: { in_values: ['completion'] },
  property_filters: [{ name: 'tokens', exists: true }],
  custom_fields: {},
}
const STORAGE: Metric = {
  ...TOKENS,
  id: 'storage',
  name: 'Storage',
  event_type_filter: { in_values: ['snapshot'] },
  property_filters: [{ name: 'gigabytes', exists: true }],
}
const EVENT: FoundEvent = {
  id: 'e',
  transaction_id: 't',
  customer_id: 'c',
  event_type: 'completion',
  timestamp: '2026-01-01T00:00:00Z',
  processed_at: '2026-01-01T00:00:01Z',
  properties: { tokens: '5' },
  is_duplicate: false,
  matched_billable_metrics: [TOKENS],
}

test('metrics that count an event come first, the others with every condition that it fails', () => {
  const verdicts = judgeMetrics(EVENT, [STORAGE, TOKENS])
  expect(verdicts.map(({ metric, isMatch, unmet }) => [metric.name, isMatch, unmet])).toEqual([
    ['Tokens', true, []],
    ['Storage', false, ['event_type is one of "snapshot"', 'gigabytes is present']],
  ])
})

test('of a query the server tells what it needs', () => {
  const sql: Metric = { id: 'sql', name: 'Query', sql: 'SELECT 1', custom_fields: {} }
  expect(judgeMetrics(EVENT, [sql])[0]).toMatchObject({ isMatch: false, unmet: [] })
  const reason = 'The metric needs that event_type = \'call\' (here event_type is "completion").'
  const told = { ...EVENT, unmatched_billable_metrics: [{ id: 'sql', name: 'Query', reason }] }
  expect(judgeMetrics(told, [sql])[0]).toMatchObject({
    unmet: ['event_type = \'call\' (here event_type is "completion")'],
  })
})

test('a metric that counts an event says in which group', () => {
  const grouped = { ...TOKENS, group_keys: [['model'], ['model', 'team']] }
  const event = { ...EVENT, properties: { tokens: '5', model: 'a', team: 7 } }
  expect(judgeMetrics(event, [grouped])[0]?.groups).toEqual([
    { name: 'model', value: 'a' },
    { name: 'team', value: '7' },
  ])
})
