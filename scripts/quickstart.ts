import type Metronome from '@metronome/sdk'
import { parseArgs } from 'node:util'
import { addAmounts, formatAmount } from './quickstart/amount.ts'
import { expectedLines } from './quickstart/expected-lines.ts'
import { generateDeliveries, type Delivery, type UsageEvent } from './quickstart/generate-events.ts'
import { MARCH, METRICS, PRICE_CUT, PRICES } from './quickstart/price-list.ts'
import { compareInvoice, formatInvoice, readInvoices } from './quickstart/read-invoice.ts'
import { advanceClock, createSandbox } from './quickstart/sandbox.ts'
import * as setUp from './quickstart/set-up.ts'

/** The API takes up to this many events in a call. */
const BATCH_EVENTS_MAX = 100
/** A usage invoice is final a day after its period ends. */
const FINAL = '2026-04-02T00:00:00Z'

export interface QuickstartResult {
  accepted: number
  duplicates: number
  refused: number
  /** By customer, in cents with all digits. */
  totals: Record<string, string>
  lines: number
  /** What the invoices show otherwise than the script's own sums; empty if all is right. */
  differences: string[]
}

/**
 * Bills March for a company that sells language models, with the official SDK against a running
 * server, in a sandbox of its own. Every line is then compared with sums made here from the events.
 */
export async function runQuickstart(
  server: { url: string; token: string },
  print: (text: string) => void,
): Promise<QuickstartResult> {
  print(`1  A sandbox of its own, its clock frozen at ${MARCH.start}`)
  const sandbox = await createSandbox(server, { name: 'quickstart', now: MARCH.start })
  const { client } = sandbox

  print(`2  Billable metrics: ${METRICS.map(({ name }) => name).join(', ')}`)
  const metricIds = await setUp.createMetrics(client)
  print(`3  A usage product for each; language models priced by model and direction, shown by team`)
  const productIds = await setUp.createProducts(client, metricIds)
  print(
    `4  A rate card with ${PRICES.length} prices; one of them changes on ${PRICE_CUT.slice(0, 10)}`,
  )
  const cardId = await setUp.createRateCard(client, productIds)
  const customers = await setUp.signContracts(client, cardId)
  print(
    `5  Customers with ingest aliases and contracts: ${customers.map((c) => c.name).join(', ')}`,
  )

  const deliveries = generateDeliveries()
  print(`6  A month of usage, day by day: late, repeated, unmatched and invalid events included`)
  const sent = await sendDeliveries(client, deliveries, customers, print)
  print(`   ${sent.accepted} accepted, ${sent.duplicates} duplicates, ${sent.refused} refused`)

  print(`7  Looking at it`)
  await lookAround(client, metricIds.tokens, customers, print)

  print(`8  The clock moves on to ${FINAL}: the invoices are final`)
  await advanceClock(client, FINAL)
  const billed = await checkInvoices(client, deliveries, customers, print)
  print(`   The sandbox stays; its token is ${sandbox.token}`)
  return { ...sent, ...billed }
}

async function sendDeliveries(
  client: Metronome,
  deliveries: Delivery[],
  customers: setUp.SignedCustomer[],
  print: (text: string) => void,
) {
  const sum = { accepted: 0, duplicates: 0, refused: 0 }
  for (const [day, { clock, events }] of deliveries.entries()) {
    await advanceClock(client, clock)
    for (let i = 0; i < events.length; i += BATCH_EVENTS_MAX) {
      const batch = events.slice(i, i + BATCH_EVENTS_MAX).map(({ event }) => event)
      const report = await ingest(client, batch)
      sum.accepted += report.accepted
      sum.duplicates += report.duplicates
      sum.refused += report.errors.length
      for (const { message } of report.errors) print(`   refused: ${message}`)
    }
    if (day % 7 === 6) print(`   ${clock.slice(0, 10)}  ${await showDrafts(client, customers)}`)
  }
  return sum
}

