import { SECOND_MS } from '../core/time.ts'
import { listAdoptedIds, settleAdopted } from './meter-adopted.ts'
import type { MovedId } from './meter-homes.ts'
import { readActiveEntries, readEntries, type IngestIdEntry } from './meter-ids.ts'
import { writeCheckpoint, type MeterMemory } from './meter-memory.ts'
import { readMetaNumber, writeMeta } from './meter-meta.ts'
import { recount } from './meter-recount.ts'
import {
  findSuppressed,
  readSuppressedOf,
  replaceSuppressed,
  type SuppressedEvent,
} from './meter-suppression.ts'

/** An event of another meter that does not count. */
type Verdict = SuppressedEvent

/**
 * Decides which events of some customers count, of all that is known of them: only the home of
 * their ids does so, for the events with the hashes that belong to this member of it (EV-43, AL-6).
 * What changes for events here takes effect at once; other meters are still to be told. Belongs into
 * a transaction, after a checkpoint.
 * @param held all active ids of the customers concerned
 * @param freed ids that nobody holds any more: nothing under them is a duplicate
 * @param opening ids that are at home here from now on
 */
export function decide(
  memory: MeterMemory,
  held: IngestIdEntry[],
  freed: IngestIdEntry[],
  opening: ReadonlySet<string> = new Set(),
): void {
  const { sql, homes, meterName } = memory
  const isHome = ({ ingestId }: IngestIdEntry) => opening.has(ingestId) || homes.isHome(ingestId)
  const deciding = held.filter(isHome)
  const idIndexes = [...deciding, ...freed.filter(isHome)].map(({ index }) => index)
  const lifetimeMs = readMetaNumber(sql, 'dedupe_lifetime_ms')
  const suppressed = findSuppressed(memory, deciding, lifetimeMs)
  const own = suppressed
    .filter(({ meter }) => meter === meterName)
    .map((event) => ({ ...event, teller: null }))
  recount(sql, replaceSuppressed(memory, idIndexes, own), memory.head.seq)
  const others = suppressed.filter(({ meter }) => meter !== meterName)
  replaceVerdicts(sql, idIndexes, others)
}

function replaceVerdicts(sql: SqlStorage, idIndexes: number[], verdicts: Verdict[]): void {
  const ids = JSON.stringify(idIndexes)
  const before = sql
    .exec<{ origin: string; seq: number; event_index: number }>(
      `SELECT origin, seq, event_index FROM verdicts
        WHERE id_index IN (SELECT value FROM json_each(?))`,
      ids,
    )
    .toArray()
    .map(({ origin, seq, event_index }) => `${seq}/${event_index}/${origin}`)
  const after = verdicts.map(({ meter, seq, index }) => `${seq}/${index}/${meter}`)
  const [known, wanted] = [new Set(before), new Set(after)]
  const changed = [
    ...before.filter((key) => !wanted.has(key)),
    ...after.filter((key) => !known.has(key)),
  ]
  if (changed.length === 0) return
  sql.exec('DELETE FROM verdicts WHERE id_index IN (SELECT value FROM json_each(?))', ids)
  for (const { meter, seq, index, idIndex } of verdicts) {
    sql.exec('INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?)', meter, seq, index, idIndex)
  }
  for (const key of changed) {
    sql.exec('INSERT OR IGNORE INTO untold VALUES (?)', key.split('/').slice(2).join('/'))
  }
}

/** From now on the meter takes no events under these ids: its answer is `moved`. */
export function closeIds(memory: MeterMemory, ids: MovedId[]): void {
  const { homes, storage } = memory
  const closing = ids.filter(({ ingestId, epoch }) => homes.epochOf(ingestId) < epoch)
  storage.transactionSync(() => homes.store(closing, false))
  homes.remember(closing, false)
}

export interface Opening {
  ids: MovedId[]
  dedupeLifetimeMs: number
}

/**
 * From now on the meter takes events under these ids in; what it adopted of them is complete. It
 * decides about their events, and the meters that have some are still to be told. Reads the log:
 * runs under `withArchive`.
 */
export function openIds(memory: MeterMemory, { ids, dedupeLifetimeMs }: Opening): void {
  const { homes, storage, sql } = memory
  const opening = ids.filter((id) => !homes.isPast(id))
  if (opening.length === 0) return
  writeCheckpoint(memory)
  const names = opening.map(({ ingestId }) => ingestId)
  const lifetimeMs = Math.max(dedupeLifetimeMs, readMetaNumber(sql, 'dedupe_lifetime_ms'))
  const remembers: (() => void)[] = []
  storage.transactionSync(() => {
    homes.store(opening, true)
    settleAdopted(sql, opening)
    writeMeta(sql, 'dedupe_lifetime_ms', lifetimeMs)
    const opened = readEntries(sql, names)
    const idIndexes = opened.map(({ index }) => index)
    const secondMin = Math.floor(memory.dedupe.forgottenBeforeMs / SECOND_MS) + 1
    for (const known of listAdoptedIds(sql, new Set(idIndexes), secondMin)) {
      remembers.push(memory.dedupe.cold.append(known))
    }
    const customers = new Set(opened.flatMap(({ customerId }) => customerId ?? []))
    const held = readActiveEntries(sql, customers)
    const free = opened.filter(({ customerId }) => customerId === null)
    decide(memory, held, free, new Set(names))
    // Whoever decided before must not be heard any more, so all are told once.
    sql.exec(
      `INSERT OR IGNORE INTO untold SELECT DISTINCT origin FROM adopted
        WHERE id_index IN (SELECT value FROM json_each(?))`,
      JSON.stringify(idIndexes),
    )
  })
  for (const remember of remembers) remember()
  homes.remember(opening, true)
  memory.dedupeLifetimeMs = lifetimeMs
  memory.ids.forget(readEntries(sql, names))
}

