import { HASH_WORDS } from '../core/metering/chunk.ts'
import { roomForIds, type IdColumns } from '../core/metering/dedupe-ids.ts'
import { acceptedSecond } from '../core/metering/dedupe-set.ts'
import { mixKey } from '../core/metering/hash-table.ts'
import { SECOND_MS } from '../core/time.ts'
import type { MovedId } from './meter-homes.ts'
import { readEntries } from './meter-ids.ts'
import type { MeterMemory } from './meter-memory.ts'
import { scanIdsAfter } from './meter-parts.ts'

/** Events of one ingest id in one meter: what a home must know of them to tell duplicates. */
export interface KnownEvents {
  ingestId: string
  /** The meter that has the events. */
  origin: string
  /** Four words for each. */
  hashes: Uint32Array
  places: KnownPlace[]
}

type KnownPlace = [seq: number, index: number, acceptedAtMs: number]

export interface KnownPage {
  /** The number by which the page may be asked for again: it has the same events then, or more. */
  page: number
  known: KnownEvents[]
  /** Whether it is of the meter's own log, whose last page may grow. */
  isOfLog: boolean
  /** The page that follows; null after the last one. */
  next: number | null
}

/**
 * A page ends with the chunk or block that brings it to so many events: with all of that it fits
 * into a row, at 32 bytes an event.
 */
const PAGE_EVENTS = 4_000
/** Pages are numbered by the last chunk before them; from here on by rows of `adopted`. */
const ADOPTED_PAGES_FROM = 2 ** 50

/**
 * A page of what this meter knows of the events under some ids: first those of its own log, then
 * those that it was told of itself. Whoever asks for a page again gets at least what was in it,
 * unless the log was sealed meanwhile: then pages may begin elsewhere, and tell of an event twice.
 * Runs under `withArchive`.
 */
export function readKnown(memory: MeterMemory, ingestIds: string[], page: number): KnownPage {
  return page < ADOPTED_PAGES_FROM
    ? readLogPage(memory, ingestIds, page)
    : readAdoptedPage(memory, ingestIds, page)
}

function readLogPage(memory: MeterMemory, ingestIds: string[], page: number): KnownPage {
  const { sql, meterName, head } = memory
  const idOf = new Map(readEntries(sql, ingestIds).map(({ index, ingestId }) => [index, ingestId]))
  const found = new Map<string, { words: number[]; places: KnownPlace[] }>()
  let [events, last] = [0, page]
  const wanted = new Set(idOf.keys())
  for (const { lastSeq, ids } of idOf.size === 0 ? [] : scanIdsAfter(memory, page, wanted)) {
    for (const part of ids) {
      for (const [i, idIndex] of part.idIndexes.entries()) {
        const ingestId = idOf.get(idIndex)
        // A block that was sealed since may begin before the page.
        if (ingestId === undefined || part.seqAt(i) <= page) continue
        let own = found.get(ingestId)
        if (own === undefined) found.set(ingestId, (own = { words: [], places: [] }))
        own.words.push(...part.hashes.subarray(i * HASH_WORDS, (i + 1) * HASH_WORDS))
        own.places.push([part.seqAt(i), part.indexAt(i), part.acceptedAt()[i]!])
        events++
      }
    }
    last = lastSeq
    if (events >= PAGE_EVENTS) break
  }
  const known = [...found].map(([ingestId, { words, places }]) => {
    return { ingestId, origin: meterName, hashes: new Uint32Array(words), places }
  })
  return {
    page,
    known,
    isOfLog: true,
    next: events < PAGE_EVENTS || last >= head.seq ? ADOPTED_PAGES_FROM : last,
  }
}

type AdoptedRow = {
  id: number
  id_index: number
  ingest_id: string
  origin: string
  count: number
  places: ArrayBuffer
  hashes: ArrayBuffer
}

function readAdoptedPage({ sql }: MeterMemory, ingestIds: string[], page: number): KnownPage {
  const row = sql
    .exec<AdoptedRow>(
      `SELECT adopted.*, ingest_id FROM adopted JOIN ingest_ids USING (id_index)
        WHERE id > ? AND ingest_id IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT 1`,
      page - ADOPTED_PAGES_FROM,
      JSON.stringify(ingestIds),
    )
    .toArray()[0]
  if (row === undefined) return { page, known: [], isOfLog: false, next: null }
  const { id, ingest_id: ingestId, origin, places, hashes } = row
  const known = [
    {
      ingestId,
      origin,
      hashes: new Uint32Array(hashes),
      places: decodePlaces(places),
    },
  ]
  return { page, known, isOfLog: false, next: ADOPTED_PAGES_FROM + id }
}

export interface Adoption {
  ids: MovedId[]
  /** The member of the former home that gave the page. */
  member: string
  page: number
  known: KnownEvents[]
}

/**
 * Stores what a former home knows of ids that are moving here. A page that comes again takes the
 * place of its first copy, unless that one has more. Ids that are open already need nothing.
 */
