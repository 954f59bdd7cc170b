import { createSandbox, type ApiClient } from './api-client.ts'

const NOW = '2026-03-20T12:00:00Z'
const STARTING_AT = '2026-03-01T00:00:00Z'
const ENDING_BEFORE = '2026-04-01T00:00:00Z'
const HOLD_SECONDS = 3_600
const AFTER_HOLDS = '2026-03-20T13:00:00Z'
/** Thousandths of a cent. */
const PRICE = 3

/** A customer with one credit; usage is counted in units that cost three thousandths of a cent. */
export interface GateCustomer {
  /** @returns the hold, null where it is not allowed; the clock stands still, so it does not end */
  ask: (units: number, key?: string) => Promise<string | null>
  /** Whether it would be allowed; nothing is held. */
  isAllowed: (units: number) => Promise<boolean>
  settle: (hold: string, units: number) => Promise<unknown>
  release: (hold: string) => Promise<unknown>
  /** Ingests usage that no gate was asked for. */
  use: (transactionId: string, units: number) => Promise<unknown>
  /** What the credit has left by what was ingested; in cents. */
  readBalance: () => Promise<string>
  /** Moves the clock behind the end of all holds. */
  expireHolds: () => Promise<unknown>
}

/** @param units what the credit pays for */
export async function createGateCustomer(url: string, units: number): Promise<GateCustomer> {
  const api = await createSandbox(url, NOW)
  const customer_id = await signUp(api, units)
  const path = `/v1/customers/${customer_id}/gate`
  const event = (n: number) => ({ event_type: 'call', properties: { units: String(n) } })
  const ask = async (n: number, hold_seconds: number, key?: string) => {
    const headers = key === undefined ? undefined : { 'idempotency-key': key }
    const body = { events: [event(n)], hold_seconds }
    const { data } = (await api.post(path, body, headers)) as {
      data: { allowed: boolean; hold_id: string | null }
    }
    return data
  }
  return {
    ask: async (n, key) => (await ask(n, HOLD_SECONDS, key)).hold_id,
    isAllowed: async (n) => (await ask(n, 0)).allowed,
    settle: (hold, n) => api.post(`${path}/${hold}/settle`, { events: [event(n)] }),
    release: (hold) => api.post(`${path}/${hold}/release`),
    use: (transaction_id, n) => {
      const named = { transaction_id, customer_id: 'acme', timestamp: NOW }
      return api.post('/v1/ingest', [{ ...named, ...event(n) }])
    },
    readBalance: async () => {
      const net = '/v1/contracts/customerBalances/getNetBalance'
      const { data } = (await api.post(net, { customer_id })) as { data: { balance: string } }
      return data.balance
    },
    expireHolds: () => api.post('/v1/sandboxes/clock', { now: AFTER_HOLDS }),
  }
}

/** What some units cost, in cents, as the API writes it. */
export function costOf(units: number): string {
  return String((units * PRICE) / 1_000)
}

async function signUp(api: ApiClient, units: number): Promise<string> {
  const create = async (path: string, body: object) =>
    ((await api.post(path, body)) as { data: { id: string } }).data.id
  const customer_id = await create('/v1/customers', { name: 'Acme', ingest_aliases: ['acme'] })
  const billable_metric_id = await create('/v1/billable-metrics/create', {
    name: 'Units',
    aggregation_type: 'SUM',
    aggregation_key: 'units',
    event_type_filter: { in_values: ['call'] },
    property_filters: [{ name: 'units', exists: true }],
  })
  const products = '/v1/contract-pricing/products/create'
  const usage = { name: 'Calls', type: 'USAGE', billable_metric_id }
  const product_id = await create(products, usage)
  const rate_card_id = await create('/v1/contract-pricing/rate-cards/create', { name: 'List' })
  const starting_at = STARTING_AT
  const rate = { product_id, rate_type: 'FLAT', price: Number(costOf(1)), entitled: true }
  await api.post('/v1/contract-pricing/rate-cards/addRates', {
    rate_card_id,
    rates: [{ ...rate, starting_at }],
  })
  await create('/v1/contracts/create', { customer_id, rate_card_id, starting_at })
  const item = { amount: Number(costOf(units)), starting_at, ending_before: ENDING_BEFORE }
  await create('/v1/contracts/customerCredits/create', {
    customer_id,
    priority: 1,
    product_id: await create(products, { name: 'Credit', type: 'FIXED' }),
    access_schedule: { schedule_items: [item] },
  })
  return customer_id
}
