import { assert } from '../result.ts'
import type { UsageEvent } from './event.ts'

/** An event on its way into the log. */
export interface LogEntry {
  event: UsageEvent
  /** The short name of its ingest id within the meter. */
  idIndex: number
  /** The environment's clock when it was accepted. */
  acceptedAtMs: number
  /** Four words of `hash128(transactionId)`, at `hashOffset`. */
  hashes: Uint32Array
  hashOffset: number
}

/** What one row of the log holds: the events as received, and columns to scan without them. */
export interface Chunk {
  count: number
  timeMin: number
  timeMax: number
  acceptedAtMax: number
  /** Events were accepted in runs: how many, and when. */
  acceptedRuns: [count: number, acceptedAtMs: number][]
  /** Four words an event. */
  hashes: Uint32Array
  /** One word an event. */
  idIndexes: Uint32Array
  /** The events as received: JSON that makes an array of them when joined by commas. */
  texts: string[]
  entries: LogEntry[]
}

export const HASH_WORDS = 4

// A row of SQLite in a Durable Object holds 2 MB. A UTF-16 unit takes at most three bytes, and gzip
// adds next to nothing to what it cannot compress; an event takes 20 bytes in the columns.
export const CHUNK_UNITS_MAX = 450_000
export const CHUNK_EVENTS_MAX = 16_000

/** Events that are written as one text: JSON, separated by commas, without brackets. */
export interface Piece {
  text: string
  entries: LogEntry[]
}

/**
 * Packs pieces into as few chunks as may be, in order. A piece is not cut: it must fit by itself,
 * as any single event does.
 */
export function packChunks(pieces: Iterable<Piece>): Chunk[] {
  const chunks: Chunk[] = []
  let texts: string[] = []
  let entries: LogEntry[] = []
  let units = 0
  const close = () => {
    if (entries.length > 0) chunks.push(makeChunk(texts, entries))
    texts = []
    entries = []
    units = 0
  }
  for (const piece of pieces) {
    assert(piece.text.length <= CHUNK_UNITS_MAX, 'a piece of the log fits into a chunk')
    const isFull =
      units + piece.text.length > CHUNK_UNITS_MAX ||
      entries.length + piece.entries.length > CHUNK_EVENTS_MAX
    if (isFull) close()
    texts.push(piece.text)
    entries.push(...piece.entries)
    units += piece.text.length
  }
  close()
  return chunks
}

function makeChunk(texts: string[], entries: LogEntry[]): Chunk {
  const hashes = new Uint32Array(entries.length * HASH_WORDS)
  const idIndexes = new Uint32Array(entries.length)
  const acceptedRuns: Chunk['acceptedRuns'] = []
  let [timeMin, timeMax, acceptedAtMax] = [Infinity, -Infinity, -Infinity]
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]!
    const { event, acceptedAtMs, hashOffset } = entry
    for (let word = 0; word < HASH_WORDS; word++) {
      hashes[i * HASH_WORDS + word] = entry.hashes[hashOffset + word]!
    }
    idIndexes[i] = entry.idIndex
    timeMin = Math.min(timeMin, event.timestampMs)
    timeMax = Math.max(timeMax, event.timestampMs)
    acceptedAtMax = Math.max(acceptedAtMax, acceptedAtMs)
    const run = acceptedRuns.at(-1)
    if (run !== undefined && run[1] === acceptedAtMs) run[0]++
    else acceptedRuns.push([1, acceptedAtMs])
  }
  const count = entries.length
  return { count, timeMin, timeMax, acceptedAtMax, acceptedRuns, hashes, idIndexes, texts, entries }
}

/** When each event of a chunk was accepted. */
export function acceptedTimes(runs: Chunk['acceptedRuns']): number[] {
  const times: number[] = []
  for (const [count, acceptedAtMs] of runs) {
    for (let i = 0; i < count; i++) times.push(acceptedAtMs)
  }
  return times
}