export function adopt(memory: MeterMemory, { ids, member, page, known }: Adoption): void {
  const { storage, sql, homes, meterName } = memory
  const moving = new Map(
    ids.filter((id) => !homes.isPast(id)).map(({ ingestId, epoch }) => [ingestId, epoch]),
  )
  storage.transactionSync(() => {
    for (const { ingestId, origin, hashes, places } of known) {
      const epoch = moving.get(ingestId)
      if (epoch === undefined || origin === meterName || places.length === 0) continue
      sql.exec('INSERT OR IGNORE INTO ingest_ids (ingest_id) VALUES (?)', ingestId)
      sql.exec(
        `INSERT INTO adopted (id_index, epoch, member, page, origin, count, accepted_at_max, places,
            hashes)
          SELECT id_index, ?, ?, ?, ?, ?, ?, ?, ? FROM ingest_ids WHERE ingest_id = ?
          ON CONFLICT (id_index, epoch, member, page, origin) DO UPDATE SET count = excluded.count,
            accepted_at_max = excluded.accepted_at_max, places = excluded.places,
            hashes = excluded.hashes
          WHERE excluded.count >= adopted.count`,
        epoch,
        member,
        page,
        origin,
        places.length,
        Math.max(...places.map(([, , acceptedAtMs]) => acceptedAtMs)),
        encodePlaces(places),
        hashes,
        ingestId,
      )
    }
  })
}

/** Forgets what was adopted by earlier moves of ids, and counts what there is of this one. */
export function settleAdopted(sql: SqlStorage, ids: MovedId[]): void {
  const moved = JSON.stringify(ids.map(({ ingestId, epoch }) => [ingestId, epoch]))
  sql.exec(
    `DELETE FROM adopted WHERE id IN (
      SELECT adopted.id FROM json_each(?) AS moved
        JOIN ingest_ids ON ingest_id = moved.value ->> 0
        JOIN adopted USING (id_index)
        WHERE adopted.epoch < moved.value ->> 1)`,
    moved,
  )
  sql.exec(
    `UPDATE ingest_ids SET adopted = (
        SELECT coalesce(sum(count), 0) FROM adopted WHERE adopted.id_index = ingest_ids.id_index)
      WHERE ingest_id IN (SELECT value ->> 0 FROM json_each(?))`,
    moved,
  )
}

/** A run of ids for dedupe has so many at most: they are sorted in memory. */
const RUN_IDS = 2 ** 18

/**
 * What was adopted of some ids, for dedupe to remember, in parts.
 * @param secondMin what was accepted before is forgotten already
 */
export function* listAdoptedIds(
  sql: SqlStorage,
  idIndexes: ReadonlySet<number>,
  secondMin: number,
): Generator<IdColumns> {
  let ids = roomForIds(RUN_IDS)
  for (const { idIndex, hashes, places } of scanAdopted(sql, secondMin * SECOND_MS - SECOND_MS)) {
    if (!idIndexes.has(idIndex)) continue
    for (const [i, [, , acceptedAtMs]] of places.entries()) {
      const second = acceptedSecond(acceptedAtMs)
      if (second < secondMin) continue
      mixKey(idIndex, hashes, i * HASH_WORDS, ids.keys, ids.count * HASH_WORDS)
      ids.seconds[ids.count++] = second
      if (ids.count < RUN_IDS) continue
      yield ids
      ids = roomForIds(RUN_IDS)
    }
  }
  if (ids.count > 0) yield ids
}

/** Events that other meters have, of one ingest id and one meter. */
export interface AdoptedIds {
  meter: string
  idIndex: number
  hashes: Uint32Array
  places: KnownPlace[]
}

/** Scans what was adopted: pages with an event that was accepted after an instant. */
export function* scanAdopted(sql: SqlStorage, acceptedAfterMs: number): Generator<AdoptedIds> {
  const query = `
    SELECT id_index, origin, places, hashes FROM adopted WHERE accepted_at_max > ? ORDER BY id`
  const after = Math.max(acceptedAfterMs, Number.MIN_SAFE_INTEGER)
  for (const row of sql.exec<Omit<AdoptedRow, 'ingest_id'>>(query, after)) {
    yield {
      meter: row.origin,
      idIndex: row.id_index,
      hashes: new Uint32Array(row.hashes),
      places: decodePlaces(row.places),
    }
  }
}

/** Times of acceptance, then numbers of chunks and places in them. */
function encodePlaces(places: KnownPlace[]): Uint8Array {
  const times = Float64Array.from(places, ([, , acceptedAtMs]) => acceptedAtMs)
  const numbers = Uint32Array.from(places.flatMap(([seq, index]) => [seq, index]))
  const bytes = new Uint8Array(times.byteLength + numbers.byteLength)
  bytes.set(new Uint8Array(times.buffer))
  bytes.set(new Uint8Array(numbers.buffer), times.byteLength)
  return bytes
}

function decodePlaces(bytes: ArrayBuffer): KnownPlace[] {
  const count = bytes.byteLength / 16
  const times = new Float64Array(bytes, 0, count)
  const numbers = new Uint32Array(bytes, count * 8)
  return Array.from(times, (acceptedAtMs, i): KnownPlace => {
    return [numbers[i * 2]!, numbers[i * 2 + 1]!, acceptedAtMs]
  })
}
