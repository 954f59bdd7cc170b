import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { createMetric } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const AT = '2026-03-10T11:00:00Z'
const RECEIPTS = { prefer: 'return=representation' }

test('a receipt says for each event what became of it, and what it matched', async () => {
  const api = await createTestApi()
  const { metricId, customerId } = await createOffering(api)
  const callsId = await createMetric(api, { name: 'Calls' })
  const tokens = { id: metricId, name: 'Tokens' }
  const calls = { id: callsId, name: 'Calls' }
  // Both were made at the same instant of the clock: ids decide their order.
  const both = metricId < callsId ? [tokens, calls] : [calls, tokens]
  const { model: _, ...unmodelled } = completion('c', AT).properties
  const batch = [
    completion('a', AT),
    { ...completion('b', AT), timestamp: 'yesterday' },
    { ...completion('c', AT), properties: unmodelled },
    completion('a', AT),
    { ...completion('d', AT), customer_id: 'nobody', event_type: 'page' },
  ]
  const answer = await api.call('POST', '/v1/ingest', batch, RECEIPTS)
  expect(answer.headers.get('preference-applied')).toBe('return=representation')
  const rejection = answer.body.data.errors[0].message
  const acme = { id: customerId, name: 'Acme' }
  expect(answer).toMatchObject({ status: 200 })
  expect(answer.body.data).toEqual({
    accepted: 3,
    duplicates: 1,
    errors: [{ index: 1, transaction_id: 'b', message: expect.stringContaining('timestamp') }],
    receipts: [
      {
        index: 0,
        transaction_id: 'a',
        status: 'accepted',
        customer: acme,
        matched_billable_metrics: both,
        unmatched_billable_metrics: [],
      },
      {
        index: 1,
        transaction_id: 'b',
        status: 'rejected',
        customer: null,
        matched_billable_metrics: [],
        unmatched_billable_metrics: [],
        message: rejection,
      },
      {
        index: 2,
        transaction_id: 'c',
        status: 'accepted',
        customer: acme,
        matched_billable_metrics: [calls],
        unmatched_billable_metrics: [
          { ...tokens, reason: 'The metric needs that model is present.' },
        ],
      },
      {
        index: 3,
        transaction_id: 'a',
        status: 'duplicate',
        customer: acme,
        matched_billable_metrics: both,
        unmatched_billable_metrics: [],
      },
      {
        index: 4,
        transaction_id: 'd',
        status: 'accepted',
        customer: null,
        matched_billable_metrics: [calls],
        unmatched_billable_metrics: [
          { ...tokens, reason: 'The metric needs that event_type is one of "completion".' },
        ],
      },
    ],
  })
})

test('receipts go together with strict handling, and are not given unasked', async () => {
  const { call } = await createTestApi()
  const both = { prefer: 'handling=strict, return=representation' }
  const taken = await call('POST', '/v1/ingest', [completion('a', AT)], both)
  expect(taken.headers.get('preference-applied')).toBe('return=representation, handling=strict')
  expect(taken.body.data.receipts).toMatchObject([{ transaction_id: 'a', status: 'accepted' }])
  const bad = [completion('b', AT), { ...completion('c', AT), event_type: '' }]
  const failed = await call('POST', '/v1/ingest', bad, both)
  expect(failed).toMatchObject({ status: 400, body: { errors: [{ index: 1 }] } })
  expect(failed.headers.get('preference-applied')).toBe('handling=strict')
  const plain = await call('POST', '/v1/ingest', [completion('d', AT)])
  expect(plain.body).toEqual({ data: { accepted: 1, duplicates: 0, errors: [] } })
  expect(plain.headers.get('preference-applied')).toBeNull()
})

test('archived metrics are not told of', async () => {
  const api = await createTestApi()
  const id = await createMetric(api)
  await api.call('POST', '/v1/billable-metrics/archive', { id })
  const { body } = await api.call('POST', '/v1/ingest', [completion('a', AT)], RECEIPTS)
  expect(body.data.receipts[0]).toMatchObject({
    matched_billable_metrics: [],
    unmatched_billable_metrics: [],
  })
})
