import { closeSync, openSync, readSync } from 'node:fs'
import type Metronome from '@metronome/sdk'
import { createSandbox } from '../../quickstart/sandbox.ts'
import { readCpuMs } from '../process-stats.ts'
import { wait, type BenchServer } from '../server.ts'
import { MONTH_END, MONTH_START, SQL_ALIAS, type EventFile } from './events.ts'
import { QUERIES, QUERY_NAMES, type BenchQuery, type QueryName } from './queries.ts'
import type { Answer } from './duckdb.ts'

const IDLE_SHARE_MAX = 0.1
const IDLE_LOOK_MS = 500
const IDLE_SECONDS_MAX = 60

/** A sandbox whose clock stands at the month's end, with a customer and perhaps the metrics. */
export interface SqlSandbox {
  server: BenchServer
  client: Metronome
  token: string
  customerId: string
  /** Of the metrics that are kept in cells. */
  metricIds: Partial<Record<QueryName, string>>
}

export async function createSqlSandbox(
  server: BenchServer,
  { name, withMetrics }: { name: string; withMetrics: boolean },
): Promise<SqlSandbox> {
  const outer = { url: server.url, token: 'tactus_sandbox_local' }
  const { client, token } = await createSandbox(outer, { name, now: MONTH_END })
  const metricIds: SqlSandbox['metricIds'] = {}
  for (const query of withMetrics ? QUERY_NAMES : []) {
    const { sql, title, isIncremental } = QUERIES[query]
    if (!isIncremental) continue
    const { data } = await client.v1.billableMetrics.create({ name: title, sql })
    metricIds[query] = data.id
  }
  const customer = await client.v1.customers.create({ name, ingest_aliases: [SQL_ALIAS] })
  return { server, client, token, customerId: customer.data.id, metricIds }
}

/**
 * Sends parts of a file in bulk, one after the other, and waits until what follows from them is done.
 * @returns CPU time of the server
 */
export async function sendParts(
  { server, token }: SqlSandbox,
  { path }: EventFile,
  parts: EventFile['parts'],
): Promise<number> {
  if (parts.length === 0) return 0
  const file = openSync(path, 'r')
  const cpuMs = readCpuMs(server.workerd)
  for (const { start, end, count } of parts) {
    const body = Buffer.alloc(end - start)
    readSync(file, body, 0, body.length, start)
    await sendLines({ server, token }, body, count)
  }
  closeSync(file)
  await untilIdle(server)
  return readCpuMs(server.workerd) - cpuMs
}

/** All of the lines must be accepted, as no duplicates. */
export async function sendLines(
  { server, token }: Pick<SqlSandbox, 'server' | 'token'>,
  body: Buffer<ArrayBuffer>,
  count: number,
): Promise<void> {
  const response = await fetch(`${server.url}/v1/ingest/bulk`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
    body,
  })
  const text = await response.text()
  if (response.ok && text.includes(`"accepted":${count},"duplicates":0,"rejected":0,`)) return
  throw new Error(`bulk ingest answered ${response.status}: ${text.slice(0, 500)}`)
}

async function untilIdle({ workerd }: BenchServer): Promise<void> {
  for (let looks = 0; looks < (IDLE_SECONDS_MAX * 1_000) / IDLE_LOOK_MS; looks++) {
    const before = readCpuMs(workerd)
    await wait(IDLE_LOOK_MS)
    if (readCpuMs(workerd) - before < IDLE_LOOK_MS * IDLE_SHARE_MAX) return
  }
}

/** What a preview answers: rows of `value` and the keys, of which the first thousand are shown. */
export interface Preview {
  /** As a client sees it, … */
  ms: number
  /** … and within the Worker, from the query's being read to its result. */
  elapsedMs: number
  cpuMs: number
  rowCount: number
  answer: Answer
}

export async function runPreview(sandbox: SqlSandbox, query: BenchQuery): Promise<Preview> {
  const start = performance.now()
  const { workerd } = sandbox.server
  const cpuMs = readCpuMs(workerd)
  const { data } = await sandbox.client.post<{ data: PreviewBody }>(
    '/v1/billable-metrics/preview',
    {
      body: {
        sql: query.sql,
        customer_id: sandbox.customerId,
        starting_on: MONTH_START,
        ending_before: MONTH_END,
      },
      timeout: 120_000,
      maxRetries: 0,
    },
  )
  const ms = performance.now() - start
  const entries = data.rows.map(({ value, ...group }) => {
    const key = JSON.stringify(query.keys.map((name) => group[name] ?? null))
    return [key, value === null ? null : String(value)] as const
  })
  return {
    ms,
    elapsedMs: data.elapsed_ms,
    cpuMs: readCpuMs(workerd) - cpuMs,
    rowCount: data.row_count,
    answer: new Map(entries),
  }
}

interface PreviewBody {
  rows: ({ value: number | null } & Record<string, string | null>)[]
  row_count: number
  elapsed_ms: number
}
