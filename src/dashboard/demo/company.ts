/**
 * A company that sells language models, as plain data: what it counts, sells and charges, and who
 * buys it. Prices and amounts are in US cents.
 */

export interface DemoCustomer {
  name: string
  alias: string
  /** What it uses on a working day: tokens in thousands by model, and requests. */
  daily: {
    'gpt-5': number
    'gpt-5-mini': number
    requests: number
    gigabytes: number
    users: number
  }
}

export const METRICS = {
  tokens: {
    name: 'Tokens',
    aggregation_type: 'SUM',
    aggregation_key: 'tokens',
    event_type_filter: { in_values: ['completion'] },
    property_filters: ['model', 'direction', 'tokens'].map((name) => ({ name, exists: true })),
    group_keys: [['model', 'direction'], ['model']],
  },
  requests: {
    name: 'API requests',
    aggregation_type: 'COUNT',
    event_type_filter: { in_values: ['api_request'] },
  },
  storage: {
    name: 'Peak storage (GB)',
    aggregation_type: 'MAX',
    aggregation_key: 'gigabytes',
    event_type_filter: { in_values: ['storage_snapshot'] },
    property_filters: [{ name: 'gigabytes', exists: true }],
  },
  users: {
    name: 'Active users',
    aggregation_type: 'UNIQUE',
    aggregation_key: 'user_id',
    event_type_filter: { in_values: ['completion'] },
    property_filters: [{ name: 'user_id', exists: true }],
  },
} as const

export type MetricKey = keyof typeof METRICS

export const USAGE_PRODUCTS: Record<MetricKey, object> = {
  tokens: {
    name: 'Language models, 1M tokens',
    pricing_group_key: ['model', 'direction'],
    quantity_conversion: { conversion_factor: 1_000_000, operation: 'DIVIDE' },
    tags: ['models'],
  },
  requests: { name: 'API requests' },
  storage: { name: 'Storage, peak GB' },
  users: { name: 'Active users' },
}

export const FIXED_PRODUCTS = {
  commitment: 'Prepaid commitment',
  credit: 'Promotional credit',
  onboarding: 'Onboarding',
} as const

export const CARD_ALIAS = 'list-prices'

/** For a million tokens. */
export const TOKEN_PRICES = [
  { model: 'gpt-5', direction: 'input', price: 125 },
  { model: 'gpt-5', direction: 'output', price: 1000 },
  { model: 'gpt-5-mini', direction: 'input', price: 25 },
  { model: 'gpt-5-mini', direction: 'output', price: 200 },
]
export const REQUEST_TIERS = [{ size: 100, price: 0 }, { size: 400, price: 5 }, { price: 2 }]
export const STORAGE_PRICE = 2.3
export const USER_PRICE = 900

export const CUSTOMERS: readonly DemoCustomer[] = [
  {
    name: 'Northwind Robotics',
    alias: 'northwind',
    daily: { 'gpt-5': 38_000, 'gpt-5-mini': 160_000, requests: 9, gigabytes: 420, users: 9 },
  },
  {
    name: 'Helios Health',
    alias: 'helios',
    daily: { 'gpt-5': 52_000, 'gpt-5-mini': 40_000, requests: 4, gigabytes: 1_250, users: 6 },
  },
  {
    name: 'Kestrel Games',
    alias: 'kestrel',
    daily: { 'gpt-5': 9_000, 'gpt-5-mini': 310_000, requests: 12, gigabytes: 90, users: 14 },
  },
  {
    name: 'Juniper Studio',
    alias: 'juniper',
    daily: { 'gpt-5': 2_400, 'gpt-5-mini': 11_000, requests: 2, gigabytes: 35, users: 3 },
  },
]
