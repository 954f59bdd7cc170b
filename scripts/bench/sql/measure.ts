import { readMeterFiles } from '../meter-files.ts'
import { percentile } from '../percentile.ts'
import { startServer, wait, type BenchServer } from '../server.ts'
import { openDuckdb, type Answer, type DuckdbRun } from './duckdb.ts'
import { writeEventFile } from './events.ts'
import { QUERIES, QUERY_NAMES, type BenchQuery } from './queries.ts'
import { measureReads, type MetricReads, type ReadAmount } from './reads.ts'
import type { QueryReport, SqlReport } from './report.ts'
import { createSqlSandbox, runPreview, sendParts, type Preview } from './server.ts'

export interface SqlScale {
  events: number
  /** Of them, the first that ingest is timed with. */
  costEvents: number
  /** How often each query is run. */
  rounds: number
  reads: ReadAmount
}

/** What is not a whole block yet stays as it was written. */
const UNSEALED_EVENTS_MAX = 32_767
/** A look copies what the meter has. */
const SEALING_LOOK_SECONDS = 3
const SEALING_SECONDS_MAX = 240

/**
 * SQL metrics over a month of one customer's events, on servers of their own, beside DuckDB.
 * @returns the rest of the measurement: what was written is sealed half a minute later
 */
export async function startSql(scale: SqlScale): Promise<() => Promise<SqlReport>> {
  const file = writeEventFile(scale.events)
  const [server, meteredServer] = await Promise.all([startServer(), startServer()])
  const plain = await createSqlSandbox(server, { name: 'plain', withMetrics: false })
  const metered = await createSqlSandbox(meteredServer, { name: 'metered', withMetrics: true })
  const costParts = file.parts.filter((part, i) => i * part.count < scale.costEvents)
  const costEvents = costParts.reduce((sum, { count }) => sum + count, 0)
  const usPerEvent = (cpuMs: number) => (cpuMs * 1_000) / costEvents
  const ingest_us_per_event = {
    without_metrics: usPerEvent(await sendParts(plain, file, costParts)),
    with_metrics: usPerEvent(await sendParts(metered, file, costParts)),
  }
  const rest = file.parts.slice(costParts.length)
  await sendParts(plain, file, rest)
  await sendParts(metered, file, rest)

  return async () => {
    await untilSealed(server)
    const duckdb = await openDuckdb(file.path)
    const measured = new Map(QUERY_NAMES.map((name) => [name, newRuns()]))
    for (let round = 0; round < scale.rounds; round++) {
      for (const [name, runs] of measured) {
        const preview = await runPreview(plain, QUERIES[name])
        const onLines = await duckdb.runOnLines(QUERIES[name])
        const onTable = await duckdb.runOnTable(QUERIES[name])
        runs.previews.push(preview)
        runs.onLines.push(onLines)
        runs.onTable.push(onTable)
        const isSame = preview.rowCount === onLines.answer.size
        runs.isEqual &&= isSame && areEqual(preview.answer, onLines.answer, QUERIES[name])
      }
    }
    duckdb.close()
    await server.kill()
    const reads = await measureReads(metered, scale.reads)
    await meteredServer.kill()
    const queries = [...measured].map(([name, runs]) => [name, report(runs, reads[name] ?? null)])
    return {
      events: scale.events,
      ingest_us_per_event,
      queries: Object.fromEntries(queries) as SqlReport['queries'],
    }
  }
}

interface Runs {
  previews: Preview[]
  onLines: DuckdbRun[]
  onTable: DuckdbRun[]
  isEqual: boolean
}

function newRuns(): Runs {
  return { previews: [], onLines: [], onTable: [], isEqual: true }
}

function report(
  { previews, onLines, onTable, isEqual }: Runs,
  reads: MetricReads | null,
): QueryReport {
  const scan_cpu_ms = medianOf(previews, ({ cpuMs }) => cpuMs)
  const duckdb_cpu_ms = medianOf(onLines, ({ cpuMs }) => cpuMs)
  return {
    scan_ms: medianOf(previews, ({ ms }) => ms),
    scan_without_http_ms: medianOf(previews, ({ elapsedMs }) => elapsedMs),
    scan_cpu_ms,
    duckdb_ms: medianOf(onLines, ({ ms }) => ms),
    duckdb_cpu_ms,
    duckdb_table_cpu_ms: medianOf(onTable, ({ cpuMs }) => cpuMs),
    ratio: scan_cpu_ms / duckdb_cpu_ms,
    is_equal: isEqual,
    reads,
  }
}

function medianOf<Run>(runs: Run[], read: (run: Run) => number): number {
  return percentile(runs.map(read), 50)
}

/** The shown rows are all of DuckDB's, or a part of them. */
function areEqual(shown: Answer, all: Answer, { isExactInDuckdb }: BenchQuery): boolean {
  return [...shown].every(([group, value]) => {
    if (!all.has(group)) return false
    const other = all.get(group) ?? null
    if (value === null || other === null) return value === other
    const difference = Math.abs(Number(value) - Number(other))
    return isExactInDuckdb ? difference === 0 : difference <= Math.abs(Number(value)) * 1e-12
  })
}

export async function untilSealed({ state }: BenchServer): Promise<void> {
  for (let seconds = 0; seconds < SEALING_SECONDS_MAX; seconds += SEALING_LOOK_SECONDS) {
    if (isSealed(state)) return
    await wait(SEALING_LOOK_SECONDS * 1_000)
  }
  throw new Error('the events are not sealed')
}

function isSealed(state: string): boolean {
  try {
    return readMeterFiles(state).unsealedEvents <= UNSEALED_EVENTS_MAX
  } catch {
    // The copy of a database that is just being written may be of no use.
    return false
  }
}
