import { expect } from 'vitest'
import type { TestApi } from './api.ts'

/** Calls a creating route and returns the id that it answers. */
export async function createdId({ call }: TestApi, path: string, body: unknown): Promise<string> {
  const answer = await call('POST', path, body)
  expect(answer).toMatchObject({ status: 200 })
  return answer.body.data.id
}

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
  const rateCardId = await createdId(api, '/v1/contract-pricing/rate-cards/create', { name: 'List' })
  await addRate(api, { rateCardId, productId, values: { model: 'm1' }, price: 2 })
  await addRate(api, { rateCardId, productId, values: { model: 'm2' }, price: 3 })
  const customerId = await createdId(api, '/v1/customers', { name: 'Acme', ingest_aliases: ['acme'] })
  return { metricId, productId, rateCardId, customerId }
}

export async function addRate(
  { call }: TestApi,
  rate: {
    rateCardId: string
    productId: string
    values?: Record<string, string>
    price: number
    startingAt?: string
  },
): Promise<void> {
  const answer = await call('POST', '/v1/contract-pricing/rate-cards/addRate', {
    rate_card_id: rate.rateCardId,
    product_id: rate.productId,
    pricing_group_values: rate.values,
    rate_type: 'FLAT',
    price: rate.price,
    entitled: true,
    starting_at: rate.startingAt ?? '2026-01-01T00:00:00Z',
  })
  expect(answer).toMatchObject({ status: 200 })
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
