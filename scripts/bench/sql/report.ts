import type { Row } from '../report.ts'
import { QUERIES, type QueryName } from './queries.ts'
import type { MetricReads, ReadTimes } from './reads.ts'

/** Of SQL metrics over a month of one customer's events. All times are medians. */
export interface SqlReport {
  events: number
  /** CPU of the server per event in bulk, and with five metrics that are kept in cells. */
  ingest_us_per_event: { without_metrics: number; with_metrics: number }
  queries: Record<QueryName, QueryReport>
}

export interface QueryReport {
  /** A preview, which reads the events; the same without HTTP; and the server's CPU time. */
  scan_ms: number
  scan_without_http_ms: number
  scan_cpu_ms: number
  /** DuckDB in one thread, reading JSON lines; and from a table with JSON text. */
  duckdb_ms: number
  duckdb_cpu_ms: number
  duckdb_table_cpu_ms: number
  /** CPU time of the scan by that of DuckDB on JSON lines. */
  ratio: number
  /** Whether both give the same: exactly, or to 1e-12 where DuckDB computes in floats. */
  is_equal: boolean
  /** Null where the metric is not kept in cells. */
  reads: MetricReads | null
}

const RATIO_MAX = 3
const READ_MS_MAX = 10

export function sqlRows(report: SqlReport): Row[] {
  const { without_metrics, with_metrics } = report.ingest_us_per_event
  return [
    {
      what: 'ingest in bulk, without metrics, and with five SQL metrics',
      value: `${without_metrics.toFixed(1)} and ${with_metrics.toFixed(1)} µs CPU/event`,
      ratio: `${(with_metrics / without_metrics).toFixed(1)} ×`,
    },
    ...Object.entries(report.queries).flatMap(([name, query]) => [
      scanRow(name as QueryName, query, report.events),
      ...readRows(name as QueryName, query.reads),
    ]),
  ]
}

function scanRow(name: QueryName, query: QueryReport, events: number): Row {
  const { scan_ms, scan_cpu_ms, ratio, is_equal } = query
  const answer = is_equal ? '' : ', ANOTHER ANSWER'
  return {
    what: `SQL ${name}, ${QUERIES[name].title}: scan of ${events / 1_000} k`,
    value: `${scan_ms.toFixed(0)} ms, ${scan_cpu_ms.toFixed(0)} ms CPU`,
    ratio: `${ratio.toFixed(2)} × DuckDB${answer}`,
    required: `≤ ${RATIO_MAX} ×`,
    isMet: ratio <= RATIO_MAX && is_equal,
  }
}

function readRows(name: QueryName, reads: MetricReads | null): Row[] {
  if (reads === null) return []
  const row = (kind: string, { fresh_ms, repeated_ms }: ReadTimes): Row => ({
    what: `SQL ${name}, read ${kind}, after an event; again`,
    value: `${fresh_ms.toFixed(1)} ms; ${repeated_ms.toFixed(1)} ms`,
    required: `≤ ${READ_MS_MAX} ms`,
    isMet: Math.max(fresh_ms, repeated_ms) <= READ_MS_MAX,
  })
  const grouped = reads.grouped === null ? [] : [row('grouped', reads.grouped)]
  return [row('as a whole', reads.ungrouped), ...grouped]
}
