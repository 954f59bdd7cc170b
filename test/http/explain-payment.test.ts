import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { addRate, createdId, createMetric, createRateCard } from '../support/catalog.ts'

const MARCH_20 = Date.parse('2026-03-20T12:00:00Z')
const START = '2026-03-01T00:00:00Z'

test('what pays for a line is explained: which commit, why that one, and at which price', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const productId = await createdId(api, '/v1/contract-pricing/products/create', {
    name: 'Calls',
    type: 'USAGE',
    billable_metric_id: await createMetric(api),
  })
  const fixedId = await createdId(api, '/v1/contract-pricing/products/create', {
    name: 'Prepayment',
    type: 'FIXED',
  })
  const rateCardId = await createRateCard(api)
  await addRate(api, {
    rate_card_id: rateCardId,
    product_id: productId,
    price: 100,
    commit_rate: { rate_type: 'FLAT', price: 80 },
  })
  const customerId = await createdId(api, '/v1/customers', {
    name: 'Acme',
    ingest_aliases: ['acme'],
  })
  const access = (amount: number) => ({
    schedule_items: [{ amount, starting_at: START, ending_before: '2027-03-01T00:00:00Z' }],
  })
  await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id: rateCardId,
    starting_at: START,
    commits: [
      {
        product_id: fixedId,
        type: 'PREPAID',
        rate_type: 'COMMIT_RATE',
        priority: 1,
        access_schedule: access(160),
      },
    ],
    credits: [{ product_id: fixedId, name: 'Trial', priority: 2, access_schedule: access(50) }],
  })
  const events = Array.from({ length: 4 }, (_, i) => ({
    transaction_id: `call-${i}`,
    customer_id: 'acme',
    event_type: 'call',
    timestamp: '2026-03-05T10:00:00Z',
    properties: {},
  }))
  expect((await api.call('POST', '/v1/ingest', events)).status).toBe(200)
  const path = `/v1/customers/${customerId}/invoices`
  const [draft] = (await api.call('GET', `${path}?type=USAGE`)).body.data
  expect(draft.total).toBe(150)
  const { status, body } = await api.call('GET', `${path}/${draft.id}/explain`)
  expect(status).toBe(200)
  expect(body.data.map((each: { line_item: object }) => each.line_item)).toEqual(draft.line_items)
  expect(body.data.map((each: { arithmetic: string }) => each.arithmetic)).toEqual([
    '2 × 80 = 160',
    '160 − 160 = 0',
    '0.5 × 100 = 50',
    '50 − 50 = 0',
    '1.5 × 100 = 150',
  ])
  const [paid, applied, , , rest] = body.data
  expect(paid).toMatchObject({
    rate: { rate_type: 'FLAT', price: 100 },
    price: { rate_type: 'FLAT', price: 100 },
    charge: { quantity: 4, unit_price: 100, total: 400, paid_before: { quantity: 0, total: 0 } },
    payment: {
      commit_id: paid.line_item.commit_id,
      commit_segment_id: paid.line_item.commit_segment_id,
      type: 'PREPAID',
      balance_before: 160,
      balance_after: 0,
      next_in_order: { decided_by: 'priority' },
    },
    commit_price: {
      rate_type: 'COMMIT_RATE',
      rate: { rate_type: 'FLAT', price: 80 },
      override: null,
      price: { rate_type: 'FLAT', price: 80 },
    },
  })
  expect(applied).toMatchObject({
    line_item: { name: 'Prepayment applied', total: -160 },
    rate: null,
    payment: paid.payment,
  })
  expect(rest).toMatchObject({ charge: { paid_before: { quantity: 2.5, total: 250 } } })
  expect(rest.payment).toBeUndefined()
})