/** What a home tells a meter that has events under ids which moved away from it. */
export interface Telling {
  /** The member of the home. */
  member: string
  /** The configuration by which it decided. */
  version: number
  /** Counts what the member has told. */
  number: number
  ids: MovedId[]
  /** The events under these ids that do not count, of those that the member knows. */
  suppressed: { ingestId: string; seq: number; index: number }[]
}

export function listUntold({ sql }: MeterMemory): string[] {
  return sql
    .exec<{ origin: string }>('SELECT origin FROM untold ORDER BY origin')
    .toArray()
    .map(({ origin }) => origin)
}

/** What is to be told to an origin now. */
export function makeTelling(memory: MeterMemory, origin: string): Telling {
  const { sql, homes, meterName, configVersion } = memory
  const ids = sql
    .exec<{ ingest_id: string }>(
      `SELECT DISTINCT ingest_id FROM adopted JOIN ingest_ids USING (id_index) WHERE origin = ?`,
      origin,
    )
    .toArray()
    .map(({ ingest_id }) => ({ ingestId: ingest_id, epoch: homes.epochOf(ingest_id) }))
    .filter(({ ingestId }) => homes.isHome(ingestId))
  const suppressed = sql
    .exec<{ ingest_id: string; seq: number; event_index: number }>(
      `SELECT ingest_id, seq, event_index FROM verdicts JOIN ingest_ids USING (id_index)
        WHERE origin = ?`,
      origin,
    )
    .toArray()
    .map(({ ingest_id, seq, event_index }) => ({ ingestId: ingest_id, seq, index: event_index }))
    .filter(({ ingestId }) => homes.isHome(ingestId))
  const number = readMetaNumber(sql, 'tellings') + 1
  writeMeta(sql, 'tellings', number)
  return { member: meterName, version: configVersion, number, ids, suppressed }
}

/** Notes that an origin knows what it was told, unless there is more to tell by now. */
export function markTold(memory: MeterMemory, origin: string, telling: Telling): void {
  const now = makeTelling(memory, origin)
  const contentOf = ({ ids, suppressed }: Telling) => JSON.stringify([ids, suppressed])
  if (contentOf(now) !== contentOf(telling)) return
  memory.sql.exec('DELETE FROM untold WHERE origin = ?', origin)
}

/**
 * Makes the events that do not count what the present home of their ids says. Each member of it
 * tells of what it knows; with the first of them, what was decided before is forgotten.
 */
export function beTold(memory: MeterMemory, telling: Telling): void {
  const { storage, sql, meterName, head } = memory
  const { member, version, number } = telling
  const ids = telling.ids.filter((id) => isNews(memory, telling, id))
  if (ids.length === 0) return
  writeCheckpoint(memory)
  const epochs = new Map(ids.map(({ ingestId, epoch }) => [ingestId, epoch]))
  const entries = new Map(
    readEntries(sql, [...epochs.keys()]).map((entry) => [entry.ingestId, entry]),
  )
  const told = telling.suppressed.flatMap(({ ingestId, seq, index }) => {
    const entry = entries.get(ingestId)
    if (entry === undefined) return []
    return [{ meter: meterName, seq, index, idIndex: entry.index, teller: member }]
  })
  const idIndexes = [...entries.values()].map(({ index }) => index)
  storage.transactionSync(() => {
    const heard = new Set(
      [...entries.values()]
        .filter(({ ingestId }) => hasHeard(sql, ingestId, epochs.get(ingestId) ?? 0))
        .map(({ index }) => index),
    )
    const others = readSuppressedOf(memory, idIndexes).filter(
      ({ idIndex, teller }) => heard.has(idIndex) && teller !== member,
    )
    recount(sql, replaceSuppressed(memory, idIndexes, [...others, ...told]), head.seq)
    for (const [ingestId, epoch] of epochs) {
      sql.exec('DELETE FROM told WHERE ingest_id = ? AND epoch < ?', ingestId, epoch)
      sql.exec(
        'INSERT OR REPLACE INTO told VALUES (?, ?, ?, ?, ?)',
        ingestId,
        member,
        epoch,
        version,
        number,
      )
    }
  })
}

/** Whether the home that an id has since this move has told something of it. */
function hasHeard(sql: SqlStorage, ingestId: string, epoch: number): boolean {
  const query = 'SELECT 1 FROM told WHERE ingest_id = ? AND epoch = ? LIMIT 1'
  return sql.exec(query, ingestId, epoch).toArray().length > 0
}

/** Whether nobody has told anything later about the id. */
function isNews({ sql, homes }: MeterMemory, telling: Telling, id: MovedId): boolean {
  if (homes.epochOf(id.ingestId) > id.epoch || homes.isHome(id.ingestId)) return false
  return sql
    .exec<{ member: string; epoch: number; number: number }>(
      'SELECT member, epoch, number FROM told WHERE ingest_id = ?',
      id.ingestId,
    )
    .toArray()
    .every(({ member, epoch, number }) => {
      const isLater = member === telling.member && epoch === id.epoch && number > telling.number
      return epoch <= id.epoch && !isLater
    })
}

/** The latest configuration by which others decided about a customer's events here. */
export function toldVersion({ sql }: MeterMemory, customerId: string): number {
  return sql
    .exec<{ version: number }>(
      `SELECT coalesce(max(version), 0) AS version FROM told JOIN ingest_ids USING (ingest_id)
        WHERE customer_id = ?`,
      customerId,
    )
    .one().version
}
