import {
  CARD_ALIAS,
  CUSTOMERS,
  FIXED_PRODUCTS,
  METRICS,
  REQUEST_TIERS,
  STORAGE_PRICE,
  TOKEN_PRICES,
  USAGE_PRODUCTS,
  USER_PRICE,
} from './company.ts'
import type { DemoApi } from './demo-api.ts'
import { contractOf } from './demo-contracts.ts'
import { eventsOf, mistypedEvent, type DemoEvent } from './demo-events.ts'
import type { DemoTimes } from './demo-times.ts'

/** How far it is, in steps of about the same size. */
export interface Made {
  done: number
  of: number
  /** What is being made. */
  what: string
}

const BATCH = 100
/** A move of the clock is repeated while it has work left; more often, something is stuck. */
const MOVES_MAX = 200

type Created = { data: { id: string } }

interface Building {
  onProgress?: (made: Made) => void
  /** It was begun before, and the clock has moved into this month: last month is billed. */
  isBilled?: boolean
}

/**
 * Makes the company in a sandbox whose clock stands at the start of the present month: last month
 * is over and about to be billed, then the clock moves into this one. Begun anew where it was left,
 * it makes nothing twice.
 */
export async function buildCompany(
  api: DemoApi,
  times: DemoTimes,
  { onProgress = () => {}, isBilled = false }: Building = {},
): Promise<void> {
  const lastMonth = isBilled ? [] : batchesOf(times.lastMonthMs, times.monthMs)
  const thisMonth = batchesOf(times.monthMs, times.nowMs)
  const of = lastMonth.length + thisMonth.length + 6
  let done = 0
  const step = (what: string) => onProgress({ done: done++, of, what })
  step('Metrics and products')
  const products = await createProducts(api)
  step('Prices')
  await createCard(api, products, times)
  step('Customers and contracts')
  await signCustomers(api, products, times)
  for (const batch of lastMonth) {
    step('Last month’s usage')
    await api.post('/v1/ingest', batch)
  }
  step('Last month’s invoices')
  await moveClock(api, new Date(times.nowMs).toISOString())
  for (const batch of thisMonth) {
    step('This month’s usage')
    await api.post('/v1/ingest', batch)
  }
  step('One mistyped event')
  await api.post('/v1/ingest', [mistypedEvent(new Date(times.nowMs).toISOString())])
  step('Done')
}

function batchesOf(startMs: number, endMs: number): DemoEvent[][] {
  const events = CUSTOMERS.flatMap((customer) => eventsOf(customer, startMs, endMs))
  const count = Math.ceil(events.length / BATCH)
  return Array.from({ length: count }, (_, i) => events.slice(i * BATCH, (i + 1) * BATCH))
}

type ProductKey = keyof typeof METRICS | keyof typeof FIXED_PRODUCTS

async function createProducts(api: DemoApi): Promise<Record<ProductKey, string>> {
  const ids: Record<string, string> = {}
  const create = async (key: string, product: object) => {
    ids[key] = await createIn(api, '/v1/contract-pricing/products/create', product)
  }
  for (const [key, metric] of Object.entries(METRICS)) {
    const billable_metric_id = await createIn(api, '/v1/billable-metrics/create', metric)
    const product = USAGE_PRODUCTS[key as keyof typeof METRICS]
    await create(key, { ...product, type: 'USAGE', billable_metric_id })
  }
  for (const [key, name] of Object.entries(FIXED_PRODUCTS))
    await create(key, { name, type: 'FIXED' })
  return ids
}

interface Named {
  name?: string
  uniqueness_key?: string
}

/** What is made goes by its name, or by that of the contract. */
function onceOf(path: string, body: object): string {
  const { name = '', uniqueness_key: key = name } = body as Named
  return `demo ${path} ${key}`
}

async function createIn(api: DemoApi, path: string, body: object): Promise<string> {
  return (await api.post<Created>(path, body, onceOf(path, body))).data.id
}

async function createCard(
  api: DemoApi,
  products: Record<ProductKey, string>,
  { lastMonthMs }: DemoTimes,
): Promise<void> {
  const rate_card_id = await createIn(api, '/v1/contract-pricing/rate-cards/create', {
    name: 'List prices',
    description: 'What everyone pays who has nothing else agreed.',
    aliases: [{ name: CARD_ALIAS }],
  })
  const common = { entitled: true, starting_at: new Date(lastMonthMs).toISOString() }
  const flat = { ...common, rate_type: 'FLAT' }
  const rates = [
    ...TOKEN_PRICES.map(({ price, ...pricing_group_values }) => ({
      ...flat,
      product_id: products.tokens,
      pricing_group_values,
      price,
    })),
    { ...common, product_id: products.requests, rate_type: 'TIERED', tiers: REQUEST_TIERS },
    { ...flat, product_id: products.storage, price: STORAGE_PRICE },
    { ...flat, product_id: products.users, price: USER_PRICE },
  ]
  const path = '/v1/contract-pricing/rate-cards/addRates'
  await api.post(path, { rate_card_id, rates }, onceOf(path, {}))
}

async function signCustomers(
  api: DemoApi,
  products: Record<ProductKey, string>,
  { lastMonthMs, endsMs }: DemoTimes,
): Promise<void> {
  const [startsAt, endsAt] = [lastMonthMs, endsMs].map((ms) => new Date(ms).toISOString())
  if (startsAt === undefined || endsAt === undefined) return
  for (const { name, alias } of CUSTOMERS) {
    const customerId = await createIn(api, '/v1/customers', { name, ingest_aliases: [alias] })
    const contract = contractOf(alias, { customerId, startsAt, endsAt, products })
    await createIn(api, '/v1/contracts/create', contract)
  }
}

async function moveClock(api: DemoApi, now: string): Promise<void> {
  for (let i = 0; i < MOVES_MAX; i += 1) {
    const { data } = await api.post<{ data: { done: boolean } }>('/v1/sandboxes/clock', { now })
    if (data.done) return
  }
  throw new Error('The clock did not arrive.')
}
