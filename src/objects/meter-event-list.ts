import { deriveId } from '../core/id.ts'
import type { Segment } from '../core/metering/segment-reader.ts'
import { withArchive } from './meter-archive.ts'
import { readBlockAfter, type Block } from './meter-blocks.ts'
import { scanDuplicates } from './meter-duplicates.ts'
import {
  candidatesIn,
  chunkTest,
  eventTest,
  segmentTest,
  type FilteredQuery,
} from './meter-event-filter.ts'
import { readChunk, scanChunkIds } from './meter-log.ts'
import type { MeterMemory } from './meter-memory.ts'
import { openSegment } from './meter-parts.ts'
import type { ConfiguredCall, FoundEvent } from './meter-rpc.ts'
import { toFound, WantedIds, type Candidate, type RawEvent } from './meter-search.ts'
import { readSuppressed, suppressedIn } from './meter-suppression.ts'

export interface EventListQuery extends ConfiguredCall, FilteredQuery {
  /** Where to begin; null: at the beginning. */
  from: EventPosition | null
  limit: number
}

/** A place in what a meter lists: first its log in order, then the duplicates that it remembers. */
export interface EventPosition {
  source: 'log' | 'duplicates'
  /** Chunk of the log, or row of duplicates. */
  row: number
  /** Place within the row. */
  index: number
}

export interface EventPage {
  events: FoundEvent[]
  /**
   * Where the next page begins; null where all was looked at. A page may end early, even empty,
   * when much was looked at for it.
   */
  next: EventPosition | null
}

/** What is looked at before other calls have their turn … */
const SLICE_ROWS = 500
const SLICE_EVENTS = 2_000
/** To look at so many events of a block costs about as much as to look at a row of the log. */
const EVENTS_LIKE_A_ROW = 40
/** Events of a block, of which each segment may have some: few, since it is decoded for them. */
const SLICE_SEALED_EVENTS = 1_000
/** … and for one page. */
const PAGE_ROWS = 20_000
const PAGE_EVENTS = 40_000
/** A page ends with the event that brings it to so much text: an answer may have 32 MiB. */
const PAGE_UNITS = 4 * 1024 * 1024

/** A page of the meter's events, in the order of the log: a position stays good as more come. */
export async function listEvents(
  memory: MeterMemory,
  bucket: R2Bucket,
  query: EventListQuery,
): Promise<EventPage> {
  const isWanted = eventTest(memory, query)
  const wantedIds = query.filter.transactionIds && new WantedIds(query.filter.transactionIds)
  const events: FoundEvent[] = []
  let [rows, looked, units] = [0, 0, 0]
  let at: EventPosition | null = query.from ?? { source: 'log', row: 0, index: 0 }
  while (at !== null) {
    const from: EventPosition = at
    const slice =
      (from.source === 'log' && (await sliceBlock(memory, bucket, query, from))) ||
      (from.source === 'log' ? sliceLog : sliceDuplicates)(memory, query, wantedIds, from)
    for (const { event, place } of slice.candidates) {
      if (!isWanted(event)) continue
      const found = toFound(event)
      events.push(found)
      units += (found.properties?.length ?? 0) + found.ingestId.length + found.eventType.length
      if (events.length >= query.limit || units >= PAGE_UNITS) {
        return { events, next: { ...place, index: place.index + 1 } }
      }
    }
    at = slice.next
    rows += slice.rows
    looked += slice.candidates.length
    if (rows >= PAGE_ROWS || looked >= PAGE_EVENTS) break
    await scheduler.wait(0)
  }
  return { events, next: at }
}

interface Slice {
  candidates: { event: Candidate; place: EventPosition }[]
  rows: number
  next: EventPosition | null
}

/**
 * The first candidates, from a place on, in the sealed block that has it or comes next; null where
 * only chunks follow. The block's segments are taken at once and looked at one by one: what becomes
 * of the block meanwhile does not matter.
 */
