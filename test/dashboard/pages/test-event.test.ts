import { expect, test } from 'vitest'
import type { Customer, Metric } from '../../../src/dashboard/api/answers.ts'
import { draftEvent, toSentEvent } from '../../../src/dashboard/pages/events/test-event.ts'

const TOKENS: Metric = {
  id: 'tokens',
  name: 'Tokens',
  aggregation_type: 'SUM',
  aggregation_key: 'tokens',
  event_type_filter: { in_values: ['completion', 'chat'] },
  property_filters: [
    { name: 'tokens', exists: true },
    { name: 'model', exists: true, in_values: ['small', 'large'] },
    { name: 'model', not_in_values: ['small'] },
    { name: 'team', exists: true },
    { name: 'test', exists: false },
  ],
  custom_fields: {},
}
const customer = { id: 'c1', name: 'Acme', ingest_aliases: ['acme'] } as unknown as Customer
const now = new Date('2026-03-02T10:30:15.250Z')
const drafted = (metric: Metric | undefined) => draftEvent({ customer, metric, now, unique: '7' })

test('an event is drafted that the metric’s filters accept', () => {
  const draft = drafted(TOKENS)
  expect(draft).toMatchObject({
    transactionId: 'test-7',
    ingestId: 'acme',
    eventType: 'completion',
    at: '2026-03-02T10:30:15',
  })
  expect(JSON.parse(draft.properties)).toEqual({
    tokens: '1',
    model: 'large',
    team: 'example-team',
  })
})

test('of a query, what properties are compared with is taken', () => {
  const sql = `SELECT SUM(properties.tokens) AS value FROM events WHERE event_type = 'chat'
    AND properties.model IN ('it''s', 'b') AND properties.tier = 3`
  const draft = drafted({ id: 's', name: 'SQL', sql, custom_fields: {} })
  expect(draft.eventType).toBe('chat')
  expect(JSON.parse(draft.properties)).toEqual({ tokens: '1', model: "it's", tier: '3' })
})

test('a draft is sent with its properties as an object', () => {
  const draft = { ...drafted(undefined), eventType: 'x', properties: '{"a": 1}' }
  expect(toSentEvent(draft)).toEqual({
    event: {
      transaction_id: 'test-7',
      customer_id: 'acme',
      event_type: 'x',
      timestamp: '2026-03-02T10:30:15Z',
      properties: { a: 1 },
    },
  })
  expect(toSentEvent({ ...draft, at: '2026-03-02T10:30' })).toMatchObject({
    event: { timestamp: '2026-03-02T10:30:00Z' },
  })
  expect(toSentEvent({ ...draft, properties: '{' })).toEqual({ problem: 'This is not JSON.' })
  expect(toSentEvent({ ...draft, properties: '[1]' })).toEqual({
    problem: 'Expected a JSON object, such as {"tokens": "1"}.',
  })
})
