import { deriveId } from '../core/id.ts'
import { storedEvent, type UsageEvent } from '../core/metering/event.ts'
import { conditionsOf, matches } from '../core/metering/filter.ts'
import { scanDuplicates } from './meter-duplicates.ts'
import { readChunk, scanChunkIds, type ChunkIds } from './meter-log.ts'
import type { MeterMemory } from './meter-memory.ts'
import type { ConfiguredCall, FoundEvent } from './meter-rpc.ts'
import { toFound, WantedIds, type RawEvent } from './meter-search.ts'
import { readSuppressed } from './meter-suppression.ts'

/** What events may lack: a customer who holds their ingest id, or a metric that they feed. */
export const UNMATCHED = ['customer', 'billable_metric', 'any'] as const
export type Unmatched = (typeof UNMATCHED)[number]

/** Which events are listed: those that fit every given member. */
export interface EventFilter {
  transactionIds?: string[]
  /** `customer_id` as sent. */
  ingestIds?: string[]
  eventTypes?: string[]
  /** Timestamps of this instant or later, … */
  startMs?: number
  /** … and before this one. */
  endMs?: number
  unmatched?: Unmatched
  /** Refused as a duplicate, or not counted because an alias made it one. */
  isDuplicate?: boolean
}

export interface EventListQuery extends ConfiguredCall {
  filter: EventFilter
  /** The metrics that are in use: what an event may match. */
  activeMetricIds: string[]
  /** Events accepted before this instant of the environment's clock are left out. */
  sinceMs: number
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
/** … and for one page. */
const PAGE_ROWS = 20_000
const PAGE_EVENTS = 40_000
/** A page ends with the event that brings it to so much text: an answer may have 32 MiB. */
const PAGE_UNITS = 4 * 1024 * 1024

/** A page of the meter's events, in the order of the log: a position stays good as more come. */
export async function listEvents(memory: MeterMemory, query: EventListQuery): Promise<EventPage> {
  const isWanted = eventTest(memory, query)
  const wantedIds = query.filter.transactionIds && new WantedIds(query.filter.transactionIds)
  const events: FoundEvent[] = []
  let [rows, looked, units] = [0, 0, 0]
  let at: EventPosition | null = query.from ?? { source: 'log', row: 0, index: 0 }
  while (at !== null) {
    const slice = (at.source === 'log' ? sliceLog : sliceDuplicates)(memory, query, wantedIds, at)
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

interface Candidate {
  id: string
  raw: RawEvent
  acceptedAtMs: number
  isDuplicate: boolean
}

interface Slice {
  candidates: { event: Candidate; place: EventPosition }[]
  rows: number
  next: EventPosition | null
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
    const isHit = mayHold(chunk) && (wantedIds?.placesIn(chunk.hashes).length ?? 1) > 0
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

/** Whether a chunk may hold what is asked for, told without its events. */
function chunkTest(
  { ids }: MeterMemory,
  { ingestIds, startMs = -Infinity, endMs = Infinity }: EventFilter,
): (chunk: ChunkIds) => boolean {
  const indexes = ingestIds && new Set(ingestIds.map((id) => ids.find(id)?.index))
  return ({ timeMin, timeMax, idIndexes }) =>
    timeMin < endMs &&
    timeMax >= startMs &&
    (indexes === undefined || idIndexes.some((index) => indexes.has(index)))
}

function eventTest(
  memory: MeterMemory,
  { filter, activeMetricIds, sinceMs }: EventListQuery,
): (candidate: Candidate) => boolean {
  const { transactionIds, ingestIds, eventTypes, startMs, endMs, unmatched, isDuplicate } = filter
  const wantedIds = transactionIds && new Set(transactionIds)
  const wantedIngestIds = ingestIds && new Set(ingestIds)
  const wantedTypes = eventTypes && new Set(eventTypes)
  const isUnmatched = unmatched && unmatchedTest(memory, activeMetricIds, unmatched)
  return ({ raw, acceptedAtMs, isDuplicate: isOne }) => {
    if (acceptedAtMs < sinceMs || (isDuplicate !== undefined && isDuplicate !== isOne)) return false
    if (wantedIds?.has(raw.transaction_id) === false) return false
    if (wantedIngestIds?.has(raw.customer_id) === false) return false
    if (wantedTypes?.has(raw.event_type) === false) return false
    const event = storedEvent(raw)
    const { timestampMs } = event
    if (timestampMs < (startMs ?? -Infinity) || timestampMs >= (endMs ?? Infinity)) return false
    return isUnmatched?.(event) ?? true
  }
}

function unmatchedTest(
  { ids, metrics }: MeterMemory,
  activeMetricIds: string[],
  unmatched: Unmatched,
): (event: UsageEvent) => boolean {
  const active = new Set(activeMetricIds)
  const conditions = metrics
    .filter(({ metric }) => active.has(metric.id))
    .map(({ metric }) => conditionsOf(metric))
  const lacksCustomer = ({ ingestId }: UsageEvent) =>
    (ids.find(ingestId)?.customerId ?? null) === null
  const lacksMetric = (event: UsageEvent) => !conditions.some((all) => matches(all, event))
  if (unmatched === 'customer') return lacksCustomer
  if (unmatched === 'billable_metric') return lacksMetric
  return (event) => lacksCustomer(event) || lacksMetric(event)
}
