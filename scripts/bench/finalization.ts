import Metronome from '@metronome/sdk'
import { createSandbox } from '../quickstart/sandbox.ts'
import { EVENTS_PER_BATCH, ingestRequest, makeEvent } from './events.ts'
import { areAccepted } from './ingest.ts'
import { httpRequest, runLoad } from './load.ts'
import type { BenchServer } from './server.ts'

/** Only a sandbox makes sandboxes. */
const SANDBOX_TOKEN = 'tactus_sandbox_local'
const PERIOD_START = '2026-03-01T00:00:00Z'
const CLOCK = '2026-03-31T00:00:00Z'
/** A day and a bit after the period's end: all invoices of the month are due. */
const DUE = '2026-04-02T01:00:00Z'
const EVENT_TYPE = 'billed_call'
const EVENTS_PER_CUSTOMER = 10
const CONNECTIONS = 16
const SECONDS_MAX = 600
/** So many customers get their events in the same requests. */
const CUSTOMERS_PER_ROUND = EVENTS_PER_BATCH

export interface FinalizationReport {
  /** From the first to the last of a month's invoices, each proven from the stored events. */
  invoices_per_s: number
  customers: number
}

/**
 * What it takes to finalize the month of so many customers, each with a contract and some events of
 * usage in a sandbox of their own, whose clock is moved to when their invoices are due.
 */
export async function measureFinalization(
  server: BenchServer,
  customers: number,
): Promise<FinalizationReport> {
  const outer = { url: server.url, token: SANDBOX_TOKEN }
  const { client, token } = await createSandbox(outer, { name: 'finalization', now: CLOCK })
  await signUp(server, token, await createCard(client), customers)
  await sendUsage(server, token, customers)
  const start = performance.now()
  await passDue(client)
  const seconds = (performance.now() - start) / 1_000
  await expectFinal(client)
  return { invoices_per_s: customers / seconds, customers }
}

async function createCard(client: Metronome): Promise<string> {
  const metric = await client.v1.billableMetrics.create({
    name: 'Tokens',
    aggregation_type: 'SUM',
    aggregation_key: 'tokens',
    event_type_filter: { in_values: [EVENT_TYPE] },
    property_filters: [{ name: 'tokens', exists: true }],
  })
  const product = await client.v1.contracts.products.create({
    name: 'Tokens',
    type: 'USAGE',
    billable_metric_id: metric.data.id,
  })
  const card = await client.v1.contracts.rateCards.create({ name: 'List prices' })
  await client.v1.contracts.rateCards.rates.add({
    rate_card_id: card.data.id,
    product_id: product.data.id,
    starting_at: PERIOD_START,
    entitled: true,
    rate_type: 'FLAT',
    price: 0.0015,
  })
  return card.data.id
}

async function signUp(
  { port }: BenchServer,
  token: string,
  rate_card_id: string,
  customers: number,
): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const path = '/v1/composite/createCustomerWithContract'
  let signed = 0
  const { requests } = await runLoad({
    port,
    connections: CONNECTIONS,
    next: () => {
      if (signed >= customers) return null
      const name = aliasOf(signed++)
      const contract = { rate_card_id, starting_at: PERIOD_START }
      const body = { customer: { name, ingest_aliases: [name] }, contract }
      return httpRequest('POST', path, headers, JSON.stringify(body))
    },
    secondsMax: SECONDS_MAX,
    isGood: ({ status }) => status === 200,
  })
  if (requests < customers) throw new Error(`${customers} customers take too long`)
}

/** Each request has an event of a hundred customers. */
async function sendUsage({ port }: BenchServer, token: string, customers: number): Promise<void> {
  const rounds = Math.ceil(customers / CUSTOMERS_PER_ROUND)
  const batches = rounds * EVENTS_PER_CUSTOMER
  let sent = 0
  await runLoad({
    port,
    connections: CONNECTIONS,
    next: () => {
      if (sent >= batches) return null
      const first = (sent++ % rounds) * CUSTOMERS_PER_ROUND
      const events = Array.from({ length: EVENTS_PER_BATCH }, (_, i) =>
        makeEvent(aliasOf((first + i) % customers), {
          eventType: EVENT_TYPE,
          timestampMs: Date.parse(PERIOD_START) + ((first * 7_919 + i) % 720) * 3_600_000,
        }),
      )
      return ingestRequest(token, events)
    },
    secondsMax: SECONDS_MAX,
    isGood: (response) => areAccepted(response, EVENTS_PER_BATCH),
  })
}

function aliasOf(customer: number): string {
  return `billed-${customer}`
}

/** A call does as much as it may; it is repeated until nothing is left. */
async function passDue(client: Metronome): Promise<void> {
  const endAt = performance.now() + SECONDS_MAX * 1_000
  while (performance.now() < endAt) {
    const { data } = await client.post<{ data: { done: boolean; held_back: unknown[] } }>(
      '/v1/sandboxes/clock',
      { body: { now: DUE }, timeout: SECONDS_MAX * 1_000 },
    )
    if (data.held_back.length > 0) throw new Error('an invoice is held back')
    if (data.done) return
  }
  throw new Error('invoices take too long')
}

/** A look at one of them: it is final, and was proven. */
async function expectFinal(client: Metronome): Promise<void> {
  const { data } = await client.get<{ data: { total: number }[] }>('/v1/invoices?limit=1')
  if (!((data[0]?.total ?? 0) > 0)) throw new Error('no invoice has become final')
}
