import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { FoundEvent } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { readPage, usePages, type Pages } from '../../api/use-pages.ts'
import type { EventQuestion } from './event-question.ts'

const PATH = '/v1/events/search'
const QUERY = { sort: 'date_desc' }
const LIMIT = 50

const LIVE_MS = 2_000
/** Meters are not of one mind about the time to the millisecond. */
const OVERLAP_MS = 5_000
/** So many pages are read of what came in, … */
const ARRIVED_LIMIT = 100
const ARRIVED_PAGES_MAX = 3
/** … and so many events are added to what was read first, before all of it is read anew. */
const ARRIVED_MAX = 500

/** The newest events, what came in since among them while it is live, and older ones on demand. */
export function useNewestEvents(question: EventQuestion, isLive: boolean): Pages<FoundEvent> {
  const { id } = useEnvironment()
  const client = useQueryClient()
  const pages = usePages<FoundEvent>({ path: PATH, query: QUERY, body: question, limit: LIMIT })
  const queryKey = [id, 'arrived events', question]
  const arrived = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const before = client.getQueryData<FoundEvent[]>(queryKey) ?? []
      const fresh = await readSince(question, [...before, ...pages.rows], signal)
      if (fresh !== null && before.length + fresh.length <= ARRIVED_MAX)
        return [...fresh, ...before]
      pages.refetch()
      return []
    },
    enabled: isLive && !pages.isPending && pages.error === null,
    refetchInterval: LIVE_MS,
    staleTime: LIVE_MS,
  })
  const listed = new Set(pages.rows.map((event) => event.id))
  const added = (arrived.data ?? []).filter((event) => !listed.has(event.id))
  return { ...pages, rows: [...added, ...pages.rows] }
}

/** What came in after the newest of known events; null where it is more than is worth adding. */
async function readSince(
  question: EventQuestion,
  known: readonly FoundEvent[],
  signal: AbortSignal,
): Promise<FoundEvent[] | null> {
  const newest = known[0]
  const since = newest && new Date(Date.parse(newest.processed_at) - OVERLAP_MS).toISOString()
  const ids = new Set(known.map((event) => event.id))
  const body = { ...question, processed_since: since }
  const asked = { path: PATH, query: QUERY, body, limit: ARRIVED_LIMIT }
  const fresh: FoundEvent[] = []
  let cursor: string | null = null
  for (let i = 0; i < ARRIVED_PAGES_MAX; i += 1) {
    const page: { data: FoundEvent[]; next_page: string | null } = await readPage<FoundEvent>(
      asked,
      cursor,
      signal,
    )
    // What follows the last known event is older than all of them.
    const last = page.data.findLastIndex((event) => ids.has(event.id))
    const newer = last < 0 ? page.data : page.data.slice(0, last)
    fresh.push(...newer.filter((event) => !ids.has(event.id)))
    if (last >= 0 || page.next_page === null) return fresh
    cursor = page.next_page
  }
  return null
}
