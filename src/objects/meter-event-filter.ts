import { storedEvent, type UsageEvent } from '../core/metering/event.ts'
import { matcherOf } from '../core/metering/match-event.ts'
import type { Segment } from '../core/metering/segment-reader.ts'
import type { MeterMemory } from './meter-memory.ts'
import type { Candidate } from './meter-search.ts'

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
  /** A metric that the event feeds. */
  metricId?: string
  /** Refused as a duplicate, or not counted because an alias made it one. */
  isDuplicate?: boolean
}

/** What is listed, besides what a filter says. */
export interface FilteredQuery {
  filter: EventFilter
  /** The metrics that are in use: what an event may match. */
  activeMetricIds: string[]
  /** Events accepted before this instant of the environment's clock are left out. */
  sinceMs: number
}

/** Tells exactly which events are asked for. */
export function eventTest(
  memory: MeterMemory,
  { filter, activeMetricIds, sinceMs }: FilteredQuery,
): (candidate: Candidate) => boolean {
  const { transactionIds, ingestIds, eventTypes, startMs, endMs, isDuplicate } = filter
  const wantedIds = transactionIds && new Set(transactionIds)
  const wantedIngestIds = ingestIds && new Set(ingestIds)
  const wantedTypes = eventTypes && new Set(eventTypes)
  const isMatched = matchTest(memory, activeMetricIds, filter)
  return ({ raw, acceptedAtMs, isDuplicate: isOne }) => {
    if (acceptedAtMs < sinceMs || (isDuplicate !== undefined && isDuplicate !== isOne)) return false
    if (wantedIds?.has(raw.transaction_id) === false) return false
    if (wantedIngestIds?.has(raw.customer_id) === false) return false
    if (wantedTypes?.has(raw.event_type) === false) return false
    const event = storedEvent(raw)
    const { timestampMs } = event
    if (timestampMs < (startMs ?? -Infinity) || timestampMs >= (endMs ?? Infinity)) return false
    return isMatched(event)
  }
}

function matchTest(
  memory: MeterMemory,
  activeMetricIds: string[],
  { unmatched, metricId }: EventFilter,
): (event: UsageEvent) => boolean {
  const isFed = metricId === undefined ? null : feedTest(memory, [metricId])
  const isUnmatched = unmatched && unmatchedTest(memory, activeMetricIds, unmatched)
  return (event) => (isFed?.(event) ?? true) && (isUnmatched?.(event) ?? true)
}

/** Tells which events feed at least one of some metrics. */
export function feedTest(
  { metrics }: MeterMemory,
  metricIds: readonly string[],
): (event: UsageEvent) => boolean {
  const wanted = new Set(metricIds)
  const matchers = metrics
    .filter(({ metric }) => wanted.has(metric.id))
    .map(({ metric }) => matcherOf(metric))
  return (event) => matchers.some((matcher) => matcher.unmet(event) === null)
}

function unmatchedTest(
  memory: MeterMemory,
  activeMetricIds: string[],
  unmatched: Unmatched,
): (event: UsageEvent) => boolean {
  const isFed = feedTest(memory, activeMetricIds)
  const lacksCustomer = ({ ingestId }: UsageEvent) =>
    (memory.ids.find(ingestId)?.customerId ?? null) === null
  if (unmatched === 'customer') return lacksCustomer
  if (unmatched === 'billable_metric') return (event) => !isFed(event)
  return (event) => lacksCustomer(event) || !isFed(event)
}

/** The columns by which a chunk is told to hold nothing that is asked for. */
interface ChunkColumns {
  timeMin: number
  timeMax: number
  /** Asked for where the other columns do not tell. */
  idIndexes: () => Uint32Array
}

/** Whether a chunk may hold what is asked for, told without its events. */
export function chunkTest(
  { ids }: MeterMemory,
  { ingestIds, startMs = -Infinity, endMs = Infinity }: EventFilter,
): (chunk: ChunkColumns) => boolean {
  const indexes = ingestIds && new Set(ingestIds.map((id) => ids.find(id)?.index))
  return ({ timeMin, timeMax, idIndexes }) =>
    timeMin < endMs &&
    timeMax >= startMs &&
    (indexes === undefined || idIndexes().some((index) => indexes.has(index)))
}

/** What a block's directory says of a segment. */
interface SegmentColumns {
  timeMin: number
  timeMax: number
  idMin: number
  idMax: number
}

/** Whether a segment may hold what is asked for, told without opening it. */
export function segmentTest(
  { ids }: MeterMemory,
  { ingestIds, startMs = -Infinity, endMs = Infinity }: EventFilter,
): (segment: SegmentColumns) => boolean {
  const indexes = ingestIds?.map((id) => ids.find(id)?.index)
  return ({ timeMin, timeMax, idMin, idMax }) =>
    timeMin < endMs &&
    timeMax >= startMs &&
    (indexes?.some((index) => index !== undefined && index >= idMin && index <= idMax) ?? true)
}

/** The events that fit as far as the columns tell that need no decoding of properties. */
export function candidatesIn(segment: Segment, filter: EventFilter): number[] {
  const { startMs = -Infinity, endMs = Infinity } = filter
  const candidates: number[] = []
  const [ids, types, transactions] = [filter.ingestIds, filter.eventTypes, filter.transactionIds]
  const wanted = [
    { values: ids && new Set(ids), column: ids ? segment.ingestIds : [] },
    { values: types && new Set(types), column: types ? segment.eventTypes : [] },
    {
      values: transactions && new Set(transactions),
      column: transactions ? segment.transactionIds : [],
    },
  ]
  const { timestampsMs } = segment
  for (let i = 0; i < segment.count; i++) {
    if (timestampsMs[i]! < startMs || timestampsMs[i]! >= endMs) continue
    if (wanted.every(({ values, column }) => values?.has(column[i]!) ?? true)) candidates.push(i)
  }
  return candidates
}
