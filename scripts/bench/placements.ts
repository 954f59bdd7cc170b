import { sendBatches, TOKEN, type Amount, type IngestRun } from './ingest.ts'
import { startServer, type BenchServer } from './server.ts'
import { setUpIngest } from './set-up.ts'

/** Batches of one customer, in each way in which its events can be placed. */
export interface Placements {
  /** In the meter that all customers share. */
  shared: IngestRun
  /** In one meter of its own. */
  dedicated: IngestRun
  /** Spread over four of them: each batch goes to all four. */
  split4: IngestRun
}

/** Gives one customer after the other other meters; in a server of its own. */
export async function measurePlacements(warmUp: Amount, amount: Amount): Promise<Placements> {
  const server = await startServer()
  const { aliases, customerId } = await setUpIngest(server)
  const customer = aliases.slice(0, 1)
  const measure = async () => {
    await sendBatches(server, customer, warmUp)
    return sendBatches(server, customer, amount)
  }
  const shared = await measure()
  await place(server, customerId, 1)
  const dedicated = await measure()
  await place(server, customerId, 4)
  const split4 = await measure()
  await server.kill()
  return { shared, dedicated, split4 }
}

async function place({ url }: BenchServer, customerId: string, meters: number): Promise<void> {
  const response = await fetch(`${url}/v1/customers/${customerId}/placement`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ meters }),
  })
  if (!response.ok) throw new Error(`placement: ${response.status} ${await response.text()}`)
}
