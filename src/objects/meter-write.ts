import {
  CHUNK_UNITS_MAX,
  HASH_WORDS,
  packChunks,
  type LogEntry,
  type Piece,
} from '../core/metering/chunk.ts'
import { storedEvent } from '../core/metering/event.ts'
import { hash128 } from '../core/metering/hash128.ts'
import { parseJson } from '../core/json-number.ts'
import { keepDuplicates, type DuplicateEvent } from './meter-duplicates.ts'
import type { IngestIdEntry } from './meter-ids.ts'
import { appendChunk } from './meter-log.ts'
import { addDeltas, fillDedupe, rememberIds, type MeterMemory } from './meter-memory.ts'
import { readMetaNumber, writeMeta } from './meter-meta.ts'
import { keepRejected } from './meter-quarantine.ts'
import type { IngestBatch, IngestOutcome } from './meter-rpc.ts'

/** A batch that was read, and waits to be written together with others. */
export interface PreparedBatch {
  batch: IngestBatch
  raws: unknown[]
  entries: Omit<LogEntry, 'idIndex'>[]
}

export function prepareBatch(batch: IngestBatch): PreparedBatch {
  const raws = parseJson(batch.events) as unknown[]
  const hashes = new Uint32Array(raws.length * HASH_WORDS)
  const { acceptedAtMs } = batch
  const entries = raws.map((raw, i) => {
    const event = storedEvent(raw)
    const hashOffset = i * HASH_WORDS
    hash128(event.transactionId, hashes, hashOffset)
    return { event, acceptedAtMs, hashes, hashOffset }
  })
  return { batch, raws, entries }
}

/**
 * Writes batches in one transaction: what is new goes to the log, duplicates and rejected events
 * are kept aside. Memory follows only when the transaction has succeeded, so a write that fails
 * marks nothing as seen.
 * @returns one outcome for each batch
 */
export function writeBatches(memory: MeterMemory, batches: PreparedBatch[]): IngestOutcome[] {
  memory.ids.trim()
  const neededFromMs = Math.min(
    ...batches.map(({ batch }) => batch.acceptedAtMs - batch.dedupeLifetimeMs),
  )
  fillDedupe(memory, neededFromMs)
  const { head, chunks, outcomes } = memory.storage.transactionSync(() => {
    const selection = selectFresh(memory, batches)
    const packed = packChunks(selection.pieces)
    let last = memory.head
    for (const chunk of packed) last = appendChunk(memory.sql, last, chunk)
    memory.ids.addAccepted(selection.acceptedById)
    keepDuplicates(memory.sql, selection.duplicates)
    for (const { batch } of batches) keepRejected(memory.sql, batch)
    keepLifetime(memory.sql, batches)
    return { head: last, chunks: packed, outcomes: selection.outcomes }
  })
  for (const [i, { entries }] of chunks.entries()) {
    addDeltas(memory, memory.head.seq + 1 + i, entries)
    rememberIds(memory, entries, neededFromMs)
  }
  memory.head = head
  return outcomes
}

interface Selection {
  outcomes: IngestOutcome[]
  pieces: Piece[]
  duplicates: DuplicateEvent[]
  acceptedById: Map<IngestIdEntry, number>
}

/** Tells new events from duplicates: of the log, and of each other within these batches (EV-45). */
function selectFresh(memory: MeterMemory, batches: PreparedBatch[]): Selection {
  const selection: Selection = {
    outcomes: [],
    pieces: [],
    duplicates: [],
    acceptedById: new Map(),
  }
  const pending = new Map<string, Set<string>>()
  for (const prepared of batches) {
    const { batch, raws } = prepared
    const fresh: LogEntry[] = []
    const duplicates: number[] = []
    for (const [i, entry] of prepared.entries.entries()) {
      const id = memory.ids.findOrAdd(entry.event.ingestId)
      if (isLogged(memory, id, entry, batch) || !addPending(pending, id, entry)) {
        duplicates.push(i)
        const { acceptedAtMs: receivedAtMs, hashes, hashOffset } = entry
        selection.duplicates.push({ raw: raws[i], receivedAtMs, hashes, hashOffset })
        continue
      }
      fresh.push({ ...entry, idIndex: id.index })
      selection.acceptedById.set(id, (selection.acceptedById.get(id) ?? 0) + 1)
    }
    selection.outcomes.push({ accepted: fresh.length, duplicates })
    selection.pieces.push(...toPieces(prepared, fresh, duplicates))
  }
  return selection
}

/** Whether the log has the id, under any ingest id of the customer, within the lifetime (EV-43). */
function isLogged(
  { ids, dedupe }: MeterMemory,
  id: IngestIdEntry,
  { hashes, hashOffset }: Omit<LogEntry, 'idIndex'>,
  { acceptedAtMs, dedupeLifetimeMs }: IngestBatch,
): boolean {
  const afterMs = acceptedAtMs - dedupeLifetimeMs
  for (const index of ids.activeWith(id)) {
    if (dedupe.has(index, hashes, hashOffset, afterMs)) return true
  }
  return false
}

function addPending(
  pending: Map<string, Set<string>>,
  id: IngestIdEntry,
  { event }: Omit<LogEntry, 'idIndex'>,
): boolean {
  const owner = id.customerId === null ? `unknown ${id.ingestId}` : `customer ${id.customerId}`
  let transactionIds = pending.get(owner)
  if (transactionIds === undefined) pending.set(owner, (transactionIds = new Set()))
  const { size } = transactionIds
  return transactionIds.add(event.transactionId).size > size
}

/** The events' text: as it was sent where all of it is new and short, else event by event. */
function toPieces(
  { batch, raws }: PreparedBatch,
  fresh: LogEntry[],
  duplicates: number[],
): Piece[] {
  if (fresh.length === 0) return []
  if (duplicates.length === 0 && batch.events.length <= CHUNK_UNITS_MAX) {
    return [{ text: batch.events.trim().slice(1, -1), entries: fresh }]
  }
  const isDuplicate = new Set(duplicates)
  const texts = raws.filter((_, i) => !isDuplicate.has(i)).map((raw) => JSON.stringify(raw))
  return texts.map((text, i) => ({ text, entries: [fresh[i]!] }))
}

/** Remembers the lifetime asked for last: when an alias moves, duplicates are judged by it. */
function keepLifetime(sql: SqlStorage, batches: PreparedBatch[]): void {
  const known = readMetaNumber(sql, 'dedupe_lifetime_ms')
  const lifetime = batches.at(-1)?.batch.dedupeLifetimeMs ?? known
  if (lifetime !== known) writeMeta(sql, 'dedupe_lifetime_ms', lifetime)
}
