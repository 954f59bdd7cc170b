import { HASH_WORDS } from '../core/metering/chunk.ts'
import { HashTable } from '../core/metering/hash-table.ts'
import { suppressedEvents, type LoggedId } from '../core/metering/suppression.ts'
import { scanAdopted } from './meter-adopted.ts'
import type { IngestIdEntry } from './meter-ids.ts'
import type { MeterMemory } from './meter-memory.ts'
import { scanLoggedIds } from './meter-parts.ts'

/** An accepted event that does not count, because it is another's duplicate. */
export interface SuppressedEvent {
  /** The meter that has it. */
  meter: string
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

/**
 * Tells the suppressed ones among the events of these chunks, both included; null where there are
 * none.
 */
export function suppressedIn(
  sql: SqlStorage,
  { firstSeq, lastSeq }: { firstSeq: number; lastSeq: number },
): ((event: { seq: number; index: number }) => boolean) | null {
  const places = suppressedPlaces(sql, { firstSeq, lastSeq })
  return places.size === 0 ? null : ({ seq, index }) => places.has(`${seq}/${index}`)
}

/** The suppressed events of these chunks, both included, as `seq/index`. */
export function suppressedPlaces(
  sql: SqlStorage,
  { firstSeq, lastSeq }: { firstSeq: number; lastSeq: number },
): Set<string> {
  const rows = sql.exec<{ seq: number; event_index: number }>(
    'SELECT seq, event_index FROM suppressed WHERE seq BETWEEN ? AND ?',
    firstSeq,
    lastSeq,
  )
  return new Set(rows.toArray().map((row) => `${row.seq}/${row.event_index}`))
}

/** An event of this meter, with who told that it does not count; null: the meter itself decided. */
type ToldEvent = SuppressedEvent & { teller: string | null }

/** The suppressed events of this meter under some ids. */
export function readSuppressedOf(
  { sql, meterName }: Pick<MeterMemory, 'sql' | 'meterName'>,
  idIndexes: number[],
): ToldEvent[] {
  return sql
    .exec<{ seq: number; event_index: number; id_index: number; teller: string | null }>(
      `SELECT seq, event_index, id_index, teller FROM suppressed
        WHERE id_index IN (SELECT value FROM json_each(?))`,
      JSON.stringify(idIndexes),
    )
    .toArray()
    .map(({ seq, event_index, id_index, teller }) => {
      return { meter: meterName, seq, index: event_index, idIndex: id_index, teller }
    })
}

/**
 * Makes the suppressed events of these ingest ids exactly the given ones.
 * @returns the events that are newly suppressed, and those that count again
 */
export function replaceSuppressed(
  memory: Pick<MeterMemory, 'sql' | 'meterName' | 'suppressions'>,
  idIndexes: number[],
  events: ToldEvent[],
): SuppressedEvent[] {
  const { sql } = memory
  const stored = readSuppressedOf(memory, idIndexes)
  const [lifted, added] = [without(stored, events), without(events, stored)]
  if (lifted.length + added.length > 0) memory.suppressions++
  for (const { seq, index } of lifted) {
    sql.exec('DELETE FROM suppressed WHERE seq = ? AND event_index = ?', seq, index)
  }
  for (const { seq, index, idIndex, teller } of events) {
    sql.exec(
      `INSERT INTO suppressed (seq, event_index, id_index, teller) VALUES (?, ?, ?, ?)
        ON CONFLICT (seq, event_index) DO UPDATE SET teller = excluded.teller`,
      seq,
      index,
      idIndex,
      teller,
    )
  }
  return [...lifted, ...added]
}

function without(events: ToldEvent[], others: ToldEvent[]): SuppressedEvent[] {
  const places = new Set(others.map(({ seq, index }) => `${seq}/${index}`))
  return events.filter(({ seq, index }) => !places.has(`${seq}/${index}`))
}

/**
 * The events that are duplicates of each other only because their ingest ids belong together now
 * (EV-43): those of this meter's log, and those of other meters that it knows of. Scans the ids of
 * all; nothing to do unless a customer has events under two ingest ids.
 * @param entries ids with accepted events; those of one customer belong together
 */
export function findSuppressed(
  memory: MeterMemory,
  entries: IngestIdEntry[],
  lifetimeMs: number,
): SuppressedEvent[] {
  const owners = groupOwners(entries)
  if (owners.byId.size === 0) return []
  const repeated = findRepeated(memory, owners)
  if (repeated.size === 0) return []
  const groups = new Map<string, Map<string, OwnedEvent>>()
  scanOwned(memory, owners.byId, (ids, i, owner) => {
    const offset = i * HASH_WORDS
    if (repeated.get(owner, ids.hashes, offset) === 0) return
    const key = `${owner}/${ids.hashes.subarray(offset, offset + HASH_WORDS).join('/')}`
    const event = ids.eventAt(i)
    const place = `${event.seq}/${event.index}/${event.meter}`
    const group = groups.get(key)
    // An event of which two pages tell is one event.
    if (group === undefined) groups.set(key, new Map([[place, event]]))
    else group.set(place, event)
  })
  return [...groups.values()].flatMap((group) => suppressedEvents([...group.values()], lifetimeMs))
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
    const sizeOf = ({ accepted, adopted }: IngestIdEntry) => accepted + adopted
    const largest = group.reduce((a, b) => (sizeOf(b) > sizeOf(a) ? b : a))
    owners.largest.add(largest.index)
  }
  return owners
}

