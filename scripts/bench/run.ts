import { join } from 'node:path'
import { setUpDrafts } from './draft.ts'
import { measureFinalization } from './finalization.ts'
import { measureGates, type GateScale } from './gate.ts'
import { addRuns, sendBatches, sendSingles, type Amount, type IngestRun } from './ingest.ts'
import { measureListInvoices } from './list-invoices.ts'
import { percentile } from './percentile.ts'
import { measurePlacements } from './placements.ts'
import { measurePostgres } from './postgres.ts'
import { readRssMb } from './process-stats.ts'
import { measureRecovery } from './recovery.ts'
import { BALANCES, type BenchDetails, type BenchReport, type Throughput } from './report.ts'
import { startStorage, type Storage } from './measure-storage.ts'
import { makeFolder } from './scratch.ts'
import { findFreePort, launch, startServer, type BenchServer } from './server.ts'
import { setUpIngest } from './set-up.ts'
import { startSql, type SqlScale } from './sql/measure.ts'
import { measureSqliteUnique } from './sqlite-unique.ts'

/** How much each measurement sends; the seconds bound it on a slow machine. */
interface Scale {
  warmUp: Amount
  /** Of one customer, and of a hundred, each. */
  batches: Amount
  singles: Amount
  /** Ceiling (a). */
  parsing: Amount
  /** Ceilings (b) and (c). */
  tables: Amount
  /** For each; not measured in a quick run. */
  placements: Amount
  storage: Amount
  drafts: { count: number; secondsMax: number }
  gates: GateScale
  /** Customers whose invoices are finalized. */
  finalized: number
  /** Rows of the index of invoices, and how often it is read; not measured in a quick run. */
  indexed: { rows: number; requests: number }
  sql: SqlScale
  isQuick: boolean
}

const QUICK: Scale = {
  warmUp: { events: 40_000, secondsMax: 3 },
  batches: { events: 60_000, secondsMax: 4 },
  singles: { events: 10_000, secondsMax: 2 },
  parsing: { events: 200_000, secondsMax: 2 },
  tables: { events: 100_000, secondsMax: 3 },
  placements: { events: 0, secondsMax: 0 },
  storage: { events: 70_000, secondsMax: 5 },
  drafts: { count: 30, secondsMax: 2 },
  gates: { count: 150, secondsMax: 0.5 },
  finalized: 200,
  indexed: { rows: 0, requests: 0 },
  sql: { events: 60_000, costEvents: 60_000, rounds: 2, reads: { count: 2, secondsMax: 0.2 } },
  isQuick: true,
}

const FULL: Scale = {
  warmUp: { events: 50_000, secondsMax: 10 },
  batches: { events: 450_000, secondsMax: 60 },
  singles: { events: 50_000, secondsMax: 10 },
  parsing: { events: 1_000_000, secondsMax: 20 },
  tables: { events: 500_000, secondsMax: 30 },
  placements: { events: 200_000, secondsMax: 20 },
  storage: { events: 500_000, secondsMax: 60 },
  drafts: { count: 100, secondsMax: 20 },
  gates: { count: 5_000, secondsMax: 20 },
  finalized: 10_000,
  indexed: { rows: 1_000_000, requests: 200 },
  sql: { events: 1_000_000, costEvents: 100_000, rounds: 5, reads: { count: 20, secondsMax: 5 } },
  isQuick: false,
}

export interface BenchOptions {
  isQuick: boolean
  withPostgres: boolean
  /** Told what is measured next. */
  onStep: (step: string) => void
}

/** Measures everything in one run: ratios mean something where the machine is the same. */
export async function runBench(
  options: BenchOptions,
): Promise<{ report: BenchReport; details: BenchDetails }> {
  const { withPostgres, onStep } = options
  const scale = options.isQuick ? QUICK : FULL
  onStep('storage')
  const finishStorage = await startStorage(scale.storage)
  // What is sealed meanwhile takes time from ingest; a quick run cannot wait for it.
  if (scale.isQuick) onStep('SQL metrics, ingest')
  let finishSql = scale.isQuick ? await startSql(scale.sql) : null
  const ingest = await measureIngest(scale, onStep)
  onStep('drafts')
  const { draft, balances } = await measureDrafts(ingest.server, scale)
  onStep('gates')
  const gate = await measureGates(ingest.server, scale.gates)
  onStep('finalization')
  const finalization = await measureFinalization(ingest.server, scale.finalized)
  await ingest.server.kill()
  if (!scale.isQuick) onStep('list of invoices')
  const { rows, requests } = scale.indexed
  const listed = scale.isQuick ? null : await measureListInvoices(rows, requests)
  if (!scale.isQuick) onStep('placements')
  const placements = scale.isQuick ? null : await measurePlacements(scale.warmUp, scale.placements)
  onStep('storage, sealed')
  const storage = await finishStorage(!scale.isQuick)
  onStep('SQL metrics')
  finishSql ??= await startSql(scale.sql)
  const sql = await finishSql()
  onStep('ceiling (b), node:sqlite')
  const sqlite_unique = measureSqliteUnique(scale.tables)
  if (withPostgres) onStep('ceiling (c), Postgres')
  const postgres = withPostgres ? await measurePostgres(scale.tables) : undefined

  const { one, many, singles, parseOnly, objectCall, stored } = ingest
  const report: BenchReport = {
    ingest: {
      batch100_1customer: throughputOf(one),
      batch100_100customers: throughputOf(many),
      single: {
        requests_per_s: singles.events / singles.seconds,
        p50_ms: percentile(singles.latenciesMs, 50),
        p99_ms: percentile(singles.latenciesMs, 99),
      },
      placements: placements && {
        shared: throughputOf(placements.shared),
        dedicated: throughputOf(placements.dedicated),
        split4: throughputOf(placements.split4),
      },
    },
    ceilings: {
      parse_only: throughputOf(parseOnly),
      object_call: throughputOf(objectCall),
      sqlite_unique,
      postgres,
    },
    draft,
    balances,
    gate,
    finalization,
    list_invoices: { p50_ms: listed },
    storage: {
      bytes_per_event: storage.sealed.bytesPerEvent,
      rows_written_per_million: storage.sealed.rowsPerMillion,
    },
    memory: { rss_mb: stored.rssMb },
    recovery: { ms: ingest.recovery.ms },
    sql,
  }
  return { report, details: detailsOf(ingest, storage) }
}

