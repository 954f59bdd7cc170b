import { HASH_WORDS } from '../core/metering/chunk.ts'
import { HashTable } from '../core/metering/hash-table.ts'
import { suppressedEvents, type LoggedId } from '../core/metering/suppression.ts'
import type { IngestIdEntry } from './meter-ids.ts'
import { scanLoggedIds, type LoggedIds, type LogStore } from './meter-parts.ts'

/** An accepted event that does not count, because it is another's duplicate. */
export interface SuppressedEvent {
  seq: number
  index: number
  idIndex: number
}

/** The places of the suppressed events within a chunk. */
export function readSuppressed(sql: SqlStorage, seq: number): Set<number> {
  const rows = sql.exec<{ event_index: number }>(
    'SELECT event_index FROM suppressed WHERE seq = ?',
    seq,
  )
  return new Set(rows.toArray().map((row) => row.event_index))
}

/** Tells the suppressed ones among the events of these chunks, both included. */
export function suppressedIn(
  sql: SqlStorage,
  { firstSeq, lastSeq }: { firstSeq: number; lastSeq: number },
): (event: { seq: number; index: number }) => boolean {
  const rows = sql.exec<{ seq: number; event_index: number }>(
    'SELECT seq, event_index FROM suppressed WHERE seq BETWEEN ? AND ?',
    firstSeq,
    lastSeq,
  )
  const places = new Set(rows.toArray().map((row) => `${row.seq}/${row.event_index}`))
  return ({ seq, index }) => places.size > 0 && places.has(`${seq}/${index}`)
}

/**
 * Makes the suppressed events of these ingest ids exactly the given ones.
 * @returns the events that are newly suppressed, and those that count again
 */
export function replaceSuppressed(
  sql: SqlStorage,
  idIndexes: number[],
  events: SuppressedEvent[],
): SuppressedEvent[] {
  const stored = sql
    .exec<{ seq: number; event_index: number; id_index: number }>(
      `SELECT seq, event_index, id_index FROM suppressed
        WHERE id_index IN (SELECT value FROM json_each(?))`,
      JSON.stringify(idIndexes),
    )
    .toArray()
    .map((row) => ({ seq: row.seq, index: row.event_index, idIndex: row.id_index }))
  const [lifted, added] = [without(stored, events), without(events, stored)]
  for (const { seq, index } of lifted) {
    sql.exec('DELETE FROM suppressed WHERE seq = ? AND event_index = ?', seq, index)
  }
  for (const { seq, index, idIndex } of added) {
    sql.exec('INSERT INTO suppressed VALUES (?, ?, ?)', seq, index, idIndex)
  }
  return [...lifted, ...added]
}

function without(events: SuppressedEvent[], others: SuppressedEvent[]): SuppressedEvent[] {
  const places = new Set(others.map(({ seq, index }) => `${seq}/${index}`))
  return events.filter(({ seq, index }) => !places.has(`${seq}/${index}`))
}

/**
 * The events that are duplicates of each other only because their ingest ids belong together now
 * (EV-43). Scans the ids of the whole log; nothing to do unless a customer has events under two
 * ingest ids.
 * @param entries ids with accepted events; those of one customer belong together
 */
export function findSuppressed(
  log: LogStore,
  entries: IngestIdEntry[],
  lifetimeMs: number,
): SuppressedEvent[] {
  const owners = groupOwners(entries)
  if (owners.byId.size === 0) return []
  const repeated = findRepeated(log, owners)
  if (repeated.size === 0) return []
  const groups = new Map<string, (LoggedId & { idIndex: number })[]>()
  scanOwned(log, owners.byId, (ids, index, owner) => {
    const offset = index * HASH_WORDS
    if (repeated.get(owner, ids.hashes, offset) === 0) return
    const key = `${owner}/${ids.hashes.subarray(offset, offset + HASH_WORDS).join('/')}`
    const acceptedAtMs = ids.acceptedAt()[index]!
    const place = { seq: ids.seqAt(index), index: ids.indexAt(index) }
    const event = { ...place, idIndex: ids.idIndexes[index]!, acceptedAtMs }
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [event])
    else group.push(event)
  })
  return [...groups.values()].flatMap((group) => suppressedEvents(group, lifetimeMs))
}

interface Owners {
  /** Number of the owner of each id. */
  byId: Map<number, number>
  /** The id of each owner that has the most events. */
  largest: Set<number>
}

/** Ids that share their customer with another one; the others cannot have duplicates. */
function groupOwners(entries: IngestIdEntry[]): Owners {
  const owners: Owners = { byId: new Map(), largest: new Set() }
  const groups = Map.groupBy(entries, ({ customerId, ingestId }) => customerId ?? `:${ingestId}`)
  let owner = 0
  for (const group of groups.values()) {
    if (group.length < 2) continue
    owner++
    for (const { index } of group) owners.byId.set(index, owner)
    const largest = group.reduce((a, b) => (b.accepted > a.accepted ? b : a))
    owners.largest.add(largest.index)
  }
  return owners
}

/**
 * The hashes that came under two ids of one owner. Only the ids of all but each owner's largest
 * are held in memory; the largest is compared with them.
 */
function findRepeated(log: LogStore, { byId, largest }: Owners): HashTable {
  const seen = new HashTable()
  const repeated = new HashTable()
  scanOwned(log, byId, ({ hashes, idIndexes }, index, owner) => {
    const idIndex = idIndexes[index]!
    if (largest.has(idIndex)) return
    const offset = index * HASH_WORDS
    const first = seen.get(owner, hashes, offset)
    if (first === 0) {
      seen.reserve(1)
      seen.set(owner, hashes, offset, idIndex + 1)
    } else if (first !== idIndex + 1) {
      repeated.reserve(1)
      repeated.set(owner, hashes, offset, 1)
    }
  })
  scanOwned(log, byId, ({ hashes, idIndexes }, index, owner) => {
    const offset = index * HASH_WORDS
    if (!largest.has(idIndexes[index]!) || seen.get(owner, hashes, offset) === 0) return
    repeated.reserve(1)
    repeated.set(owner, hashes, offset, 1)
  })
  return repeated
}

function scanOwned(
  log: LogStore,
  ownerById: Map<number, number>,
  visit: (ids: LoggedIds, index: number, owner: number) => void,
): void {
  const range = { acceptedAfterMs: -Infinity, idIndexes: new Set(ownerById.keys()) }
  for (const ids of scanLoggedIds(log, range)) {
    for (const [index, idIndex] of ids.idIndexes.entries()) {
      const owner = ownerById.get(idIndex)
      if (owner !== undefined) visit(ids, index, owner)
    }
  }
}
