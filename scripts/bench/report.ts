import type { FinalizationReport } from './finalization.ts'
import type { GateReport } from './gate.ts'
import type { Storage } from './measure-storage.ts'
import { sqlRows, type SqlReport } from './sql/report.ts'

/** What `--json` prints. Times as the names say; numbers are rounded where they are printed. */
export interface BenchReport {
  ingest: {
    batch100_1customer: Throughput
    batch100_100customers: Throughput
    single: { requests_per_s: number; p50_ms: number; p99_ms: number }
    /** Batches of one customer, by where its events are placed; null when not measured. */
    placements: { shared: Throughput; dedicated: Throughput; split4: Throughput } | null
  }
  ceilings: {
    parse_only: Throughput
    /** The same bodies, handed to an object that parses them: it stores and counts nothing. */
    object_call: Throughput
    sqlite_unique: { events_per_s: number }
    postgres?: { events_per_s: number }
  }
  draft: { p50_ms_10k: number; p50_ms_100k: number; p50_ms_1m: number | null }
  /** The draft of 10 k events, which credits pay for. */
  balances: { draft_p50_ms: number }
  gate: GateReport
  finalization: FinalizationReport
  /** A page of all invoices, among a million; null when not measured. */
  list_invoices: { p50_ms: number | null }
  storage: { bytes_per_event: number; rows_written_per_million: number }
  memory: { rss_mb: number }
  recovery: { ms: number }
  sql: SqlReport
}

/** So many credits has the customer whose draft is read for `balances`. */
export const BALANCES = 20

export interface Throughput {
  events_per_s: number
  cpu_us_per_event: number
}

/** What the table tells beyond the report. */
export interface BenchDetails {
  storedEvents: number
  storage: Storage
  launcherRssMb: number
  firstBatchMs: number
  singlesCpuUsPerEvent: number
  /** The share of a core that the driver took at most: near 1, it is the driver that is measured. */
  driverShareMax: number
  /** The share of a core that the server got for batches of one customer. */
  serverShare: number
}

/** A line of the table. */
export interface Row {
  what: string
  value: string
  /** Against a ceiling, or from one size to another. */
  ratio?: string
  required?: string
  isMet?: boolean
}

/** The report as a table, with ratios and what is required of them. */
export function formatTable(report: BenchReport, details: BenchDetails): string {
  const rows = [
    ...ingestRows(report, details),
    ...ceilingRows(report),
    ...draftRows(report),
    ...gateRows(report),
    ...invoiceRows(report),
    ...storageRows(report, details),
    ...sqlRows(report.sql),
  ]
  const cells = rows.map(({ what, value, ratio = '', required = '', isMet }) => {
    const verdict = isMet === undefined ? '' : isMet ? 'yes' : 'NO'
    return [what, value, ratio, required, verdict]
  })
  const table = [['', 'measured', 'ratio', 'required', 'met'], ...cells]
  const widths = table[0]!.map((_, i) => Math.max(...table.map((row) => row[i]!.length)))
  const lines = table.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  )
  return [...lines, '', ...notes(details)].join('\n')
}

function ingestRows({ ingest, ceilings }: BenchReport, details: BenchDetails): Row[] {
  const { batch100_1customer: one, batch100_100customers: many, single } = ingest
  return [
    {
      what: 'ingest, 100-event batches of 1 customer',
      value: throughput(one),
      ...atLeast(ceilings.parse_only.cpu_us_per_event / one.cpu_us_per_event, 0.35, '(a)'),
    },
    {
      what: 'ingest, 100-event batches of 100 customers',
      value: throughput(many),
      ...atLeast(ceilings.parse_only.cpu_us_per_event / many.cpu_us_per_event, 0.25, '(a)'),
    },
    {
      what: 'ingest, single events',
      value: `${count(single.requests_per_s)} requests/s, ${details.singlesCpuUsPerEvent.toFixed(0)} µs CPU/event`,
    },
    { what: 'ingest, single events, p50', value: ms(single.p50_ms) },
    {
      what: 'ingest, single events, p99',
      value: ms(single.p99_ms),
      ...atMost(single.p99_ms, 10, 'ms'),
    },
    ...placementRows(ingest.placements),
  ]
}

function placementRows(placements: BenchReport['ingest']['placements']): Row[] {
  if (placements === null) return []
  const { shared, dedicated, split4 } = placements
  const what = 'ingest, batches of 1 customer, placed'
  const cost = ({ cpu_us_per_event }: Throughput) =>
    `${(cpu_us_per_event / shared.cpu_us_per_event).toFixed(2)} × the cost of shared`
  return [
    { what: `${what} in the shared meter`, value: throughput(shared) },
    { what: `${what} in its own`, value: throughput(dedicated), ratio: cost(dedicated) },
    { what: `${what} in four`, value: throughput(split4), ratio: cost(split4) },
  ]
}

function ceilingRows({ ingest, ceilings }: BenchReport): Row[] {
  const { events_per_s } = ingest.batch100_1customer
  const { parse_only, object_call, sqlite_unique, postgres } = ceilings
  const rows: Row[] = [
    { what: '(a) only parsing the same bodies', value: throughput(parse_only) },
    {
      what: '… in an object that is called',
      value: throughput(object_call),
      ratio: `${percent(parse_only.cpu_us_per_event / object_call.cpu_us_per_event)} of (a)`,
    },
    {
      what: '(b) node:sqlite, unique ids, 100-row transactions',
      value: `${count(sqlite_unique.events_per_s)} events/s`,
      ...atLeastTimes(events_per_s / sqlite_unique.events_per_s, 4, '(b)'),
    },
  ]
  if (postgres === undefined) return rows
  return [
    ...rows,
    {
      what: '(c) Postgres 15, 100-row INSERT … ON CONFLICT',
      value: `${count(postgres.events_per_s)} events/s`,
      ...atLeastTimes(events_per_s / postgres.events_per_s, 2, '(c)'),
    },
  ]
}

