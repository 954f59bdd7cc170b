import type { TestApi } from './api.ts'
import { addRate, createdId } from './catalog.ts'

export interface Offering {
  metricId: string
  productId: string
  rateCardId: string
  customerId: string
}

/**
 * What a test of usage and invoices starts from: a SUM metric over `tokens` of `completion` events,
 * grouped by model and by model and team; a product priced by model and presented by team, at 2
 * cents for `m1` and 3 for `m2`; and a customer with the alias `acme`.
 */
export async function createOffering(api: TestApi): Promise<Offering> {
  const metricId = await createdId(api, '/v1/billable-metrics/create', {
    name: 'Tokens',
    aggregation_type: 'SUM',
    aggregation_key: 'tokens',
    event_type_filter: { in_values: ['completion'] },
    property_filters: [
      { name: 'tokens', exists: true },
      { name: 'model', exists: true },
      { name: 'team', exists: true },
    ],
    group_keys: [['model'], ['model', 'team']],
  })
  const productId = await createdId(api, '/v1/contract-pricing/products/create', {
    name: 'Completions',
    type: 'USAGE',
    billable_metric_id: metricId,
    pricing_group_key: ['model'],
    presentation_group_key: ['team'],
  })
  const rateCardId = await createdId(api, '/v1/contract-pricing/rate-cards/create', {
    name: 'List',
  })
  for (const [model, price] of Object.entries({ m1: 2, m2: 3 })) {
    await addRate(api, {
      rate_card_id: rateCardId,
      product_id: productId,
      pricing_group_values: { model },
      starting_at: '2026-01-01T00:00:00Z',
      price,
    })
  }
  const customerId = await createdId(api, '/v1/customers', {
    name: 'Acme',
    ingest_aliases: ['acme'],
  })
  return { metricId, productId, rateCardId, customerId }
}

/** A `completion` event of the offering's customer. */
export function completion(
  transactionId: string,
  timestamp: string,
  properties: Record<string, unknown> = {},
) {
  return {
    transaction_id: transactionId,
    customer_id: 'acme',
    event_type: 'completion',
    timestamp,
    properties: { tokens: 1, model: 'm1', team: 'red', ...properties },
  }
}
