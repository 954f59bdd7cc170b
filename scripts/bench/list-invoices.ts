import { DatabaseSync } from 'node:sqlite'
import { findDatabase, idOf } from './shared-database.ts'
import { TOKEN } from './ingest.ts'
import { httpRequest, runLoad } from './load.ts'
import { percentile } from './percentile.ts'
import { startServer } from './server.ts'

const CUSTOMERS = 10_000
const MONTH_MS = 2_629_800_000
const FIRST_MS = Date.UTC(2018, 0, 1)

/**
 * The p50 of a page of the list of all invoices, among so many. Their rows are written straight
 * into the database: the list reads nothing else.
 */
export async function measureListInvoices(rows: number, requests: number): Promise<number> {
  const first = await startServer()
  await first.kill()
  fillIndex(first.state, rows)
  const server = await startServer(first.state)
  try {
    const path = '/v1/invoices?limit=100&sort=date_desc'
    const request = httpRequest('GET', path, { authorization: `Bearer ${TOKEN}` })
    let left = requests
    const { latenciesMs } = await runLoad({
      port: server.port,
      connections: 1,
      next: () => (left-- > 0 ? request : null),
      secondsMax: 30,
      isGood: ({ status, body }) => status === 200 && body.includes('"next_page":"'),
    })
    return percentile(latenciesMs, 50)
  } finally {
    await server.kill()
  }
}

function fillIndex(state: string, rows: number): void {
  const database = new DatabaseSync(findDatabase(state))
  const { environment_id: environmentId } = database
    .prepare(`SELECT environment_id FROM api_tokens JOIN environments ON environments.id =
      environment_id WHERE kind = 'PRODUCTION' LIMIT 1`)
    .get() as { environment_id: string }
  const insert = database.prepare(`INSERT INTO invoices (id, environment_id, customer_id,
    contract_id, type, status, period_start, period_end, issued_at, finalized_at,
    credit_type_id, total) VALUES (?, ?, ?, ?, 'USAGE', 'FINALIZED', ?, ?, ?, ?, ?, ?)`)
  const unit = '2714e483-4ff1-48e4-9e25-ac732e8f24f2'
  database.exec('BEGIN')
  for (let i = 0; i < rows; i++) {
    const customer = i % CUSTOMERS
    const endMs = FIRST_MS + Math.floor(i / CUSTOMERS) * MONTH_MS
    const ids = [idOf(i, 1), environmentId, idOf(customer, 2), idOf(customer, 3)]
    insert.run(...ids, endMs - MONTH_MS, endMs, endMs, endMs, unit, String(i % 100_000))
  }
  database.exec('COMMIT')
  database.close()
}
