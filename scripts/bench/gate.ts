import type Metronome from '@metronome/sdk'
import { EVENTS_PER_BATCH, makeEvent } from './events.ts'
import { TOKEN } from './ingest.ts'
import { httpRequest, runLoad, type LoadResult } from './load.ts'
import { percentile } from './percentile.ts'
import type { BenchServer } from './server.ts'
import { clientOf } from './set-up.ts'

const [STARTING_AT, ENDING_BEFORE] = [0, 2].map(startOfMonth) as [string, string]
const CONNECTIONS = 16
const CUSTOMERS = 100
const EVENT_TYPE = 'gated_call'
const MODELS = ['atlas-large', 'atlas-mini']
/** It pays for all that is asked for, so that every gate holds something. */
const CREDIT = 1_000_000_000

export interface GateFigures {
  requests_per_s: number
  p50_ms: number
  p99_ms: number
}

export interface GateReport {
  one: GateFigures
  hundred: GateFigures
}

/** How many gates are asked for of one customer, and of a hundred; the seconds bound each. */
export interface GateScale {
  count: number
  secondsMax: number
}

/** What a gate takes that is granted and holds something, asked for by several clients at once. */
export async function measureGates(server: BenchServer, scale: GateScale): Promise<GateReport> {
  const { ask } = await setUpGates(server, CUSTOMERS)
  await ask(CUSTOMERS, { count: CUSTOMERS, secondsMax: scale.secondsMax })
  const hundred = await ask(CUSTOMERS, scale)
  const one = await ask(1, scale)
  return { one: figuresOf(one), hundred: figuresOf(hundred) }
}

/** Customers of the production environment, whose tokens are remembered, each with a credit. */
export async function setUpGates(server: BenchServer, customers: number) {
  const client = clientOf(server)
  const rateCardId = await createOffer(client)
  const credit = await client.v1.contracts.products.create({ name: 'Credit', type: 'FIXED' })
  const productId = credit.data.id
  const ids = await Promise.all(
    Array.from({ length: customers }, (_, i) => signUp(client, `gate-${i}`, rateCardId, productId)),
  )
  // Something is metered already.
  const used = ids.map((id) => makeEvent(id, { eventType: EVENT_TYPE }))
  await client.v1.usage.ingest({ usage: used.slice(0, EVENTS_PER_BATCH) })
  const requests = ids.map((id) => gateRequest(id))
  return {
    /** Asks for gates of the first so many customers in turn. */
    ask: (of: number, { count, secondsMax }: GateScale): Promise<LoadResult> => {
      let sent = 0
      return runLoad({
        port: server.port,
        connections: CONNECTIONS,
        next: () => (sent < count ? requests[sent++ % of]! : null),
        secondsMax,
        isGood: ({ status, body }) => status === 200 && body.includes('"allowed":true'),
      })
    },
  }
}

async function createOffer(client: Metronome): Promise<string> {
  const metric = await client.v1.billableMetrics.create({
    name: 'Tokens',
    event_type_filter: { in_values: [EVENT_TYPE] },
    aggregation_type: 'SUM',
    aggregation_key: 'tokens',
    property_filters: ['tokens', 'model'].map((name) => ({ name, exists: true })),
    group_keys: [['model']],
  })
  const product = await client.v1.contracts.products.create({
    name: 'Tokens',
    type: 'USAGE',
    billable_metric_id: metric.data.id,
    pricing_group_key: ['model'],
  })
  const card = await client.v1.contracts.rateCards.create({ name: 'List prices' })
  const rate = { rate_type: 'FLAT' as const, starting_at: STARTING_AT, entitled: true }
  await client.v1.contracts.rateCards.rates.addMany({
    rate_card_id: card.data.id,
    rates: MODELS.map((model) => {
      return {
        ...rate,
        product_id: product.data.id,
        price: 0.0015,
        pricing_group_values: { model },
      }
    }),
  })
  return card.data.id
}

async function signUp(
  client: Metronome,
  alias: string,
  rate_card_id: string,
  product_id: string,
): Promise<string> {
  const created = await client.v1.customers.create({ name: alias, ingest_aliases: [alias] })
  const customer_id = created.data.id
  await client.v1.contracts.create({ customer_id, rate_card_id, starting_at: STARTING_AT })
  await client.v1.customers.credits.create({
    customer_id,
    product_id,
    priority: 1,
    access_schedule: {
      schedule_items: [{ amount: CREDIT, starting_at: STARTING_AT, ending_before: ENDING_BEFORE }],
    },
  })
  return customer_id
}

function gateRequest(customerId: string): Buffer {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
  const properties = { tokens: '1500', model: MODELS[0] }
  const body = JSON.stringify({ events: [{ event_type: EVENT_TYPE, properties }] })
  return httpRequest('POST', `/v1/customers/${customerId}/gate`, headers, body)
}

function figuresOf({ requests, seconds, latenciesMs }: LoadResult): GateFigures {
  return {
    requests_per_s: requests / seconds,
    p50_ms: percentile(latenciesMs, 50),
    p99_ms: percentile(latenciesMs, 99),
  }
}

/** Of the present month, or some months later. */
function startOfMonth(later: number): string {
  const now = new Date()
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + later)).toISOString()
}
