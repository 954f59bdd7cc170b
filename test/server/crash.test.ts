import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSandbox, type ApiClient } from './api-client.ts'
import { startServer, type TestServer } from './start-server.ts'

const ROUNDS = 4
const WRITERS = 6
const BATCHES_UNTIL_KILL = 25

interface SentEvent {
  transaction_id: string
  customer_id: string
  event_type: string
  timestamp: string
  properties: { millionths: string; amount: string }
}

let server: TestServer
let api: ApiClient
beforeAll(async () => {
  server = await startServer()
  api = await createSandbox(server.url)
})
afterAll(() => server.remove())

test('kill -9 amid ingest loses no acknowledged event and counts none twice', async () => {
  const { data: customer } = (await api.post('/v1/customers', {
    name: 'Acme',
    ingest_aliases: ['acme'],
  })) as Created
  const metrics = {
    count: await createMetric({ aggregation_type: 'COUNT' }),
    sum: await createMetric({ aggregation_type: 'SUM', aggregation_key: 'amount' }),
    unique: await createMetric({ aggregation_type: 'UNIQUE', aggregation_key: 'amount' }),
  }
  const sent: SentEvent[] = []

  for (let round = 0; round < ROUNDS; round += 1) {
    const unknown = await writeUntilKilled(round)
    await server.startAgain()
    // What was not answered may or may not be stored: the client sends it again.
    for (const batch of unknown.batches) expect(await countedOf(batch)).toBe(batch.length)
    sent.push(...unknown.acknowledged, ...unknown.batches.flat())
    expect(await readTotals()).toEqual(totalsOf(sent))
  }

  for (let i = 0; i < sent.length; i += 100) {
    const batch = sent.slice(i, i + 100)
    expect(await ingest(batch)).toEqual({
      accepted: '0',
      duplicates: `${batch.length}`,
      errors: [],
    })
  }
  expect(await readTotals()).toEqual(totalsOf(sent))

  async function createMetric(definition: object): Promise<string> {
    const { data } = (await api.post('/v1/billable-metrics/create', {
      name: JSON.stringify(definition),
      event_type_filter: { in_values: ['call'] },
      property_filters: [{ name: 'amount', exists: true }],
      ...definition,
    })) as Created
    return data.id
  }

  async function readTotals() {
    const hour = 3_600_000
    const end = (Math.floor(Date.now() / hour) + 2) * hour
    const { data } = (await api.post('/v1/usage', {
      customer_ids: [customer.id],
      window_size: 'NONE',
      starting_on: new Date(end - 48 * hour).toISOString().replace(/T.*/, 'T00:00:00Z'),
      ending_before: new Date(end + 24 * hour).toISOString().replace(/T.*/, 'T00:00:00Z'),
    })) as { data: { billable_metric_id: string; value: string }[] }
    const valueOf = (id: string) => data.find((row) => row.billable_metric_id === id)?.value
    return {
      count: valueOf(metrics.count),
      sum: valueOf(metrics.sum),
      unique: valueOf(metrics.unique),
    }
  }
})

interface Created {
  data: { id: string }
}

/** Writers send batch after batch; amid that, the server is killed. */
async function writeUntilKilled(round: number) {
  const acknowledged: SentEvent[] = []
  const batches: SentEvent[][] = []
  let answered = 0
  let isKilled = false
  const write = async (writer: number) => {
    for (let n = 0; !isKilled; n += 1) {
      const batch = makeBatch(`${round}-${writer}-${n}`, 1 + ((n * 7 + writer) % 40))
      const counted = await countedOf(batch).catch((error: unknown) => {
        if (!isKilled) throw error
        batches.push(batch)
      })
      if (counted === undefined) continue
      expect(counted).toBe(batch.length)
      acknowledged.push(...batch)
      answered += 1
      if (answered === BATCHES_UNTIL_KILL * (round + 1)) {
        isKilled = true
        await server.kill()
      }
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)))
  return { acknowledged, batches }
}

function makeBatch(id: string, size: number): SentEvent[] {
  return Array.from({ length: size }, (_, i) => {
    const millionths = 1_000_003 * (i + 1)
    const amount = `${Math.floor(millionths / 1_000_000)}.${String(millionths % 1_000_000).padStart(6, '0')}`
    return {
      transaction_id: `${id}-${i}`,
      customer_id: 'acme',
      event_type: 'call',
      timestamp: new Date().toISOString(),
      properties: { millionths: String(millionths), amount },
    }
  })
}

async function ingest(events: SentEvent[]) {
  const { data } = (await api.post('/v1/ingest', events)) as {
    data: { accepted: string; duplicates: string; errors: unknown[] }
  }
  return data
}

async function countedOf(events: SentEvent[]): Promise<number> {
  const { accepted, duplicates } = await ingest(events)
  return Number(accepted) + Number(duplicates)
}

/** What the three metrics should say, by whole-number arithmetic. */
function totalsOf(events: SentEvent[]) {
  const sum = events.reduce((total, { properties }) => total + BigInt(properties.millionths), 0n)
  const digits = String(sum).padStart(7, '0')
  return {
    count: String(events.length),
    sum: `${digits.slice(0, -6)}.${digits.slice(-6)}`.replace(/\.?0+$/, ''),
    unique: String(new Set(events.map(({ properties }) => properties.amount)).size),
  }
}
