import type { BillableMetricCreateParams } from '@metronome/sdk/resources/v1/billable-metrics'

/** What the company of the quickstart sells, to whom, and for how much. Prices are in US cents. */

export const MARCH = { start: '2026-03-01T00:00:00Z', end: '2026-04-01T00:00:00Z' }
/** From here on the larger model's output is cheaper. */
export const PRICE_CUT = '2026-03-16T00:00:00Z'
const CARD_START = '2026-01-01T00:00:00Z'

export const CUSTOMERS = [
  { name: 'Acme Robotics', aliases: ['acme', 'acme-eu'], teams: ['research', 'support', 'sales'] },
  { name: 'Globex Health', aliases: ['globex'], teams: ['triage', 'billing'] },
]
export type Customer = (typeof CUSTOMERS)[number]

export type MetricKey = 'tokens' | 'requests' | 'storage' | 'users'

export const METRICS: (BillableMetricCreateParams & { key: MetricKey })[] = [
  {
    key: 'tokens',
    name: 'Tokens',
    aggregation_type: 'SUM',
    aggregation_key: 'tokens',
    event_type_filter: { in_values: ['completion'] },
    property_filters: ['model', 'direction', 'tokens', 'team'].map((name) => ({
      name,
      exists: true,
    })),
    group_keys: [
      ['model', 'direction'],
      ['model', 'direction', 'team'],
    ],
  },
  {
    key: 'requests',
    name: 'API requests',
    aggregation_type: 'COUNT',
    event_type_filter: { in_values: ['api_request'] },
  },
  {
    key: 'storage',
    name: 'Peak storage (GB)',
    aggregation_type: 'MAX',
    aggregation_key: 'gigabytes',
    event_type_filter: { in_values: ['storage_snapshot'] },
    property_filters: [{ name: 'gigabytes', exists: true }],
  },
  {
    key: 'users',
    name: 'Active users',
    aggregation_type: 'UNIQUE',
    aggregation_key: 'user_id',
    event_type_filter: { in_values: ['completion'] },
    property_filters: [{ name: 'user_id', exists: true }],
  },
]

/** One product for each metric; only tokens have a price for each model and direction. */
export const PRODUCTS: Record<MetricKey, { name: string; pricing?: string[]; shown?: string[] }> = {
  tokens: { name: 'Language models', pricing: ['model', 'direction'], shown: ['team'] },
  requests: { name: 'API requests' },
  storage: { name: 'Storage, peak GB' },
  users: { name: 'Active users' },
}

export interface Price {
  product: MetricKey
  values?: { model: string; direction: string }
  cents: string
  startingAt: string
}

export const PRICES: Price[] = [
  tokenPrice('atlas-large', 'input', '0.0003'),
  tokenPrice('atlas-large', 'output', '0.0015'),
  { ...tokenPrice('atlas-large', 'output', '0.0012'), startingAt: PRICE_CUT },
  tokenPrice('atlas-mini', 'input', '0.000015'),
  tokenPrice('atlas-mini', 'output', '0.00006'),
  { product: 'requests', cents: '0.02', startingAt: CARD_START },
  { product: 'storage', cents: '2.3', startingAt: CARD_START },
  { product: 'users', cents: '150', startingAt: CARD_START },
]

function tokenPrice(model: string, direction: string, cents: string): Price {
  return { product: 'tokens', values: { model, direction }, cents, startingAt: CARD_START }
}
