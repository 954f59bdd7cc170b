import { Segment, type LoggedEvent } from '../core/metering/segment-reader.ts'
import { HASH_WORDS } from '../core/metering/chunk.ts'
import { hash128 } from '../core/metering/hash128.ts'
import { assert } from '../core/result.ts'
import type { ArchiveCache } from './meter-archive-cache.ts'
import {
  cutBody,
  readBlockOf,
  readSegmentRow,
  scanBlocks,
  SEGMENT_CODEC,
  type Block,
  type SegmentInfo,
} from './meter-blocks.ts'
import { readChunk, scanChunkIds, type ChunkIds } from './meter-log.ts'

/** What is read of the log at once: a chunk, or a segment of a sealed block. */
export interface LogPart {
  /** The chunks that its events were written with: one, or all of the block. */
  firstSeq: number
  lastSeq: number
  /**
   * What is counted when this part is, all before it included: `lastSeq`, or a fraction between two
   * numbers where other segments of the block follow.
   */
  position: number
  count: number
  timeMin: number
  timeMax: number
  segment: { block: Block; number: number } | null
}

export interface PartRange {
  /** Positions: what is counted already, and what is to be counted. */
  after: number
  upTo: number
  /** Parts without an event in these milliseconds (both included) are left out, … */
  timeMin?: number
  timeMax?: number
  /** … and segments without one of these ingest ids. */
  idIndexes?: ReadonlySet<number>
}

/** A block never has so many segments. */
const SEGMENTS_MAX = 2 ** 16

/**
 * The parts of the log in order. A part holds whole chunks or parts of them: where a range begins
 * or ends within a block, its segments also hold events beyond, which the reader leaves out.
 */
export function* scanParts(sql: SqlStorage, range: PartRange): Generator<LogPart> {
  const { after, upTo, timeMin = -Infinity, timeMax = Infinity } = range
  const isMet = (part: { timeMin: number; timeMax: number }) =>
    part.timeMax >= timeMin && part.timeMin <= timeMax
  let sealed = after
  for (const block of scanBlocks(sql, { after, upTo })) {
    sealed = block.lastSeq
    if (!isMet(block)) continue
    for (const [number, info] of block.directory.entries()) {
      const position = positionOf(block, number)
      const isBefore = after < block.firstSeq && position <= after
      const isBeyond = upTo < block.firstSeq && position > upTo
      if (isBefore || isBeyond || !isMet(info) || !hasOneOf(info, range.idIndexes)) continue
      const { firstSeq, lastSeq } = block
      yield { ...info, firstSeq, lastSeq, position, segment: { block, number } }
    }
  }
  yield* scanChunkParts(sql, { ...range, after: sealed })
}

type ChunkRow = { seq: number; count: number; time_min: number; time_max: number }

function* scanChunkParts(sql: SqlStorage, range: PartRange): Generator<LogPart> {
  const { after, upTo, timeMin = -Infinity, timeMax = Infinity } = range
  // SQLite has no infinity; no instant lies beyond the safe integers.
  const rows = sql.exec<ChunkRow>(
    `SELECT seq, count, time_min, time_max FROM chunks
      WHERE seq > ? AND seq <= ? AND time_max >= ? AND time_min <= ? ORDER BY seq`,
    after,
    upTo,
    Math.max(timeMin, Number.MIN_SAFE_INTEGER),
    Math.min(timeMax, Number.MAX_SAFE_INTEGER),
  )
  for (const { seq, count, time_min, time_max } of rows) {
    const [firstSeq, lastSeq, position] = [seq, seq, seq]
    const times = { timeMin: time_min, timeMax: time_max }
    yield { firstSeq, lastSeq, position, count, ...times, segment: null }
  }
}

function positionOf({ firstSeq, lastSeq, directory }: Block, number: number): number {
  assert(number < SEGMENTS_MAX, 'the segments of a block can be numbered')
  if (number === directory.length - 1) return lastSeq
  return firstSeq - 1 + (number + 1) / SEGMENTS_MAX
}

function hasOneOf({ idMin, idMax }: SegmentInfo, idIndexes?: ReadonlySet<number>): boolean {
  if (idIndexes === undefined) return true
  for (const idIndex of idIndexes) if (idIndex >= idMin && idIndex <= idMax) return true
  return false
}

/** Where the log is read: here, and what was brought from the archive. */
export interface LogStore {
  sql: SqlStorage
  archive: ArchiveCache
}

/**
 * The events of a part, or those of one ingest id. Like all reads of blocks it throws
 * `ArchivedError` where the block must be brought first: callers run under `withArchive`.
 */
export function readPart(log: LogStore, part: LogPart, idIndex?: number): LoggedEvent[] {
  if (part.segment === null) {
    const { events } = readChunk(log.sql, part.lastSeq)
    return idIndex === undefined ? events : events.filter((event) => event.idIndex === idIndex)
  }
  const segment = openSegment(log, part.segment.block, part.segment.number)
  if (idIndex === undefined) return segment.events()
  const { from, to } = segment.rangeOf(idIndex)
  return segment.events(from, to)
}

export function openSegment(log: LogStore, block: Block, number: number): Segment {
  const { archiveKey, directory, lastSeq } = block
  const bytes =
    archiveKey === null
      ? readSegmentRow(log.sql, lastSeq, number)
      : cutBody(log.archive.bodyOf(block), directory)[number]
  assert(bytes, `segment ${number} of the block up to chunk ${lastSeq} is here`)
  return new Segment(bytes, SEGMENT_CODEC)
}