function detailsOf(
  ingest: Awaited<ReturnType<typeof measureIngest>>,
  storage: Storage,
): BenchDetails {
  const { one, many, singles, parseOnly, stored } = ingest
  return {
    storedEvents: stored.events,
    storage,
    launcherRssMb: stored.launcherRssMb,
    firstBatchMs: ingest.recovery.firstBatchMs,
    singlesCpuUsPerEvent: throughputOf(singles).cpu_us_per_event,
    serverShare: one.serverCpuMs / 1_000 / one.seconds,
    driverShareMax: Math.max(...[one, many, singles, parseOnly].map(driverShare)),
  }
}

/** Ingest, with ceiling (a) before and after it. */
async function measureIngest(scale: Scale, onStep: BenchOptions['onStep']) {
  onStep('start')
  const [parser, server] = await Promise.all([startParser(), startServer()])
  const setUp = await setUpIngest(server)
  const customers = setUp.aliases
  const first = customers.slice(0, 1)
  const half = { ...scale.parsing, events: scale.parsing.events / 2 }

  onStep('single events')
  const firstSingles = await sendSingles(server, first, { ...scale.singles, events: 1_000 })
  const singles = await sendSingles(server, first, scale.singles)
  onStep('ceiling (a), parsing')
  await sendBatches(parser, first, scale.warmUp)
  await sendBatches(parser, first, scale.warmUp, OBJECT_PATH)
  const before = await sendBatches(parser, first, half)
  onStep('ingest')
  const runs = [
    await sendBatches(server, first, scale.warmUp),
    await sendBatches(server, first, scale.batches),
    await sendBatches(server, customers, scale.warmUp),
    await sendBatches(server, customers, scale.batches),
  ]
  const [warmUp, one, mixedWarmUp, many] = runs as [IngestRun, IngestRun, IngestRun, IngestRun]
  onStep('ceiling (a) again')
  const parseOnly = addRuns(before, await sendBatches(parser, first, half))
  const objectCall = await sendBatches(parser, first, half, OBJECT_PATH)
  await parser.kill()

  onStep('recovery')
  const stored = {
    events: runs.reduce((sum, { events }) => sum + events, firstSingles.events + singles.events),
    rssMb: readRssMb(server.workerd),
    launcherRssMb: readRssMb(server.launcher),
  }
  const eventsOfFirst =
    firstSingles.events +
    singles.events +
    warmUp.events +
    one.events +
    (mixedWarmUp.events + many.events) / customers.length
  const restarted = await measureRecovery(server, setUp, eventsOfFirst)
  return { ...restarted, one, many, singles, parseOnly, objectCall, stored }
}

async function measureDrafts(server: BenchServer, { drafts: requests, isQuick }: Scale) {
  const drafts = await setUpDrafts(server)
  const measure = (events: number, balances = 0) => drafts.measure({ events, balances }, requests)
  const draft: BenchReport['draft'] = {
    p50_ms_10k: await measure(10_000),
    p50_ms_100k: await measure(100_000),
    p50_ms_1m: isQuick ? null : await measure(1_000_000),
  }
  return { draft, balances: { draft_p50_ms: await measure(10_000, BALANCES) } }
}

/** Where the server of ceiling (a) has an object parse the body. */
const OBJECT_PATH = '/object'

async function startParser(): Promise<BenchServer> {
  const port = await findFreePort()
  const state = makeFolder()
  const args = ['--port', String(port), '--state', join(state, 'v3')]
  const worker = 'scripts/bench/parse-only-worker.js'
  return launch('scripts/bench/serve.ts', [...args, worker], { port, state })
}

function throughputOf({ events, seconds, serverCpuMs }: IngestRun): Throughput {
  return { events_per_s: events / seconds, cpu_us_per_event: (serverCpuMs * 1_000) / events }
}

function driverShare({ driverCpuSeconds, seconds }: IngestRun): number {
  return driverCpuSeconds / seconds
}