async function sliceBlock(
  memory: MeterMemory,
  bucket: R2Bucket,
  query: EventListQuery,
  from: EventPosition,
): Promise<Slice | null> {
  const opened = await withArchive(memory, bucket, () => openBlock(memory, query, from))
  if (opened === null) return null
  const { block, segments } = opened
  const found: { seq: number; index: number; segment: Segment; at: number }[] = []
  for (const segment of segments) {
    const { seqs, indexes } = segment.places
    for (const at of candidatesIn(segment, query.filter)) {
      const [seq, index] = [seqs[at]!, indexes[at]!]
      const isBefore = seq < from.row || (seq === from.row && index < from.index)
      if (!isBefore) found.push({ seq, index, segment, at })
    }
    await scheduler.wait(0)
  }
  found.sort((a, b) => a.seq - b.seq || a.index - b.index)
  const taken = found.slice(0, SLICE_SEALED_EVENTS)
  for (const segment of new Set(taken.map((place) => place.segment))) {
    // Decodes its columns, one segment a turn.
    segment.events(0, 0)
    await scheduler.wait(0)
  }
  const isSuppressed = suppressedIn(memory.sql, block)
  const candidates = taken.map(({ seq, index, segment, at }) => {
    const { raw, acceptedAtMs } = segment.events(at, at + 1)[0]!
    const id = deriveId('event', memory.meterName, String(seq), String(index))
    const isDuplicate = isSuppressed?.({ seq, index }) ?? false
    const event = { id, raw: raw as RawEvent, acceptedAtMs, isDuplicate }
    return { event, place: { source: 'log' as const, row: seq, index } }
  })
  const following = found[SLICE_SEALED_EVENTS] ?? { seq: block.lastSeq + 1, index: 0 }
  const next: EventPosition = { source: 'log', row: following.seq, index: following.index }
  const events = segments.reduce((sum, { count }) => sum + count, 0)
  return { candidates, rows: Math.ceil(events / EVENTS_LIKE_A_ROW), next }
}

/** The block at a place of the log or after it, with the segments that may hold what is asked for. */
function openBlock(
  memory: MeterMemory,
  { filter, sinceMs }: EventListQuery,
  from: EventPosition,
): { block: Block; segments: Segment[] } | null {
  const block = readBlockAfter(memory.sql, { seq: from.row - 1, acceptedFromMs: sinceMs })
  if (block === null) return null
  const mayHold = segmentTest(memory, filter)
  const segments = block.directory.flatMap((info, number) =>
    mayHold(info) ? [openSegment(memory, block, number)] : [],
  )
  return { block, segments }
}

function sliceLog(
  memory: MeterMemory,
  { filter, sinceMs }: EventListQuery,
  wantedIds: WantedIds | undefined,
  from: EventPosition,
): Slice {
  const { sql, meterName } = memory
  const slice: Slice = { candidates: [], rows: 0, next: { source: 'duplicates', row: 0, index: 0 } }
  const mayHold = chunkTest(memory, filter)
  for (const chunk of scanChunkIds(sql, {
    acceptedAfterMs: sinceMs - 1,
    afterSeq: from.row - 1,
  })) {
    const { seq } = chunk
    const { timeMin, timeMax } = chunk
    const isMet = mayHold({ timeMin, timeMax, idIndexes: () => chunk.idIndexes })
    const isHit = isMet && (wantedIds?.placesIn(chunk.hashes).length ?? 1) > 0
    const suppressed = isHit ? readSuppressed(sql, seq) : new Set<number>()
    // Of the log, only suppressed events are duplicates.
    if (isHit && !(filter.isDuplicate === true && suppressed.size === 0)) {
      const acceptedAt = chunk.acceptedAt()
      for (const { index, raw } of readChunk(sql, seq).events) {
        if (seq === from.row && index < from.index) continue
        const event = {
          id: deriveId('event', meterName, String(seq), String(index)),
          raw: raw as RawEvent,
          acceptedAtMs: acceptedAt[index]!,
          isDuplicate: suppressed.has(index),
        }
        slice.candidates.push({ event, place: { source: 'log', row: seq, index } })
      }
    }
    slice.rows++
    if (slice.rows >= SLICE_ROWS || slice.candidates.length >= SLICE_EVENTS) {
      return { ...slice, next: { source: 'log', row: seq + 1, index: 0 } }
    }
  }
  return slice
}

function sliceDuplicates(
  { sql, meterName }: MeterMemory,
  { filter, sinceMs }: EventListQuery,
  wantedIds: WantedIds | undefined,
  from: EventPosition,
): Slice {
  const slice: Slice = { candidates: [], rows: 0, next: null }
  if (filter.isDuplicate === false) return slice
  for (const row of scanDuplicates(sql, { fromId: from.row, receivedFromMs: sinceMs })) {
    if ((wantedIds?.placesIn(row.hashes).length ?? 1) > 0) {
      for (const [index, { raw, receivedAtMs }] of row.read().entries()) {
        if (row.id === from.row && index < from.index) continue
        const event = {
          id: deriveId('duplicate', meterName, String(row.id), String(index)),
          raw: raw as RawEvent,
          acceptedAtMs: receivedAtMs,
          isDuplicate: true,
        }
        slice.candidates.push({ event, place: { source: 'duplicates', row: row.id, index } })
      }
    }
    slice.rows++
    if (slice.rows >= SLICE_ROWS || slice.candidates.length >= SLICE_EVENTS) {
      return { ...slice, next: { source: 'duplicates', row: row.id + 1, index: 0 } }
    }
  }
  return slice
}