/** The ids of a part's events, without the rest of them. */
export interface LoggedIds {
  /** Four words an event. */
  hashes: Uint32Array
  idIndexes: Uint32Array
  seqAt(i: number): number
  indexAt(i: number): number
  /** When each event was accepted; computed when asked for. */
  acceptedAt(): number[]
}

export interface IdRange {
  /** Parts of which no event was accepted after this instant are left out, … */
  acceptedAfterMs: number
  /** … and events of other ingest ids. */
  idIndexes: ReadonlySet<number>
}

/**
 * Scans the ids of the log: of one ingest id and hash in the order of the log. Sealed events have
 * no hashes; they are computed again.
 */
export function* scanLoggedIds(log: LogStore, range: IdRange): Generator<LoggedIds> {
  const { acceptedAfterMs, idIndexes: wanted } = range
  let sealed = 0
  for (const block of scanBlocks(log.sql, { after: 0, upTo: Number.MAX_SAFE_INTEGER })) {
    sealed = block.lastSeq
    if (block.acceptedAtMax > acceptedAfterMs) yield* scanBlockIds(log, block, wanted)
  }
  for (const chunk of scanChunkIds(log.sql, { acceptedAfterMs, afterSeq: sealed })) {
    if (chunk.idIndexes.some((idIndex) => wanted.has(idIndex))) yield chunkIds(chunk)
  }
}

/** Scans the ids behind a chunk, of some ingest ids, block by block and chunk by chunk. */
export function* scanIdsAfter(
  log: LogStore,
  afterSeq: number,
  wanted: ReadonlySet<number>,
): Generator<{ lastSeq: number; ids: LoggedIds[] }> {
  let sealed = afterSeq
  for (const block of scanBlocks(log.sql, { after: afterSeq, upTo: Number.MAX_SAFE_INTEGER })) {
    sealed = block.lastSeq
    yield { lastSeq: sealed, ids: [...scanBlockIds(log, block, wanted)] }
  }
  for (const chunk of scanChunkIds(log.sql, { acceptedAfterMs: -Infinity, afterSeq: sealed })) {
    yield { lastSeq: chunk.seq, ids: [chunkIds(chunk)] }
  }
}

function chunkIds(chunk: ChunkIds): LoggedIds {
  const { seq, hashes, idIndexes } = chunk
  const acceptedAt = () => chunk.acceptedAt()
  return { hashes, idIndexes, seqAt: () => seq, indexAt: (i) => i, acceptedAt }
}

function* scanBlockIds(
  log: LogStore,
  block: Block,
  wanted: ReadonlySet<number>,
): Generator<LoggedIds> {
  if (block.archiveKey !== null) {
    const isMeant = block.directory.some((info) => hasOneOf(info, wanted))
    if (isMeant) yield* log.archive.idsOf(block, wanted)
    return
  }
  for (const [number, info] of block.directory.entries()) {
    if (hasOneOf(info, wanted)) yield readSegmentIds(openSegment(log, block, number), wanted)
  }
}

/** The ids of a whole block's events under these ingest ids. */
export function readBlockIds(
  { directory }: Block,
  body: Uint8Array,
  wanted: ReadonlySet<number>,
): LoggedIds[] {
  return cutBody(body, directory).flatMap((bytes, number) =>
    hasOneOf(directory[number]!, wanted)
      ? [readSegmentIds(new Segment(bytes, SEGMENT_CODEC), wanted)]
      : [],
  )
}

/** The ids of a segment's events under these ingest ids. */
function readSegmentIds(segment: Segment, wanted: ReadonlySet<number>): LoggedIds {
  const at: number[] = []
  for (let i = 0; i < segment.count; i++) {
    if (wanted.has(segment.idIndexes[i]!)) at.push(i)
  }
  const hashes = new Uint32Array(at.length * HASH_WORDS)
  const { transactionIds, places } = segment
  for (let i = 0; i < at.length; i++) hash128(transactionIds[at[i]!]!, hashes, i * HASH_WORDS)
  // Copies: what is kept of a segment must not keep all of it.
  const seqs = Float64Array.from(at, (place) => places.seqs[place]!)
  const indexes = Uint32Array.from(at, (place) => places.indexes[place]!)
  const acceptedAt = at.map((place) => segment.acceptedAt[place]!)
  return {
    hashes,
    idIndexes: Uint32Array.from(at, (place) => segment.idIndexes[place]!),
    seqAt: (i) => seqs[i]!,
    indexAt: (i) => indexes[i]!,
    acceptedAt: () => acceptedAt,
  }
}

/** The timestamps between which the events of an ingest id in these chunks lie, roughly. */
export function timesOf(
  sql: SqlStorage,
  idIndex: number,
  seqs: ReadonlySet<number>,
): { timeMin: number; timeMax: number } {
  const range = { timeMin: Infinity, timeMax: -Infinity }
  let block: Block | null = null
  for (const seq of [...seqs].sort((a, b) => a - b)) {
    if (block !== null && seq <= block.lastSeq) continue
    block = readBlockOf(sql, seq)
    const infos = block?.directory ?? [...scanChunkParts(sql, { after: seq - 1, upTo: seq })]
    for (const info of infos) {
      if ('idMin' in info && !hasOneOf(info, new Set([idIndex]))) continue
      range.timeMin = Math.min(range.timeMin, info.timeMin)
      range.timeMax = Math.max(range.timeMax, info.timeMax)
    }
  }
  return range
}
