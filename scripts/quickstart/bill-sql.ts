import Metronome from '@metronome/sdk'
import { checkInvoices } from './check-invoices.ts'
import { MARCH } from './price-list.ts'
import { formatInvoice, readInvoices } from './read-invoice.ts'
import { advanceClock, createSandbox } from './sandbox.ts'
import type { Scenario } from './scenario.ts'
import { sendDeliveries } from './send-deliveries.ts'
import { generateSqlDeliveries } from './sql-events.ts'
import { expectedSqlLines } from './sql-expected.ts'
import { CUSTOMER, REFUSED_SQL, SQL_METRICS, TOKENS_CUT, USERS_SWAP } from './sql-metrics.ts'
import * as setUp from './sql-set-up.ts'

/** A usage invoice is final a day after its period ends. */
const FINAL = '2026-04-02T00:00:00Z'
/** In the evening of the 16th, on whose morning the metric changed, the draft is looked at. */
const LOOK_DAY = 15

/**
 * Bills March by metrics in SQL: an average of daily peaks, a percentile, weights and unique users,
 * one of the metrics being replaced by another within the month. Every line is then compared with
 * sums made here from the events.
 */
export const billSql: Scenario = async (server, print) => {
  print(`1  A sandbox of its own, its clock frozen at ${MARCH.start}`)
  const sandbox = await createSandbox(server, { name: 'quickstart-sql', now: MARCH.start })
  const { client } = sandbox

  print(`2  What SQL is refused, and why`)
  for (const query of REFUSED_SQL) print(`   ${query.name}\n     ${await refusal(client, query)}`)

  print(
    `3  Metrics: ${Object.values(SQL_METRICS)
      .map(({ name }) => name)
      .join('; ')}`,
  )
  const metricIds = await setUp.createSqlMetrics(client)
  print(`4  Products priced and shown by columns of the results, a rate card, a contract`)
  const productIds = await setUp.createSqlProducts(client, metricIds)
  const customerId = await setUp.signSqlContract(client, productIds)
  print(`   tokens of the larger model are cheaper from ${TOKENS_CUT}`)
  await setUp.swapUsersMetric(client, productIds, metricIds)
  print(`   from ${USERS_SWAP} only users who came back count: another metric, the same product`)

  const deliveries = generateSqlDeliveries()
  print(`5  A month of usage: late events, repeated ones, and values that are no numbers`)
  const sent = await sendDeliveries(client, deliveries, print, async (day, clock) => {
    if (day !== LOOK_DAY) return
    print(`   ${clock}`)
    await previewMetrics(client, customerId, print)
    const [draft] = await readInvoices(client, customerId, 'DRAFT')
    if (draft !== undefined) print(`   The draft so far\n\n${formatInvoice(draft)}\n`)
  })
  print(`   ${sent.accepted} accepted, ${sent.duplicates} duplicates, ${sent.refused} refused`)

  print(`6  The clock moves on to ${FINAL}: the invoice is final`)
  await advanceClock(client, FINAL)
  const expected = expectedSqlLines(deliveries)
  const customers = [{ id: customerId, name: CUSTOMER.name, expected }]
  const billed = await checkInvoices(client, customers, print)
  print(`   The sandbox stays; its token is ${sandbox.token}`)
  return { ...sent, ...billed }
}

/** The server's words on a query that it does not take. */
async function refusal(client: Metronome, query: { name: string; sql: string }): Promise<string> {
  try {
    await client.v1.billableMetrics.create(query)
  } catch (error) {
    if (!(error instanceof Metronome.BadRequestError)) throw error
    return (error.error as { message: string }).message
  }
  throw new Error(`the server accepts: ${query.sql}`)
}

interface Preview {
  rows: Record<string, unknown>[]
  execution: string
  events_read: number
  warnings: string[]
}

async function previewMetrics(
  client: Metronome,
  customerId: string,
  print: (text: string) => void,
): Promise<void> {
  for (const { name, sql } of [SQL_METRICS.tokens, SQL_METRICS.bandwidth]) {
    const { data } = await client.post<{ data: Preview }>('/v1/billable-metrics/preview', {
      body: { sql, customer_id: customerId, starting_on: MARCH.start },
    })
    print(`   Preview of "${name}": ${data.events_read} events read, ${data.execution}`)
    for (const row of data.rows) print(`     ${JSON.stringify(row)}`)
    for (const warning of data.warnings) print(`     warning: ${warning}`)
  }
}