interface IngestReport {
  accepted: number
  duplicates: number
  errors: { message: string }[]
}

async function ingest(client: Metronome, events: UsageEvent[]): Promise<IngestReport> {
  // The SDK's type has no answer; ours tells what became of each event.
  const response = await client.v1.usage.ingest({ usage: events }).asResponse()
  const { data } = await response.json<{ data: IngestReport }>()
  return data
}

async function showDrafts(client: Metronome, customers: setUp.SignedCustomer[]): Promise<string> {
  const texts = customers.map(async ({ id, name }) => {
    const [draft] = await readInvoices(client, id, 'DRAFT')
    const prices = draft?.lines.filter(({ values }) => values.includes('output model=atlas-large'))
    const shown = new Set(prices?.map(({ unitPrice }) => formatAmount(unitPrice)))
    return `${name} ${formatAmount(draft?.total ?? 0n)} ¢ (large output at ${[...shown].join(' and ')})`
  })
  return (await Promise.all(texts)).join(', ')
}

async function lookAround(
  client: Metronome,
  tokensId: string,
  customers: setUp.SignedCustomer[],
  print: (text: string) => void,
): Promise<void> {
  const [event] = await client.v1.usage.search({ transactionIds: ['globex-1-1'] })
  const metrics = event?.matched_billable_metrics?.map(({ name }) => name).join(', ')
  print(`   event globex-1-1 is ${event?.matched_customer?.name}'s and counts for ${metrics}`)

  const march = { starting_on: MARCH.start, ending_before: MARCH.end, window_size: 'NONE' as const }
  const usage = client.v1.usage.list({ ...march, billable_metrics: [{ id: tokensId }] })
  for await (const row of usage) {
    const name = customers.find(({ id }) => id === row.customer_id)?.name
    print(`   tokens of ${name} in March: ${row.value?.toLocaleString('en')}`)
  }
  const groups = client.v1.usage.listWithGroups({
    ...march,
    customer_id: customers[0]?.id ?? '',
    billable_metric_id: tokensId,
    group_key: ['model', 'direction'],
  })
  for await (const { group, value } of groups) {
    const { model = '', direction = '' } = group ?? {}
    const isPriced = PRICES.some(({ values }) => values?.model === model)
    const note = isPriced ? '' : ' (has no price: metered and not billed)'
    print(`     ${model} ${direction}: ${value?.toLocaleString('en')}${note}`)
  }
}

async function checkInvoices(
  client: Metronome,
  deliveries: Delivery[],
  customers: setUp.SignedCustomer[],
  print: (text: string) => void,
) {
  const totals: Record<string, string> = {}
  const differences: string[] = []
  let lines = 0
  for (const customer of customers) {
    const expected = expectedLines(deliveries, customer)
    const [invoice] = await readInvoices(client, customer.id, 'FINALIZED')
    if (invoice === undefined) {
      differences.push(`${customer.name} has no finalized invoice`)
      continue
    }
    print(`\n   ${customer.name}, ${invoice.status}, invoice ${invoice.id}\n`)
    print(`${formatInvoice(invoice)}\n`)
    const found = compareInvoice(invoice, expected)
    for (const difference of found) differences.push(`${customer.name}: ${difference}`)
    totals[customer.name] = formatAmount(addAmounts(invoice.lines.map(({ total }) => total)))
    lines += invoice.lines.length
    print(
      found.length === 0
        ? `   All ${invoice.lines.length} lines are what the script adds up from the events itself.`
        : found.map((difference) => `   DIFFERENT: ${difference}`).join('\n'),
    )
  }
  return { totals, lines, differences }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      url: { type: 'string', default: 'http://localhost:8787' },
      token: { type: 'string', default: 'tactus_sandbox_local' },
    },
  })
  const { differences } = await runQuickstart(values, console.log)
  if (differences.length > 0) process.exit(1)
}
