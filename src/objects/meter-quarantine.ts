import { DAY_MS } from '../core/time.ts'
import type {
  QuarantinedEvent,
  QuarantinedInput,
  QuarantineLookup,
  QuarantineQuery,
  QuarantineSettlement,
} from './meter-rpc.ts'

/** Rejected events are kept so long, … */
export const QUARANTINE_LIFETIME_MS = 34 * DAY_MS
/** … the newest so many of them, … */
export const QUARANTINE_EVENTS_MAX = 10_000
/** … and of one ingest id so many, so that one broken client does not push out the others', … */
export const QUARANTINE_ID_EVENTS_MAX = 1_000
/** … and so much of the text of each. */
export const QUARANTINE_UNITS_MAX = 100 * 1024

/** Keeps what was rejected with a batch (EV-35), and drops what passes the bounds. */
export function keepRejected(
  sql: SqlStorage,
  rejected: readonly QuarantinedInput[],
  acceptedAtMs: number,
): void {
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
  for (const ingestId of new Set(rejected.map((event) => event.ingestId))) {
    dropOldestOf(sql, ingestId)
  }
  dropOldest(sql)
  dropExpired(sql, acceptedAtMs - QUARANTINE_LIFETIME_MS)
}

/** What has no legal ingest id is bounded together, as if it had the same one. */
function dropOldestOf(sql: SqlStorage, ingestId: string | null): void {
  sql.exec(
    `DELETE FROM quarantine WHERE ingest_id IS ?1 AND id <= (
      SELECT id FROM quarantine WHERE ingest_id IS ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)`,
    ingestId,
    QUARANTINE_ID_EVENTS_MAX,
  )
}

function dropOldest(sql: SqlStorage): void {
  const { count } = sql.exec<{ count: number }>('SELECT count(*) AS count FROM quarantine').one()
  if (count <= QUARANTINE_EVENTS_MAX) return
  sql.exec(
    'DELETE FROM quarantine WHERE id IN (SELECT id FROM quarantine ORDER BY id LIMIT ?)',
    count - QUARANTINE_EVENTS_MAX,
  )
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
export function readQuarantine(sql: SqlStorage, query: QuarantineQuery): QuarantinedEvent[] {
  const { nowMs, before, limit, ingestId, transactionId, receivedBeforeMs } = query
  const fromMs = Math.max(nowMs - QUARANTINE_LIFETIME_MS, query.receivedFromMs ?? -Infinity)
  const conditions: [condition: string, value: string | number | undefined][] = [
    ['received_at >= ?', fromMs],
    ['received_at < ?', receivedBeforeMs],
    ['id < ?', before],
    ['ingest_id = ?', ingestId],
    ['transaction_id = ?', transactionId],
  ]
  const asked = conditions.filter(([, value]) => value !== undefined)
  return sql
    .exec<QuarantineRow>(
      `SELECT * FROM quarantine WHERE ${asked.map(([condition]) => condition).join(' AND ')}
        ORDER BY id DESC LIMIT ?`,
      ...asked.map(([, value]) => value),
      limit,
    )
    .toArray()
    .map(toQuarantined)
}

/** Those of these events that are still kept. */
export function findQuarantined(
  sql: SqlStorage,
  { ids, nowMs }: QuarantineLookup,
): QuarantinedEvent[] {
  return sql
    .exec<QuarantineRow>(
      `SELECT * FROM quarantine
        WHERE id IN (SELECT value FROM json_each(?)) AND received_at >= ?`,
      JSON.stringify(ids),
      nowMs - QUARANTINE_LIFETIME_MS,
    )
    .toArray()
    .map(toQuarantined)
}

/** @returns the ids of the events that were removed */
export function settleQuarantine(
  sql: SqlStorage,
  { removed, reasons }: QuarantineSettlement,
): number[] {
  for (const { id, reason } of reasons) {
    sql.exec('UPDATE quarantine SET reason = ? WHERE id = ?', reason, id)
  }
  return sql
    .exec<{ id: number }>(
      'DELETE FROM quarantine WHERE id IN (SELECT value FROM json_each(?)) RETURNING id',
      JSON.stringify(removed),
    )
    .toArray()
    .map(({ id }) => id)
}

function toQuarantined(row: QuarantineRow): QuarantinedEvent {
  return {
    id: row.id,
    receivedAtMs: row.received_at,
    reason: row.reason,
    ingestId: row.ingest_id,
    transactionId: row.transaction_id,
    raw: row.raw,
  }
}
