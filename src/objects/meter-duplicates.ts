import { HASH_WORDS } from '../core/metering/chunk.ts'
import { parseJson } from '../core/json-number.ts'
import { compressArray, expandText } from './text-codec.ts'

/** An event that was not accepted because its transaction id was, kept for search (EV-46). */
export interface DuplicateEvent {
  raw: unknown
  receivedAtMs: number
  hashes: Uint32Array
  hashOffset: number
}

/** So many duplicates are remembered, … */
export const DUPLICATES_MAX = 100_000
/** … in at most so much space (compressed). */
export const DUPLICATE_BYTES_MAX = 64 * 1024 * 1024

// A row holds 2 MB; most rows hold the duplicates of one flush.
const ROW_EVENTS_MAX = 1_000
const ROW_UNITS_MAX = 450_000
/** Rows dropped at a time: more than one write can add. */
const DROPPED_ROWS_MAX = 1_000

/** Keeps duplicates in rows of many, and drops the oldest rows beyond the bounds. */
export function keepDuplicates(sql: SqlStorage, duplicates: DuplicateEvent[]): void {
  if (duplicates.length === 0) return
  let row: { event: DuplicateEvent; text: string }[] = []
  let units = 0
  for (const event of duplicates) {
    const text = JSON.stringify([event.receivedAtMs, event.raw])
    if (row.length === ROW_EVENTS_MAX || (row.length > 0 && units + text.length > ROW_UNITS_MAX)) {
      insertRow(sql, row)
      row = []
      units = 0
    }
    row.push({ event, text })
    units += text.length
  }
  insertRow(sql, row)
  dropOldest(sql)
}

function insertRow(sql: SqlStorage, row: { event: DuplicateEvent; text: string }[]): void {
  const hashes = new Uint32Array(row.length * HASH_WORDS)
  for (const [i, { event }] of row.entries()) {
    const { hashOffset } = event
    hashes.set(event.hashes.subarray(hashOffset, hashOffset + HASH_WORDS), i * HASH_WORDS)
  }
  const body = compressArray(row.map(({ text }) => text))
  const receivedAtMs = Math.max(...row.map(({ event }) => event.receivedAtMs))
  const before = readTotals(sql)
  sql.exec(
    `INSERT INTO duplicates (count, count_before, bytes, bytes_before, received_at_max, hashes, body)
      VALUES (?, ?, ?, ?, ?, ?, ?)`,
    row.length,
    before.count,
    body.byteLength,
    before.bytes,
    receivedAtMs,
    hashes,
    body,
  )
}

/** Duplicates that were kept together, as they are listed. */
export interface DuplicatesRow {
  id: number
  hashes: Uint32Array
  /** In the order in which they came; decoded when asked for. */
  read(): KeptDuplicate[]
}

export interface KeptDuplicate {
  raw: unknown
  receivedAtMs: number
}

/** The rows from an id on, of duplicates received at an instant or later, in order. */
export function* scanDuplicates(
  sql: SqlStorage,
  { fromId, receivedFromMs }: { fromId: number; receivedFromMs: number },
): Generator<DuplicatesRow> {
  const rows = sql.exec<{ id: number; hashes: ArrayBuffer }>(
    'SELECT id, hashes FROM duplicates WHERE id >= ? AND received_at_max >= ? ORDER BY id',
    fromId,
    receivedFromMs,
  )
  for (const { id, hashes } of rows) {
    yield { id, hashes: new Uint32Array(hashes), read: () => readBody(sql, id) }
  }
}

/**
 * The duplicates of a row, in the order in which they came; none where the row is gone, or has none
 * of some transaction ids.
 */
export function readDuplicates(
  sql: SqlStorage,
  id: number,
  wantedIds?: { placesIn(hashes: Uint32Array): number[] },
): KeptDuplicate[] {
  const row = sql
    .exec<{ hashes: ArrayBuffer }>('SELECT hashes FROM duplicates WHERE id = ?', id)
    .toArray()[0]
  if (row === undefined) return []
  const isHit =
    wantedIds === undefined || wantedIds.placesIn(new Uint32Array(row.hashes)).length > 0
  return isHit ? readBody(sql, id) : []
}

function readBody(sql: SqlStorage, id: number): KeptDuplicate[] {
  const { body } = sql
    .exec<{ body: ArrayBuffer }>('SELECT body FROM duplicates WHERE id = ?', id)
    .one()
  const events = parseJson(expandText(body)) as [receivedAtMs: number, raw: unknown][]
  return events.map(([receivedAtMs, raw]) => ({ raw, receivedAtMs }))
}

/** How many duplicates, and bytes of them, were ever kept. */
function readTotals(sql: SqlStorage): { count: number; bytes: number } {
  const newest = sql
    .exec<{ count: number; bytes: number }>(
      `SELECT count + count_before AS count, bytes + bytes_before AS bytes
        FROM duplicates ORDER BY id DESC LIMIT 1`,
    )
    .toArray()[0]
  return newest ?? { count: 0, bytes: 0 }
}

/** Drops the oldest rows that, with all newer ones, pass a bound. */
function dropOldest(sql: SqlStorage): void {
  const totals = readTotals(sql)
  const oldest = sql.exec<{ id: number; count_before: number; bytes_before: number }>(
    'SELECT id, count_before, bytes_before FROM duplicates ORDER BY id LIMIT ?',
    DROPPED_ROWS_MAX,
  )
  let dropped = 0
  for (const { id, count_before, bytes_before } of oldest) {
    const [count, bytes] = [totals.count - count_before, totals.bytes - bytes_before]
    if (count <= DUPLICATES_MAX && bytes <= DUPLICATE_BYTES_MAX) break
    dropped = id
  }
  if (dropped > 0) sql.exec('DELETE FROM duplicates WHERE id <= ?', dropped)
}
