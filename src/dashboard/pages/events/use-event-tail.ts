import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { FoundEvent } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { readPage } from '../../api/use-pages.ts'

/** What is asked of the event log; the members are those of `POST /v1/events/search`. */
export interface EventQuestion {
  starting_on: string
  ending_before?: string | undefined
  customer_id?: string | undefined
  ingest_ids?: string[] | undefined
  event_types?: string[] | undefined
  transactionIds?: string[] | undefined
  unmatched?: 'customer' | 'billable_metric' | 'any' | undefined
  is_duplicate?: boolean | undefined
}

/** What was read of the log so far. */
export interface EventTail {
  /** The newest ones, latest acceptance first. */
  events: FoundEvent[]
  /** How many were read, also of those that are no longer kept. */
  count: number
  /** How many of them by the start of their bucket, in epoch milliseconds. */
  buckets: Record<string, number>
  /** Where reading goes on, by kind of events. */
  places: Place[]
  /** More is known to follow. */
  isBehind: boolean
  /** When it began at the beginning, in milliseconds since the page was opened. */
  begunAt: number
}

interface Place {
  isDuplicate: boolean | undefined
  /** Of the page that was read last: it is read again, as more may have come to it. */
  cursor: string | null
  seen: string[]
}

const LIMIT = 100
/** So many pages are read at a time, … */
const PAGES_MAX = 5
/** … and so many events are kept. */
const KEPT_MAX = 500
const LIVE_MS = 2_000
const BEHIND_MS = 600
/**
 * A log of several parts is listed part by part, and only the last one is followed: what all of
 * them have got is looked at so often, as long as there is not much of it.
 */
const BEGIN_AGAIN_MS = 15_000

/** Reads the log from where it stopped last, again and again while it is live. */
export function useEventTail(question: EventQuestion, bucketMs: number, isLive: boolean) {
  const { id } = useEnvironment()
  const client = useQueryClient()
  const queryKey = [id, 'event tail', question, bucketMs]
  return useQuery({
    queryKey,
    queryFn: ({ signal }) => {
      const before = client.getQueryData<EventTail>(queryKey) ?? beginning(question)
      return readOn(before, question, bucketMs, signal)
    },
    staleTime: LIVE_MS,
    refetchInterval: ({ state }) => {
      if (state.data?.isBehind === true) return BEHIND_MS
      return isLive ? LIVE_MS : false
    },
  })
}

/** Duplicates are listed after all others: to follow both, each is followed for itself. */
function beginning({ is_duplicate }: EventQuestion): EventTail {
  const kinds = is_duplicate === undefined ? [false, true] : [is_duplicate]
  const places = kinds.map((isDuplicate) => ({ isDuplicate, cursor: null, seen: [] }))
  const begunAt = performance.now()
  return { events: [], count: 0, buckets: {}, places, isBehind: true, begunAt }
}

async function readOn(
  tail: EventTail,
  question: EventQuestion,
  bucketMs: number,
  signal: AbortSignal,
): Promise<EventTail> {
  const places: Place[] = []
  const found: FoundEvent[] = []
  const kept = tail.events.map(({ id }) => id)
  const isDue = performance.now() - tail.begunAt > BEGIN_AGAIN_MS
  const beginsAgain = isDue && !tail.isBehind && tail.count <= KEPT_MAX
  const from = beginsAgain ? beginning(question) : tail
  let isBehind = false
  for (const place of from.places) {
    let { cursor, seen } = place
    isBehind = true
    for (let i = 0; i < PAGES_MAX && isBehind; i += 1) {
      const body = { ...question, is_duplicate: place.isDuplicate }
      const asked = { path: '/v1/events/search', body, limit: LIMIT }
      const page = await readPage<FoundEvent>(asked, cursor, signal)
      const known = new Set([...seen, ...kept])
      found.push(...page.data.filter((event) => !known.has(event.id)))
      isBehind = page.next_page !== null
      seen = isBehind ? [] : page.data.map((event) => event.id)
      cursor = page.next_page ?? cursor
    }
    places.push({ ...place, cursor, seen })
    if (isBehind) break
  }
  return {
    events: [...found.toReversed(), ...tail.events].sort(byAcceptance).slice(0, KEPT_MAX),
    count: tail.count + found.length,
    buckets: countInto(tail.buckets, found, bucketMs),
    places: [...places, ...from.places.slice(places.length)],
    isBehind,
    begunAt: from.begunAt,
  }
}

function byAcceptance(a: FoundEvent, b: FoundEvent): number {
  return b.processed_at.localeCompare(a.processed_at) || b.timestamp.localeCompare(a.timestamp)
}

function countInto(
  before: Record<string, number>,
  events: readonly FoundEvent[],
  bucketMs: number,
): Record<string, number> {
  const buckets = { ...before }
  for (const { timestamp } of events) {
    const bucket = Math.floor(Date.parse(timestamp) / bucketMs) * bucketMs
    buckets[bucket] = (buckets[bucket] ?? 0) + 1
  }
  return buckets
}
