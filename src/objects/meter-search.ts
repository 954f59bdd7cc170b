import { deriveId } from '../core/id.ts'
import { parseJson } from '../core/json-number.ts'
import { acceptedTimes, HASH_WORDS, type Chunk } from '../core/metering/chunk.ts'
import { hash128 } from '../core/metering/hash128.ts'
import { readChunk } from './meter-log.ts'
import type { MeterMemory } from './meter-memory.ts'
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
export async function findEvents(memory: MeterMemory, search: EventSearch): Promise<FoundEvent[]> {
  const wanted = new WantedIds(search.transactionIds)
  const found: FoundEvent[] = []
  let units = 0
  for (const source of [CHUNKS, DUPLICATES]) {
    let after = 0
    while (found.length < FOUND_MAX) {
      const rows = memory.sql
        .exec<SearchRow>(source.query, after, search.sinceMs, ROWS_PER_TURN)
        .toArray()
      for (const row of rows) {
        const places = wanted.placesIn(new Uint32Array(row.hashes))
        if (places.length === 0) continue
        for (const event of source.read(memory, row, places, search)) {
          const kept = search.isWithoutProperties ? { ...event, properties: null } : event
          units += kept.properties?.length ?? 0
          if (units > ANSWER_UNITS_MAX) throw tooLarge()
          found.push(kept)
        }
      }
      const last = rows.at(-1)
      if (last === undefined) break
      after = last.id
      await scheduler.wait(0)
    }
  }
  return found.slice(0, FOUND_MAX)
}

/** Its status makes it a 413 where it reaches a caller of the API. */
function tooLarge(): Error {
  const message =
    'The events are too large for one answer; search for fewer at a time, or with a limit, which gives pages.'
  return Object.assign(new Error(message), { status: 413 })
}

/** Recognizes hashes of the transaction ids that are searched for. */
export class WantedIds {
  private readonly words = new Uint32Array()
  private readonly firstWords = new Set<number>()

  constructor(transactionIds: string[]) {
    this.words = new Uint32Array(transactionIds.length * HASH_WORDS)
    for (const [i, id] of transactionIds.entries()) {
      hash128(id, this.words, i * HASH_WORDS)
      this.firstWords.add(this.words[i * HASH_WORDS]!)
    }
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

interface Source {
  /** Rows after an id, of events accepted (or received) at an instant or later. */
  query: string
  read(memory: MeterMemory, row: SearchRow, places: number[], search: EventSearch): FoundEvent[]
}

const CHUNKS: Source = {
  query: `SELECT seq AS id, hashes FROM chunks
    WHERE seq > ? AND accepted_at_max >= ? ORDER BY seq LIMIT ?`,
  read({ sql, meterName }, { id: seq }, places, search) {
    const { accepted_runs } = sql
      .exec<{ accepted_runs: string }>('SELECT accepted_runs FROM chunks WHERE seq = ?', seq)
      .one()
    const acceptedAt = acceptedTimes(JSON.parse(accepted_runs) as Chunk['acceptedRuns'])
    const suppressed = readSuppressed(sql, seq)
    const { events } = readChunk(sql, seq)
    const candidates = places.map((index) => ({
      id: deriveId('event', meterName, String(seq), String(index)),
      raw: events[index]!.raw as RawEvent,
      acceptedAtMs: acceptedAt[index]!,
      isDuplicate: suppressed.has(index),
    }))
    return candidates.filter((candidate) => isMeant(candidate, search)).map(toFound)
  },
}

const DUPLICATES: Source = {
  query: `SELECT id, hashes FROM duplicates
    WHERE id > ? AND received_at_max >= ? ORDER BY id LIMIT ?`,
  read({ sql, meterName }, { id: row }, places, search) {
    const { body } = sql
      .exec<{ body: ArrayBuffer }>('SELECT body FROM duplicates WHERE id = ?', row)
      .one()
    const events = parseJson(expandText(body)) as [receivedAtMs: number, raw: RawEvent][]
    const candidates = places.map((index) => ({
      id: deriveId('duplicate', meterName, String(row), String(index)),
      raw: events[index]![1],
      acceptedAtMs: events[index]![0],
      isDuplicate: true,
    }))
    return candidates.filter((candidate) => isMeant(candidate, search)).map(toFound)
  },
}

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

function isMeant({ raw, acceptedAtMs }: Candidate, search: EventSearch): boolean {
  return acceptedAtMs >= search.sinceMs && search.transactionIds.includes(raw.transaction_id)
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