/**
 * The hashes that came under two ids of one owner. Only the ids of all but each owner's largest
 * are held in memory; the largest is compared with them.
 */
function findRepeated(memory: MeterMemory, { byId, largest }: Owners): HashTable {
  const seen = new HashTable()
  const repeated = new HashTable()
  scanOwned(memory, byId, ({ hashes, idIndexAt }, index, owner) => {
    const idIndex = idIndexAt(index)
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
  scanOwned(memory, byId, ({ hashes, idIndexAt }, index, owner) => {
    const offset = index * HASH_WORDS
    if (!largest.has(idIndexAt(index)) || seen.get(owner, hashes, offset) === 0) return
    repeated.reserve(1)
    repeated.set(owner, hashes, offset, 1)
  })
  return repeated
}

type OwnedEvent = LoggedId & { idIndex: number }

/** The ids of some events: of a part of the log, or of a page about another meter. */
interface OwnedIds {
  hashes: Uint32Array
  idIndexAt: (i: number) => number
  eventAt: (i: number) => OwnedEvent
}

function scanOwned(
  memory: MeterMemory,
  ownerById: Map<number, number>,
  visit: (ids: OwnedIds, i: number, owner: number) => void,
): void {
  const { sql, meterName: meter } = memory
  const range = { acceptedAfterMs: -Infinity, idIndexes: new Set(ownerById.keys()) }
  for (const part of scanLoggedIds(memory, range)) {
    const { hashes, idIndexes } = part
    const ids: OwnedIds = {
      hashes,
      idIndexAt: (i) => idIndexes[i]!,
      eventAt: (i) => {
        const [seq, index] = [part.seqAt(i), part.indexAt(i)]
        return { meter, seq, index, idIndex: idIndexes[i]!, acceptedAtMs: part.acceptedAt()[i]! }
      },
    }
    for (const [i, idIndex] of idIndexes.entries()) {
      const owner = ownerById.get(idIndex)
      if (owner !== undefined) visit(ids, i, owner)
    }
  }
  for (const { meter: origin, idIndex, hashes, places } of scanAdopted(sql, -Infinity)) {
    const owner = ownerById.get(idIndex)
    if (owner === undefined) continue
    const ids: OwnedIds = {
      hashes,
      idIndexAt: () => idIndex,
      eventAt: (i) => {
        const [seq, index, acceptedAtMs] = places[i]!
        return { meter: origin, seq, index, idIndex, acceptedAtMs }
      },
    }
    for (let i = 0; i < places.length; i++) visit(ids, i, owner)
  }
}
