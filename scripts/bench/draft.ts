import { createSandbox } from '../quickstart/sandbox.ts'
import type Metronome from '@metronome/sdk'
import { EVENTS_PER_BATCH, ingestRequest, makeEvent, type BenchEvent } from './events.ts'
import { areAccepted } from './ingest.ts'
import { httpRequest, runLoad } from './load.ts'
import { percentile } from './percentile.ts'
import type { BenchServer } from './server.ts'

const PERIOD_START = '2026-03-01T00:00:00Z'
const PERIOD_END = '2026-04-01T00:00:00Z'
/** The clock stands before the period's end: the invoice is a draft. */
const NOW = '2026-03-31T00:00:00Z'
const HOUR_MS = 3_600_000
const MODELS = ['atlas-large', 'atlas-mini']
const SUMS = 4
const PRODUCTS = 10
/** An hour has so many cells: sums by two models, the other products by nothing. */
const CELLS_PER_HOUR = SUMS * MODELS.length + PRODUCTS - SUMS
/**
 * The events of every size fall into the same cells, of 30 days: the sizes differ by events alone.
 */
const CELLS = 10_000
const CONNECTIONS = 16
const LOAD_SECONDS_MAX = 240

export interface DraftBench {
  /** The p50 of reading the draft of a customer with so many events, and credits that pay for them. */
  measure: (size: { events: number; balances: number }, requests: Requests) => Promise<number>
}

/** How often something is read; the seconds bound it. */
interface Requests {
  count: number
  secondsMax: number
}

/** A sandbox with ten products on a rate card, where customers of any size can be added. */
export async function setUpDrafts(server: BenchServer): Promise<DraftBench> {
  const outer = { url: server.url, token: 'tactus_sandbox_local' }
  const { client, token } = await createSandbox(outer, { name: 'bench', now: NOW })
  const rateCardId = await createRateCard(client, await createProducts(client))
  return {
    measure: async ({ events, balances }, requests) => {
      const alias = `customer-${events}-${balances}`
      const customer = await client.v1.customers.create({ name: alias, ingest_aliases: [alias] })
      const customerId = customer.data.id
      await client.v1.contracts.create({
        customer_id: customerId,
        rate_card_id: rateCardId,
        starting_at: PERIOD_START,
      })
      await createCredits(client, customerId, balances)
      await sendMonth(server, token, alias, events)
      const path = await findDraft(client, customerId)
      return measureGet(server, token, path, requests)
    },
  }
}

async function createProducts(client: Metronome): Promise<string[]> {
  const ids: string[] = []
  for (let product = 0; product < PRODUCTS; product++) {
    const isSum = product < SUMS
    const metric = await client.v1.billableMetrics.create({
      name: `Metric ${product}`,
      event_type_filter: { in_values: [eventType(product)] },
      ...(isSum
        ? {
            aggregation_type: 'SUM',
            aggregation_key: 'tokens',
            property_filters: ['tokens', 'model'].map((name) => ({ name, exists: true })),
            group_keys: [['model']],
          }
        : { aggregation_type: 'COUNT' }),
    })
    const { data } = await client.v1.contracts.products.create({
      name: `Product ${product}`,
      type: 'USAGE',
      billable_metric_id: metric.data.id,
      pricing_group_key: isSum ? ['model'] : undefined,
    })
    ids.push(data.id)
  }
  return ids
}

async function createRateCard(client: Metronome, productIds: string[]): Promise<string> {
  const card = await client.v1.contracts.rateCards.create({ name: 'List prices' })
  const rate = { rate_type: 'FLAT' as const, starting_at: PERIOD_START, entitled: true }
  await client.v1.contracts.rateCards.rates.addMany({
    rate_card_id: card.data.id,
    rates: productIds.flatMap((product_id, product) =>
      product < SUMS
        ? MODELS.map((model) => {
            return { ...rate, product_id, price: 0.0015, pricing_group_values: { model } }
          })
        : [{ ...rate, product_id, price: 2 }],
    ),
  })
  return card.data.id
}

/** So small that each of them pays for a part of the month. */
async function createCredits(client: Metronome, customer_id: string, count: number): Promise<void> {
  if (count === 0) return
  const product = await client.v1.contracts.products.create({ name: 'Credit', type: 'FIXED' })
  for (let priority = 1; priority <= count; priority++) {
    await client.v1.customers.credits.create({
      customer_id,
      product_id: product.data.id,
      priority,
      access_schedule: {
        schedule_items: [{ amount: 500, starting_at: PERIOD_START, ending_before: PERIOD_END }],
      },
    })
  }
}

async function sendMonth(
  { port }: BenchServer,
  token: string,
  alias: string,
  events: number,
): Promise<void> {
  let sent = 0
  const { requests } = await runLoad({
    port,
    connections: CONNECTIONS,
    next: () => {
      if (sent >= events) return null
      const first = sent
      sent += EVENTS_PER_BATCH
      const batch = Array.from({ length: EVENTS_PER_BATCH }, (_, i) => monthEvent(alias, first + i))
      return ingestRequest(token, batch)
    },
    secondsMax: LOAD_SECONDS_MAX,
    isGood: (response) => areAccepted(response, EVENTS_PER_BATCH),
  })
  if (requests * EVENTS_PER_BATCH < events) throw new Error(`${events} events take too long`)
}

/** The event with this number falls into the cell with this number, modulo `CELLS`. */
function monthEvent(alias: string, number: number): BenchEvent {
  const cell = number % CELLS
  const hourMs = Date.parse(PERIOD_START) + Math.floor(cell / CELLS_PER_HOUR) * HOUR_MS
  const kind = cell % CELLS_PER_HOUR
  const sums = SUMS * MODELS.length
  const product = kind < sums ? kind % SUMS : kind - sums + SUMS
  const event = makeEvent(alias, {
    eventType: eventType(product),
    timestampMs: hourMs + ((number * 7_919) % HOUR_MS),
  })
  if (kind < sums) event.properties.model = MODELS[Math.floor(kind / SUMS)]!
  return event
}

function eventType(product: number): string {
  return `usage_of_product_${product}`
}

/** The path of the customer's draft, after a look at it. */
async function findDraft(client: Metronome, customerId: string): Promise<string> {
  const drafts = client.v1.customers.invoices.list({ customer_id: customerId, status: 'DRAFT' })
  for await (const { id, line_items } of drafts) {
    const products = new Set(line_items.map(({ product_id }) => product_id))
    if (products.size === PRODUCTS) return `/v1/customers/${customerId}/invoices/${id}`
  }
  throw new Error(`no draft bills all ${PRODUCTS} products`)
}

async function measureGet(
  { port }: BenchServer,
  token: string,
  path: string,
  { count, secondsMax }: Requests,
): Promise<number> {
  const request = httpRequest('GET', path, { authorization: `Bearer ${token}` })
  let left = count
  const { latenciesMs } = await runLoad({
    port,
    connections: 1,
    next: () => (left-- > 0 ? request : null),
    secondsMax,
    isGood: ({ status }) => status === 200,
  })
  return percentile(latenciesMs, 50)
}
