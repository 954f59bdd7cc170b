import { deriveId } from '../core/id.ts'
import { parseJson } from '../core/json-number.ts'
import { HASH_WORDS } from '../core/metering/chunk.ts'
import { hash128 } from '../core/metering/hash128.ts'
import type { LoggedEvent } from '../core/metering/segment-reader.ts'
import { withArchive } from './meter-archive.ts'
import { readBlockAfter, type Block } from './meter-blocks.ts'
import { readChunk } from './meter-log.ts'
import type { MeterMemory } from './meter-memory.ts'
import { openSegment } from './meter-parts.ts'
import type { EventSearch, FoundEvent } from './meter-rpc.ts'
import { readSuppressed } from './meter-suppression.ts'
import { expandText } from './text-codec.ts'

/** A search answers with at most so many events; it is made for samples (ES-8). */
export const FOUND_MAX = 1_000

/** An answer over 32 MiB is more than a call between objects carries. */
const ANSWER_UNITS_MAX = 12 * 1024 * 1024

/** Rows that are looked through before other calls have their turn. */
const ROWS_PER_TURN = 500

/** The events with these transaction ids: those of the log, then the remembered duplicates. */
export async function findEvents(
  memory: MeterMemory,
  bucket: R2Bucket,
  search: EventSearch,
): Promise<FoundEvent[]> {
  const wanted = new WantedIds(search.transactionIds)
  const found = new FoundEvents(search)
  for (const source of [searchLog, searchDuplicates]) {
    let after: number | null = 0
    while (after !== null && found.events.length < FOUND_MAX) {
      const turn: Turn = { wanted, after, found }
      after = await withArchive(memory, bucket, () => source(memory, search.sinceMs, turn))
      await scheduler.wait(0)
    }
  }
  return found.events.slice(0, FOUND_MAX)
}

/** What was found so far. */
class FoundEvents {
  readonly events: FoundEvent[] = []
  private readonly search: EventSearch
  private units = 0

  constructor(search: EventSearch) {
    this.search = search
  }

  /** Adds an event that is meant. Of a wanted id's hash there may be others. */
  add(candidate: Candidate): void {
    const { sinceMs, transactionIds, isWithoutProperties = false } = this.search
    const { raw, acceptedAtMs } = candidate
    if (acceptedAtMs < sinceMs || !transactionIds.includes(raw.transaction_id)) return
    const found = toFound(candidate)
    const kept = isWithoutProperties ? { ...found, properties: null } : found
    this.units += kept.properties?.length ?? 0
    if (this.units > ANSWER_UNITS_MAX) throw tooLarge()
    this.events.push(kept)
  }
}

/** Its status makes it a 413 where it reaches a caller of the API. */
function tooLarge(): Error {
  const message =
    'The events are too large for one answer; search for fewer at a time, or with a limit, which gives pages.'
  return Object.assign(new Error(message), { status: 413 })
}

interface Turn {
  wanted: WantedIds
  /** Where the turn before ended. */
  after: number
  found: FoundEvents
}

/** Looks through a sealed block, or else some chunks; answers where the next turn goes on. */
function searchLog(memory: MeterMemory, sinceMs: number, turn: Turn): number | null {
  const { sql } = memory
  // Chunks may have been sealed since the turn before: then a block begins before `after`.
  const block = readBlockAfter(sql, { seq: turn.after, acceptedFromMs: sinceMs })
  if (block !== null) {
    searchBlock(memory, block, turn)
    return block.lastSeq
  }
  const rows = sql
    .exec<SearchRow>(
      `SELECT seq AS id, hashes FROM chunks
        WHERE seq > ? AND accepted_at_max >= ? ORDER BY seq LIMIT ?`,
      turn.after,
      sinceMs,
      ROWS_PER_TURN,
    )
    .toArray()
  for (const { id: seq, hashes } of rows) {
    const places = new Set(turn.wanted.placesIn(new Uint32Array(hashes)))
    if (places.size === 0) continue
    const events = readChunk(sql, seq).events.filter(({ index }) => places.has(index))
    addLogged(memory, events, turn)
  }
  return rows.at(-1)?.id ?? null
}

