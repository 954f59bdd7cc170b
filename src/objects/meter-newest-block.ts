import { deriveId } from '../core/id.ts'
import type { EventKey } from '../core/metering/event-order.ts'
import type { Segment } from '../core/metering/segment-reader.ts'
import { withArchive } from './meter-archive.ts'
import type { Block } from './meter-blocks.ts'
import { candidatesIn, segmentTest } from './meter-event-filter.ts'
import type { MeterMemory } from './meter-memory.ts'
import {
  latestUpTo,
  type NewestQuery,
  type NewestSlice,
  type SliceStart,
} from './meter-newest-slice.ts'
import { openSegment } from './meter-parts.ts'
import type { RawEvent } from './meter-search.ts'
import { suppressedIn } from './meter-suppression.ts'

/** Events of a block, of which each segment may have some: few, since it is decoded for them. */
const SLICE_SEALED_EVENTS = 1_000
/** To look at so many events of a block costs about as much as to look at a row of the log. */
const EVENTS_LIKE_A_ROW = 40

interface BlockSlice {
  query: NewestQuery
  start: SliceStart
  block: Block
  reading: BlockReading
}

/** The block that a page reads, which takes several turns: it is opened once. */
export interface BlockReading {
  opened: OpenedBlock | null
}

interface OpenedBlock {
  block: Block
  /** When each of its chunks was written. */
  timeOf: (seq: number) => number
  /** All candidates, newest first. */
  places: FoundPlace[]
}

/**
 * The newest candidates, before a place, of a sealed block. Its segments are taken at once and looked
 * at one by one: what becomes of the block meanwhile does not matter.
 */
export async function sliceNewestOfBlock(
  memory: MeterMemory,
  bucket: R2Bucket,
  { query, start, block, reading }: BlockSlice,
): Promise<NewestSlice> {
  const { sql, meterName } = memory
  const { firstSeq, lastSeq } = block
  const latest = latestUpTo(sql, lastSeq)
  if (latest < query.sinceMs) return { candidates: [], rows: 1, end: null }
  const keyAt = (atMs: number, row: number, index: number): EventKey => {
    return { atMs, meterName, source: 'log', row, index }
  }
  const end = firstSeq === 1 ? null : keyAt(latest, firstSeq, 0)
  const isSuppressed = suppressedIn(sql, block)
  // Of the log, only suppressed events are duplicates.
  const isEmpty = query.filter.isDuplicate === true && isSuppressed === null
  const mayHold = segmentTest(memory, query.filter)
  const wanted = block.directory.map((info) => !isEmpty && mayHold(info))
  if (!wanted.includes(true)) return { candidates: [], rows: 1, end }
  const isOpen = reading.opened?.block.lastSeq === lastSeq
  const opened = isOpen
    ? reading.opened!
    : await openBlock(memory, bucket, { query, block, wanted })
  reading.opened = opened
  const { timeOf } = opened
  const found = await takeNewest(opened, start)
  const candidates = found.places.map(({ seq, index, segment, at }) => {
    const { raw, acceptedAtMs } = segment.events(at, at + 1)[0]!
    const id = deriveId('event', meterName, String(seq), String(index))
    const isDuplicate = isSuppressed?.({ seq, index }) ?? false
    const event = { id, raw: raw as RawEvent, acceptedAtMs, isDuplicate }
    return { event, key: keyAt(timeOf(seq), seq, index) }
  })
  return {
    candidates,
    rows: Math.ceil((isOpen ? candidates.length : block.count) / EVENTS_LIKE_A_ROW),
    end: found.isMore ? candidates.at(-1)!.key : end,
  }
}

async function openBlock(
  memory: MeterMemory,
  bucket: R2Bucket,
  { query, block, wanted }: { query: NewestQuery; block: Block; wanted: boolean[] },
): Promise<OpenedBlock> {
  const { firstSeq } = block
  const timeBefore = latestUpTo(memory.sql, firstSeq - 1)
  const segments = await withArchive(memory, bucket, () =>
    block.directory.map((_, number) => openSegment(memory, block, number)),
  )
  const places: FoundPlace[] = []
  for (const segment of segments.filter((_, number) => wanted[number])) {
    const candidates = candidatesIn(segment, query.filter)
    if (candidates.length === 0) continue
    const { seqs, indexes } = segment.places
    for (const at of candidates) {
      places.push({ seq: seqs[at]!, index: indexes[at]!, segment, at })
    }
    await scheduler.wait(0)
  }
  // Where nothing is found, nobody asks for times.
  if (places.length === 0) return { block, timeOf: () => timeBefore, places }
  const times = await timesOfRows(segments, block, timeBefore)
  places.sort((a, b) => b.seq - a.seq || b.index - a.index)
  return { block, timeOf: (seq) => times[seq - firstSeq]!, places }
}

/** The latest acceptance up to each chunk that the block took the place of. */
async function timesOfRows(
  segments: Segment[],
  { firstSeq, lastSeq }: Block,
  timeBefore: number,
): Promise<Float64Array> {
  const times = new Float64Array(lastSeq - firstSeq + 1)
  for (const { places, acceptedAt } of segments) {
    for (const [i, seq] of places.seqs.entries()) {
      times[seq - firstSeq] = Math.max(times[seq - firstSeq]!, acceptedAt[i]!)
    }
    await scheduler.wait(0)
  }
  let latest = timeBefore
  for (const [i, atMs] of times.entries()) times[i] = latest = Math.max(latest, atMs)
  return times
}

interface FoundPlace {
  seq: number
  index: number
  segment: Segment
  at: number
}

/** The newest candidates before a place that are not too new. */
async function takeNewest(
  { places: all, timeOf }: OpenedBlock,
  { before, limitMs, eventsMax }: SliceStart,
): Promise<{ places: FoundPlace[]; isMore: boolean }> {
  const from = all.findIndex(({ seq, index }) => {
    const isBefore = seq < before.row || (seq === before.row && index < before.index)
    return isBefore && timeOf(seq) <= limitMs
  })
  if (from < 0) return { places: [], isMore: false }
  const places = all.slice(from, from + Math.min(SLICE_SEALED_EVENTS, eventsMax))
  for (const segment of new Set(places.map((place) => place.segment))) {
    // Decodes its columns, one segment a turn.
    segment.events(0, 0)
    await scheduler.wait(0)
  }
  return { places, isMore: from + places.length < all.length }
}
