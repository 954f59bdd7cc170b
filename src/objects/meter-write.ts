import {
  CHUNK_UNITS_MAX,
  HASH_WORDS,
  packChunks,
  type LogEntry,
  type Piece,
} from '../core/metering/chunk.ts'
import { storedEvent, type UsageEvent } from '../core/metering/event.ts'
import { HashTable } from '../core/metering/hash-table.ts'
import { hash128 } from '../core/metering/hash128.ts'
import { parseJson } from '../core/json-number.ts'
import { keepDuplicates, type DuplicateEvent } from './meter-duplicates.ts'
import type { IngestIdEntry } from './meter-ids.ts'
import { appendChunk } from './meter-log.ts'
import { addDeltas, fillDedupe, rememberIds, type MeterMemory } from './meter-memory.ts'
import { writeMeta } from './meter-meta.ts'
import { keepRejected } from './meter-quarantine.ts'
import type { IngestBatch, IngestOutcome } from './meter-rpc.ts'

/** A batch that was read, and waits to be written together with others. */
export interface PreparedBatch {
  batch: IngestBatch
  events: readonly { event: UsageEvent; raw: unknown }[]
  /** Four words of `hash128(transactionId)` for each event. */
  hashes: Uint32Array
}

export function prepareBatch(batch: IngestBatch): PreparedBatch {
  const events = parseEvents(batch.events)
  const hashes = new Uint32Array(events.length * HASH_WORDS)
  for (let i = 0; i < events.length; i++) {
    hash128(events[i]!.event.transactionId, hashes, i * HASH_WORDS)
  }
  return { batch, events, hashes }
}

function parseEvents(text: string): PreparedBatch['events'] {
  return (parseJson(text) as unknown[]).map((raw) => ({ event: storedEvent(raw), raw }))
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
  const written = memory.storage.transactionSync(() => store(memory, batches))
  for (const [i, { entries }] of written.chunks.entries()) {
    addDeltas(memory, memory.head.seq + 1 + i, entries)
    rememberIds(memory, entries, neededFromMs)
  }
  for (const [id, count] of written.acceptedById) memory.ids.addAccepted(id, count)
  memory.head = written.head
  memory.dedupeLifetimeMs = lifetimeOf(batches)
  return written.outcomes
}

function store(memory: MeterMemory, batches: PreparedBatch[]) {
  const { sql, dedupeLifetimeMs } = memory
  const { outcomes, pieces, duplicates, acceptedById } = selectFresh(memory, batches)
  const chunks = packChunks(pieces)
  let { head } = memory
  for (const chunk of chunks) head = appendChunk(sql, head, chunk)
  keepDuplicates(sql, duplicates)
  for (const { batch } of batches) keepRejected(sql, batch)
  const lifetimeMs = lifetimeOf(batches)
  if (lifetimeMs !== dedupeLifetimeMs) writeMeta(sql, 'dedupe_lifetime_ms', lifetimeMs)
  return { head, chunks, outcomes, acceptedById }
}

/** The lifetime asked for last. */
function lifetimeOf(batches: PreparedBatch[]): number {
  return batches.at(-1)!.batch.dedupeLifetimeMs
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
  const pending = new PendingIds(batches)
  for (const prepared of batches) {
    const { batch, events, hashes } = prepared
    const { acceptedAtMs } = batch
    const fresh: LogEntry[] = []
    const duplicates: number[] = []
    for (let i = 0; i < events.length; i++) {
      const { event, raw } = events[i]!
      const hashOffset = i * HASH_WORDS
      const id = memory.ids.findOrAdd(event.ingestId)
      if (isLogged(memory, id, prepared, hashOffset) || !pending.add(id, hashes, hashOffset)) {
        duplicates.push(i)
        selection.duplicates.push({ raw, receivedAtMs: acceptedAtMs, hashes, hashOffset })
        continue
      }
      fresh.push({ event, idIndex: id.index, acceptedAtMs, hashes, hashOffset })
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
  { batch, hashes }: PreparedBatch,
  hashOffset: number,
): boolean {
  const afterMs = batch.acceptedAtMs - batch.dedupeLifetimeMs
  for (const index of ids.activeWith(id)) {
    if (dedupe.has(index, hashes, hashOffset, afterMs)) return true
  }
  return false
}

/** The transaction ids that are about to be written, by owner: a customer, or an unknown id. */
class PendingIds {
  private readonly table: HashTable
  /** A customer goes by the index of the first of its ids that comes. */
  private readonly customers = new Map<string, number>()

  constructor(batches: PreparedBatch[]) {
    this.table = new HashTable(batches.reduce((count, { events }) => count + events.length, 0))
  }

  /** False when it is there already. */
  add({ index, customerId }: IngestIdEntry, hashes: Uint32Array, hashOffset: number): boolean {
    const owner = customerId === null ? index : (this.customers.get(customerId) ?? index)
    if (this.table.get(owner, hashes, hashOffset) !== 0) return false
    if (customerId !== null) this.customers.set(customerId, owner)
    this.table.set(owner, hashes, hashOffset, 1)
    return true
  }
}

/** The events' text: as it was sent where all of it is new and short, else event by event. */
function toPieces(
  { batch, events }: PreparedBatch,
  fresh: LogEntry[],
  duplicates: number[],
): Piece[] {
  if (fresh.length === 0) return []
  if (duplicates.length === 0 && batch.events.length <= CHUNK_UNITS_MAX) {
    return [{ text: batch.events.trim().slice(1, -1), entries: fresh }]
  }
  const isDuplicate = new Set(duplicates)
  const kept = events.filter((_, i) => !isDuplicate.has(i))
  const texts = kept.map(({ raw }) => JSON.stringify(raw))
  return texts.map((text, i) => ({ text, entries: [fresh[i]!] }))
}
