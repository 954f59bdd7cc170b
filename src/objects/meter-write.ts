import {
  CHUNK_UNITS_MAX,
  HASH_WORDS,
  packChunks,
  type LogEntry,
  type Piece,
} from '../core/metering/chunk.ts'
import { readBatch, type BatchRefusal } from '../core/metering/event-batch.ts'
import { storedEvent, type RejectedEvent, type UsageEvent } from '../core/metering/event.ts'
import { hash128 } from '../core/metering/hash128.ts'
import { parseJson } from '../core/json-number.ts'
import { ok, type Result } from '../core/result.ts'
import { keepDuplicates, type DuplicateEvent } from './meter-duplicates.ts'
import type { IngestIdEntry, IngestIds } from './meter-ids.ts'
import { appendChunk } from './meter-log.ts'
import { addDeltas, fillDedupe, forgetIds, type MeterMemory } from './meter-memory.ts'
import { writeMeta } from './meter-meta.ts'
import { keepRejected } from './meter-quarantine.ts'
import type { IngestBatch, IngestBody, IngestOutcome, QuarantinedInput } from './meter-rpc.ts'

/** A batch that was read, and waits to be written together with others. */
export interface PreparedBatch {
  call: Pick<IngestBatch, 'environmentId' | 'acceptedAtMs' | 'dedupeLifetimeMs'>
  /** JSON array of exactly these events, as received; null where there is no such text. */
  text: string | null
  events: readonly { event: UsageEvent; raw: unknown }[]
  /** Four words of `hash128(transactionId)` for each event. */
  hashes: Uint32Array
  rejected: QuarantinedInput[]
}

/** Prepares events that the caller has validated. */
export function prepareBatch(batch: IngestBatch): PreparedBatch {
  const raws = parseJson(batch.events) as unknown[]
  const events = raws.map((raw) => ({ event: storedEvent(raw), raw }))
  const { rejected, events: text } = batch
  return { call: batch, text, events, hashes: hashIds(events), rejected }
}

/** A body that was read: what is to be written, and what the sender is told of the rest. */
export interface PreparedBody {
  batch: PreparedBatch
  rejected: RejectedEvent[]
}

/** Validates and prepares the body of an ingest request. */
export function prepareBody(body: IngestBody): Result<PreparedBody, BatchRefusal> {
  const { text, acceptedAtMs: nowMs, backdatingMaxMs, futureMaxMs } = body
  const read = readBatch(text, { nowMs, backdatingMaxMs, futureMaxMs }, body)
  if (!read.ok) return read
  const { valid, rejected } = read.value
  const batch: PreparedBatch = {
    call: body,
    text: rejected.length === 0 ? text : null,
    events: valid,
    hashes: hashIds(valid),
    rejected: rejected.map(toQuarantine),
  }
  return ok({ batch, rejected })
}

function hashIds(events: PreparedBatch['events']): Uint32Array {
  const hashes = new Uint32Array(events.length * HASH_WORDS)
  for (let i = 0; i < events.length; i++) {
    hash128(events[i]!.event.transactionId, hashes, i * HASH_WORDS)
  }
  return hashes
}

/** A rejected event as the quarantine keeps it. */
export function toQuarantine(event: RejectedEvent): QuarantinedInput {
  const { message: reason, ingestId, transactionId, raw } = event
  return { reason, ingestId, transactionId, raw: JSON.stringify(raw) ?? 'null' }
}

/**
 * Writes the batches whose events are all at home here, and says of the others that they are not:
 * it is looked at in the turn of the write, so that no close can come between.
 */
export function writeHome(memory: MeterMemory, batches: PreparedBatch[]): IngestOutcome[] {
  const { homes } = memory
  if (homes.isAnyHome) return writeBatches(memory, batches)
  const isStaying = batches.map(({ events }) =>
    events.every(({ event }) => homes.isHome(event.ingestId)),
  )
  const staying = batches.filter((_, i) => isStaying[i])
  const written = staying.length === 0 ? [] : writeBatches(memory, staying)
  let next = 0
  return batches.map((_, i): IngestOutcome => {
    return isStaying[i] ? written[next++]! : { accepted: 0, duplicates: [], isMoved: true }
  })
}

/**
 * Writes batches in one transaction: what is new goes to the log, duplicates and rejected events
 * are kept aside. All of it happens in one turn, so nobody sees memory ahead of storage; should it
 * throw, memory is ahead for good, and the caller must drop it and abort the object.
 * @returns one outcome for each batch
 */
