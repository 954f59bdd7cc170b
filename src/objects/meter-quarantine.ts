import { DAY_MS } from '../core/time.ts'
import type { IngestBatch, QuarantinedEvent, QuarantineQuery } from './meter-rpc.ts'

/** Rejected events are kept so long, … */
export const QUARANTINE_LIFETIME_MS = 34 * DAY_MS
/** … the newest so many of them, … */
export const QUARANTINE_EVENTS_MAX = 10_000
/** … and so much of the text of each. */
export const QUARANTINE_UNITS_MAX = 100 * 1024

/** Keeps what was rejected with a batch (EV-35), and drops what passes the bounds. */
export function keepRejected(sql: SqlStorage, { rejected, acceptedAtMs }: IngestBatch): void {
  if (rejected.length === 0) return
  for (const { reason, ingestId, transactionId, raw } of rejected) {
    sql.exec(
      `INSERT INTO quarantine (received_at, reason, ingest_id, transaction_id, raw)
        VALUES (?, ?, ?, ?, ?)`,
      acceptedAtMs,
      reason,
      ingestId,
      transactionId,
      raw.slice(0, QUARANTINE_UNITS_MAX),
    )
  }
  sql.exec(
    'DELETE FROM quarantine WHERE id <= (SELECT max(id) FROM quarantine) - ?',
    QUARANTINE_EVENTS_MAX,
  )
  dropExpired(sql, acceptedAtMs - QUARANTINE_LIFETIME_MS)
}

/** Rows are nearly in the order of time: the oldest are looked at until one is young enough. */
function dropExpired(sql: SqlStorage, fromMs: number): void {
  const rows = sql.exec<{ id: number; received_at: number }>(
    'SELECT id, received_at FROM quarantine ORDER BY id',
  )
  let dropped = 0
  for (const { id, received_at } of rows) {
    if (received_at >= fromMs) break
    dropped = id
  }
  if (dropped > 0) sql.exec('DELETE FROM quarantine WHERE id <= ?', dropped)
}

type QuarantineRow = {
  id: number
  received_at: number
  reason: string
  ingest_id: string | null
  transaction_id: string | null
  raw: string
}

/** Rejected events, newest first. */
export function readQuarantine(
  sql: SqlStorage,
  { nowMs, before, limit }: QuarantineQuery,
): QuarantinedEvent[] {
  return sql
    .exec<QuarantineRow>(
      'SELECT * FROM quarantine WHERE id < ? AND received_at >= ? ORDER BY id DESC LIMIT ?',
      before ?? Number.MAX_SAFE_INTEGER,
      nowMs - QUARANTINE_LIFETIME_MS,
      limit,
    )
    .toArray()
    .map((row) => ({
      id: row.id,
      receivedAtMs: row.received_at,
      reason: row.reason,
      ingestId: row.ingest_id,
      transactionId: row.transaction_id,
      raw: row.raw,
    }))
}