function searchBlock(memory: MeterMemory, block: Block, turn: Turn): void {
  const events = block.directory.flatMap((_, number) => {
    const segment = openSegment(memory, block, number)
    return segment.transactionIds.flatMap((transactionId, i) =>
      turn.wanted.hasText(transactionId) ? segment.events(i, i + 1) : [],
    )
  })
  const rest = events.filter(({ seq }) => seq > turn.after)
  addLogged(
    memory,
    rest.sort((a, b) => a.seq - b.seq || a.index - b.index),
    turn,
  )
}

function addLogged({ sql, meterName }: MeterMemory, events: LoggedEvent[], { found }: Turn): void {
  for (const { seq, index, acceptedAtMs, raw } of events) {
    const id = deriveId('event', meterName, String(seq), String(index))
    const isDuplicate = readSuppressed(sql, seq).has(index)
    found.add({ id, raw: raw as RawEvent, acceptedAtMs, isDuplicate })
  }
}

function searchDuplicates(memory: MeterMemory, sinceMs: number, turn: Turn): number | null {
  const rows = memory.sql
    .exec<SearchRow>(
      `SELECT id, hashes FROM duplicates
        WHERE id > ? AND received_at_max >= ? ORDER BY id LIMIT ?`,
      turn.after,
      sinceMs,
      ROWS_PER_TURN,
    )
    .toArray()
  for (const row of rows) {
    const places = turn.wanted.placesIn(new Uint32Array(row.hashes))
    if (places.length > 0) addDuplicates(memory, { id: row.id, places }, turn)
  }
  return rows.at(-1)?.id ?? null
}

function addDuplicates(
  { sql, meterName }: MeterMemory,
  { id: row, places }: { id: number; places: number[] },
  { found }: Turn,
): void {
  const { body } = sql
    .exec<{ body: ArrayBuffer }>('SELECT body FROM duplicates WHERE id = ?', row)
    .one()
  const events = parseJson(expandText(body)) as [receivedAtMs: number, raw: RawEvent][]
  for (const index of places) {
    const [acceptedAtMs, raw] = events[index]!
    const id = deriveId('duplicate', meterName, String(row), String(index))
    found.add({ id, raw, acceptedAtMs, isDuplicate: true })
  }
}

/** Recognizes the transaction ids that are searched for, and their hashes. */
export class WantedIds {
  private readonly texts: ReadonlySet<string>
  private readonly words: Uint32Array
  private readonly firstWords = new Set<number>()

  constructor(transactionIds: string[]) {
    this.texts = new Set(transactionIds)
    this.words = new Uint32Array(transactionIds.length * HASH_WORDS)
    for (const [i, id] of transactionIds.entries()) {
      hash128(id, this.words, i * HASH_WORDS)
      this.firstWords.add(this.words[i * HASH_WORDS]!)
    }
  }

  hasText(transactionId: string): boolean {
    return this.texts.has(transactionId)
  }

  /** Which of a row's events may be meant: their text decides. */
  placesIn(hashes: Uint32Array): number[] {
    const places: number[] = []
    for (let at = 0; at < hashes.length; at += HASH_WORDS) {
      if (this.firstWords.has(hashes[at]!) && this.has(hashes, at)) places.push(at / HASH_WORDS)
    }
    return places
  }

  private has(hashes: Uint32Array, at: number): boolean {
    for (let own = 0; own < this.words.length; own += HASH_WORDS) {
      let word = 0
      while (word < HASH_WORDS && this.words[own + word] === hashes[at + word]) word++
      if (word === HASH_WORDS) return true
    }
    return false
  }
}

type SearchRow = { id: number; hashes: ArrayBuffer }

export interface RawEvent {
  transaction_id: string
  customer_id: string
  event_type: string
  timestamp: string
  properties?: unknown
}

export interface Candidate {
  id: string
  raw: RawEvent
  acceptedAtMs: number
  isDuplicate: boolean
}

export function toFound({ id, raw, acceptedAtMs, isDuplicate }: Candidate): FoundEvent {
  return {
    id,
    transactionId: raw.transaction_id,
    ingestId: raw.customer_id,
    eventType: raw.event_type,
    timestamp: raw.timestamp,
    properties: raw.properties === undefined ? null : JSON.stringify(raw.properties),
    acceptedAtMs,
    isDuplicate,
  }
}
