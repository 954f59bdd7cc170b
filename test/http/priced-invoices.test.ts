import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { createdId, createMetric, createProduct, createRateCard } from '../support/catalog.ts'

interface Line {
  quantity: number
  unit_price: number
  total: number
  tier?: { level: number }
}

interface Sold {
  metric?: Record<string, unknown>
  product?: Record<string, unknown>
  rate: Record<string, unknown>
}

/** The lines of March for a customer that used so much, by step: `5 × 0 = 0`. */
async function bill({ metric = {}, product = {}, rate }: Sold, used: (number | string)[]) {
  const api = await createTestApi()
  const billable_metric_id = await createMetric(api, {
    aggregation_type: 'SUM',
    aggregation_key: 'n',
    property_filters: [{ name: 'n', exists: true }],
    ...metric,
  })
  const product_id = await createProduct(api, { billable_metric_id, ...product })
  const rate_card_id = await createRateCard(api)
  const starting_at = '2026-03-01T00:00:00Z'
  const body = { rate_card_id, product_id, starting_at, entitled: true, ...rate }
  const added = await api.call('POST', '/v1/contract-pricing/rate-cards/addRate', body)
  expect(added.status).toBe(200)
  const customer = { name: 'Acme', ingest_aliases: ['acme'] }
  const customer_id = await createdId(api, '/v1/customers', customer)
  await createdId(api, '/v1/contracts/create', { customer_id, rate_card_id, starting_at })
  const events = used.map((n, i) => ({
    transaction_id: `t${i}`,
    customer_id: 'acme',
    event_type: 'use',
    timestamp: `2026-03-0${i + 1}T10:00:00Z`,
    properties: { n },
  }))
  expect((await api.call('POST', '/v1/ingest', events)).status).toBe(200)
  const { body: invoices } = await api.call('GET', `/v1/customers/${customer_id}/invoices`)
  const [invoice] = invoices.data
  const lines = (invoice.line_items as Line[])
    .toSorted((a, b) => (a.tier?.level ?? 0) - (b.tier?.level ?? 0))
    .map(({ quantity, unit_price, total }) => `${quantity} × ${unit_price} = ${total}`)
  return { lines, total: invoice.total as number }
}

const TV16 = {
  rate_type: 'TIERED',
  tiers: [{ size: 5, price: 0 }, { size: 5, price: 100 }, { price: 150 }],
}

test.for([
  [[5], ['5 × 0 = 0'], 0],
  [[6], ['5 × 0 = 0', '1 × 100 = 100'], 100],
  [[4, 6], ['5 × 0 = 0', '5 × 100 = 500'], 500],
  [[12], ['5 × 0 = 0', '5 × 100 = 500', '2 × 150 = 300'], 800],
] as const)('TV16: a ladder that the API took prices usage of %j', async ([used, lines, total]) => {
  expect(await bill({ rate: TV16 }, [...used])).toEqual({ lines: [...lines], total })
})

test('TV27: usage is converted and then rounded as the product says', async () => {
  const product = {
    quantity_conversion: { name: 'GB', conversion_factor: 1024, operation: 'DIVIDE' },
    quantity_rounding: { rounding_method: 'ROUND_UP', decimal_places: 0 },
  }
  const rate = { rate_type: 'FLAT', price: 10 }
  expect(await bill({ product, rate }, [1000, 536])).toEqual({ lines: ['2 × 10 = 20'], total: 20 })
})

test('a custom rate charges nothing here', async () => {
  const rate = { rate_type: 'CUSTOM', custom_rate: { plan: 'x' } }
  expect(await bill({ rate }, [7])).toEqual({ lines: [], total: 0 })
})
