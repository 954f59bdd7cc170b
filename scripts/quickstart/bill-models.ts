import type Metronome from '@metronome/sdk'
import { formatAmount } from './amount.ts'
import { checkInvoices } from './check-invoices.ts'
import { expectedLines } from './expected-lines.ts'
import { generateDeliveries } from './generate-events.ts'
import { MARCH, METRICS, PRICE_CUT, PRICES } from './price-list.ts'
import { readInvoices } from './read-invoice.ts'
import { advanceClock, createSandbox } from './sandbox.ts'
import type { Scenario } from './scenario.ts'
import { sendDeliveries } from './send-deliveries.ts'
import * as setUp from './set-up.ts'

/** A usage invoice is final a day after its period ends. */
const FINAL = '2026-04-02T00:00:00Z'

/**
 * Bills March for a company that sells language models, with the official SDK against a running
 * server, in a sandbox of its own. Every line is then compared with sums made here from the events.
 */
export const billModels: Scenario = async (server, print) => {
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
  const sent = await sendDeliveries(client, deliveries, print, async (day, clock) => {
    if (day % 7 === 6) print(`   ${clock.slice(0, 10)}  ${await showDrafts(client, customers)}`)
  })
  print(`   ${sent.accepted} accepted, ${sent.duplicates} duplicates, ${sent.refused} refused`)

  print(`7  Looking at it`)
  await lookAround(client, metricIds.tokens, customers, print)

  print(`8  The clock moves on to ${FINAL}: the invoices are final`)
  await advanceClock(client, FINAL)
  const expected = customers.map((customer) => ({
    ...customer,
    expected: expectedLines(deliveries, customer),
  }))
  const billed = await checkInvoices(client, expected, print)
  print(`   The sandbox stays; its token is ${sandbox.token}`)
  return { ...sent, ...billed }
}

async function showDrafts(client: Metronome, customers: setUp.SignedCustomer[]): Promise<string> {
  const texts = customers.map(async ({ id, name }) => {
    const [draft] = await readInvoices(client, id, 'DRAFT')
    const prices = draft?.lines.filter(({ values }) => values.includes('output model=atlas-large'))
    const shown = new Set(prices?.map(({ unitPrice }) => formatAmount(unitPrice ?? 0n)))
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