function draftRows({ draft, balances }: BenchReport): Row[] {
  const { p50_ms_10k, p50_ms_100k, p50_ms_1m } = draft
  const what = 'draft of 10 products, a month, p50'
  const growth = (p50: number) => `${(p50 / p50_ms_10k).toFixed(2)} × that of 10 k`
  return [
    { what: `${what}, 10 k events`, value: ms(p50_ms_10k) },
    { what: `${what}, 100 k events`, value: ms(p50_ms_100k), ratio: growth(p50_ms_100k) },
    p50_ms_1m === null
      ? { what: `${what}, 1 M events`, value: 'not measured' }
      : {
          what: `${what}, 1 M events`,
          value: ms(p50_ms_1m),
          ...atMost(p50_ms_1m, 20, 'ms, flat'),
          ratio: growth(p50_ms_1m),
        },
    {
      what: `${what}, 10 k events, ${BALANCES} credits`,
      value: ms(balances.draft_p50_ms),
      ratio: growth(balances.draft_p50_ms),
    },
  ]
}

function gateRows({ gate }: BenchReport): Row[] {
  const row = (what: string, { requests_per_s, p50_ms, p99_ms }: GateReport['one']) => ({
    what: `gate, 16 at a time, ${what}`,
    value: `${count(requests_per_s)} requests/s, p50 ${ms(p50_ms)}, p99 ${ms(p99_ms)}`,
  })
  return [row('1 customer', gate.one), row('100 customers', gate.hundred)]
}

function invoiceRows({ finalization, list_invoices }: BenchReport): Row[] {
  const { invoices_per_s, customers } = finalization
  const { p50_ms } = list_invoices
  return [
    {
      what: `finalization of ${count(customers)} invoices, each proven`,
      value: `${invoices_per_s.toFixed(0)} invoices/s`,
    },
    {
      what: 'list of all invoices, a page among 1 M, p50',
      value: p50_ms === null ? 'not measured' : ms(p50_ms),
    },
  ]
}

function storageRows({ storage, memory, recovery }: BenchReport, details: BenchDetails): Row[] {
  const { bytes_per_event, rows_written_per_million } = storage
  const { storedEvents, launcherRssMb, firstBatchMs } = details
  const { unsealedBytesPerEvent, quiet } = details.storage
  const events = `${count(storedEvents)} events`
  const rows: Row[] = [
    {
      what: 'bytes on disk per event, under load, sealed',
      value: `${bytes_per_event.toFixed(1)} (before: ${unsealedBytesPerEvent.toFixed(1)})`,
      ...atMost(bytes_per_event, 80, ''),
    },
    {
      what: 'rows written per million events, sealing included',
      value: count(rows_written_per_million),
      ...atMost(rows_written_per_million, 20_000, ''),
    },
  ]
  if (quiet !== null) {
    rows.push(
      {
        what: 'bytes on disk per event, an event a second, sealed',
        value: quiet.bytesPerEvent.toFixed(1),
        ...atMost(quiet.bytesPerEvent, 80, ''),
      },
      {
        what: 'rows written per million events, an event a second',
        value: count(quiet.rowsPerMillion),
      },
    )
  }
  return [
    ...rows,
    {
      what: `memory (RSS) of workerd after ${events}`,
      value: `${memory.rss_mb.toFixed(0)} MB (and Node, ${launcherRssMb.toFixed(0)} MB)`,
    },
    {
      what: `recovery: kill -9 to the first usage read, ${events}`,
      value: `${ms(recovery.ms)} (first batch ${ms(firstBatchMs)})`,
    },
  ]
}

function notes({ driverShareMax, serverShare }: BenchDetails): string[] {
  return [
    'Placement: shared, one meter, where not said. CPU: user and system time of workerd, from /proc.',
    'Ratios of (a) are of CPU per event, of (b) and (c) of wall time, with batches of 1 customer.',
    'Rows written: as billed, summed over all statements of a meter (index entries included) and alarms.',
    'Memory: workerd, and the Node process that starts it. First batch: it reads the ids for dedupe.',
    'SQL: ratios are of CPU time, to DuckDB in one thread reading the same events as JSON lines.',
    'An event that comes alone is a row of its own until it is sealed, so that it is durable when it is answered.',
    `With batches of 1 customer, workerd had ${percent(serverShare)} of a core: far below 100 %, the machine`,
    `was busy with other things, and events/s say little. The driver took ${percent(driverShareMax)} at most.`,
  ]
}

function atLeast(ratio: number, required: number, ceiling: string) {
  return {
    ratio: `${percent(ratio)} of ${ceiling}`,
    required: `≥ ${percent(required)}`,
    isMet: ratio >= required,
  }
}

function atLeastTimes(ratio: number, required: number, ceiling: string) {
  return {
    ratio: `ingest is ${ratio.toFixed(2)} × ${ceiling}`,
    required: `≥ ${required} ×`,
    isMet: ratio >= required,
  }
}

function atMost(value: number, required: number, unit: string) {
  return { required: `≤ ${count(required)} ${unit}`.trim(), isMet: value <= required }
}

function throughput({ events_per_s, cpu_us_per_event }: Throughput): string {
  return `${count(events_per_s)} events/s, ${cpu_us_per_event.toFixed(2)} µs CPU/event`
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(0)} %`
}

function ms(value: number): string {
  return `${value.toFixed(value < 100 ? 1 : 0)} ms`
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en').replaceAll(',', ' ')
}