function writeBatches(memory: MeterMemory, batches: PreparedBatch[]): IngestOutcome[] {
  memory.ids.trim()
  const neededFromMs = Math.min(
    ...batches.map(({ call }) => call.acceptedAtMs - call.dedupeLifetimeMs),
  )
  fillDedupe(memory, neededFromMs)
  const written = memory.storage.transactionSync(() => store(memory, batches, neededFromMs))
  for (const [i, { entries }] of written.chunks.entries()) {
    addDeltas(memory, memory.head.seq + 1 + i, entries)
  }
  memory.head = written.head
  memory.dedupeLifetimeMs = lifetimeOf(batches)
  return written.outcomes
}

function store(memory: MeterMemory, batches: PreparedBatch[], neededFromMs: number) {
  const { sql, dedupeLifetimeMs } = memory
  forgetIds(memory, neededFromMs)
  const { outcomes, pieces, duplicates } = selectFresh(memory, batches)
  const chunks = packChunks(pieces)
  let { head } = memory
  for (const chunk of chunks) head = appendChunk(sql, head, chunk)
  keepDuplicates(sql, duplicates)
  for (const { rejected, call } of batches) keepRejected(sql, rejected, call.acceptedAtMs)
  const lifetimeMs = lifetimeOf(batches)
  if (lifetimeMs !== dedupeLifetimeMs) writeMeta(sql, 'dedupe_lifetime_ms', lifetimeMs)
  return { head, chunks, outcomes }
}

/** The lifetime asked for last. */
function lifetimeOf(batches: PreparedBatch[]): number {
  return batches.at(-1)!.call.dedupeLifetimeMs
}

interface Selection {
  outcomes: IngestOutcome[]
  pieces: Piece[]
  duplicates: DuplicateEvent[]
}

/**
 * Tells new events from duplicates: of the log, and of each other within these batches (EV-45).
 * What is new is remembered at once.
 */
function selectFresh(memory: MeterMemory, batches: PreparedBatch[]): Selection {
  const selection: Selection = { outcomes: [], pieces: [], duplicates: [] }
  const accepted = new AcceptedRun(memory.ids)
  for (const prepared of batches) {
    const { events, hashes, call } = prepared
    const { acceptedAtMs } = call
    const afterMs = acceptedAtMs - call.dedupeLifetimeMs
    const fresh: LogEntry[] = []
    const duplicates: number[] = []
    for (let i = 0; i < events.length; i++) {
      const { event, raw } = events[i]!
      const hashOffset = i * HASH_WORDS
      const id = accepted.find(event.ingestId)
      if (isLogged(memory, id, hashes, hashOffset, afterMs)) {
        duplicates.push(i)
        selection.duplicates.push({ raw, receivedAtMs: acceptedAtMs, hashes, hashOffset })
        continue
      }
      memory.dedupe.add(id.index, hashes, hashOffset, acceptedAtMs)
      accepted.add(id)
      fresh.push({ event, idIndex: id.index, acceptedAtMs, hashes, hashOffset })
    }
    selection.outcomes.push({ accepted: fresh.length, duplicates })
    addPieces(selection.pieces, prepared, fresh, duplicates)
  }
  accepted.end()
  return selection
}

/** Looks up the ingest ids of events, and counts those accepted: events of an id come together. */
class AcceptedRun {
  private readonly ids: IngestIds
  private id: IngestIdEntry | null = null
  private count = 0

  constructor(ids: IngestIds) {
    this.ids = ids
  }

  find(ingestId: string): IngestIdEntry {
    return this.id?.ingestId === ingestId ? this.id : this.ids.findOrAdd(ingestId)
  }

  add(id: IngestIdEntry): void {
    if (id !== this.id) this.end()
    this.id = id
    this.count++
    // The first event of an id makes it one that the next event is compared with.
    if (id.accepted === 0) this.end()
  }

  end(): void {
    if (this.id !== null && this.count > 0) this.ids.addAccepted(this.id, this.count)
    this.count = 0
  }
}

/** Whether the log has the id, under any ingest id of the customer, within the lifetime (EV-43). */
function isLogged(
  { ids, dedupe }: MeterMemory,
  id: IngestIdEntry,
  hashes: Uint32Array,
  hashOffset: number,
  afterMs: number,
): boolean {
  for (const index of ids.activeWith(id)) {
    if (dedupe.has(index, hashes, hashOffset, afterMs)) return true
  }
  return false
}

/** The events' text: as it was sent where all of it is new and short, else event by event. */
function addPieces(
  pieces: Piece[],
  { text, events }: PreparedBatch,
  fresh: LogEntry[],
  duplicates: number[],
): void {
  if (fresh.length === 0) return
  if (text !== null && duplicates.length === 0 && text.length <= CHUNK_UNITS_MAX) {
    pieces.push({ text: text.trim().slice(1, -1), entries: fresh })
    return
  }
  const isDuplicate = new Set(duplicates)
  const kept = events.filter((_, i) => !isDuplicate.has(i))
  for (const [i, { raw }] of kept.entries()) {
    pieces.push({ text: JSON.stringify(raw), entries: [fresh[i]!] })
  }
}
