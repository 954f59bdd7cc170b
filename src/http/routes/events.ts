import { z } from '@hono/zod-openapi'
import { listEvents, type ListedPosition } from '../../actions/list-events.ts'
import { listMetersOf } from '../../actions/list-meters.ts'
import { listNewestEvents } from '../../actions/list-newest-events.ts'
import type { EventKey } from '../../core/metering/event-order.ts'
import { ok, refuse, type Result } from '../../core/result.ts'
import type { FoundEvent } from '../../objects/meter-rpc.ts'
import type { AppContext } from '../context.ts'
import { fail } from '../errors.ts'
import {
  decodeCursor,
  encodeCursor,
  PAGE_LIMIT_MAX,
  PageQuery,
  type CursorKey,
} from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import { json, jsonBody, pageOf } from '../schemas.ts'
import {
  EVENT_FILTERS,
  readEventQuestion,
  SEARCH_WINDOW_MS,
  UnmatchedChoice,
  type EventQuestion,
} from './event-filter-body.ts'
import { FoundEventBody, toApiEvents } from './found-events.ts'

/** So many values a filter names at most. */
const VALUES_MAX = 100
const Values = z.array(z.string()).min(1).max(VALUES_MAX)

/** `transactionIds` is the original API's, the other members are ours. */
const SearchBody = z
  .object({
    transactionIds: Values.optional(),
    ...EVENT_FILTERS,
    ingest_ids: Values.optional().openapi({ description: '`customer_id` as sent.' }),
    event_types: Values.optional(),
    unmatched: UnmatchedChoice.optional().openapi({
      description:
        'Events whose ingest id no customer holds (`customer`), that feed no active metric (`billable_metric`), or either (`any`, `true`).',
    }),
    is_duplicate: z.boolean().optional(),
    explain: z.boolean().optional().openapi({
      description:
        'No filter: also tells of each other active metric why it does not count the event.',
    }),
  })
  .refine(
    (body) =>
      Object.entries(body).some(([name, value]) => name !== 'explain' && value !== undefined),
    { path: ['transactionIds'], error: 'expected, unless another filter is given' },
  )

const SearchQuery = PageQuery.extend({
  sort: z
    .enum(['date_asc', 'date_desc'], { error: 'expected date_asc or date_desc' })
    .optional()
    .openapi({
      description:
        'By acceptance. `date_desc` lists the newest events first, whichever meter has them, and those that come in while pages are read belong to none of them. `date_asc`, if omitted, lists meter by meter, duplicates after all others, so that the last cursor goes on to what comes in.',
    }),
})

const searchEventsRoute = apiRoute({
  method: 'post',
  path: '/v1/events/search',
  access: 'read',
  operationId: 'searchEvents',
  tags: ['Events'],
  summary: 'Find events, with what they matched',
  description:
    'With `transactionIds` alone, the answer is an array of events. With any other filter, `sort`, `limit` or `next_page` it is a page; a page may hold fewer events than asked for, even none, while `next_page` goes on. Events of the last 34 days are found.',
  limitedBy: 'searchesPerSecond',
  request: { query: SearchQuery, body: jsonBody(SearchBody) },
  responses: {
    200: json(
      z.union([z.array(FoundEventBody), pageOf(FoundEventBody)]),
      'The events; unknown ids are left out',
    ),
  },
})

export function eventRoutes(app: App): void {
  app.openapi(searchEventsRoute, async (c) => {
    const { transactionIds, explain = false, ...filter } = c.req.valid('json')
    const hasFilter = Object.values(filter).some((value) => value !== undefined)
    if (transactionIds === undefined || hasFilter || new URL(c.req.url).search !== '') {
      return listPage(c, c.req.valid('json'), c.req.valid('query'))
    }
    const { environment, now } = c.var
    const search = {
      environmentId: environment.id,
      transactionIds,
      sinceMs: now - SEARCH_WINDOW_MS,
    }
    const names = await listMetersOf(c.env, environment, transactionIds)
    const found = await Promise.all(
      names.map((name) => c.env.METER.getByName(name).searchEvents(search)),
    )
    return c.json(await toApiEvents(c, found.flat(), { isExplained: explain }), 200)
  })
}

interface Page {
  events: FoundEvent[]
  next: CursorKey | null
}

interface PagePlace {
  limit: number
  nextPage: string | undefined
  /** What must not change between pages. */
  cursorOf: string
}

async function listPage(
  c: AppContext,
  { explain, ...body }: z.output<typeof SearchBody>,
  { limit = PAGE_LIMIT_MAX, next_page: nextPage, sort }: z.output<typeof SearchQuery>,
) {
  const question = await readEventQuestion(c, body)
  if (!question.ok) return fail(c, question.error)
  const isNewest = sort === 'date_desc'
  const cursorOf = `events ${isNewest ? 'newest ' : ''}${JSON.stringify(body)}`
  const read = isNewest ? readNewest : readOldest
  const page = await read(c, question.value, { limit, nextPage, cursorOf })
  if (!page.ok) return fail(c, page.error)
  const { events, next } = page.value
  const { metrics } = question.value
  const data = await toApiEvents(c, events, { metrics, isExplained: explain })
  return c.json({ data, next_page: next === null ? null : encodeCursor(cursorOf, next) }, 200)
}

async function readNewest(
  c: AppContext,
  { environment, filter, activeMetricIds, sinceMs }: EventQuestion,
  { limit, nextPage, cursorOf }: PagePlace,
): Promise<Result<Page>> {
  const cursor = decodeCursor(cursorOf, nextPage, NEWEST_SHAPE)
  if (!cursor.ok) return cursor
  const after = cursor.value && toKey(cursor.value)
  const query = { filter, activeMetricIds, sinceMs, after, limit }
  const { events, end } = await listNewestEvents(c.env, environment, query)
  return ok({ events: events.map(({ event }) => event), next: end && fromKey(end) })
}

const NEWEST_SHAPE = ['number', 'string', 'string', 'number', 'number'] as const

function fromKey({ atMs, meterName, source, row, index }: EventKey): CursorKey {
  return [atMs, meterName, source, row, index]
}

function toKey([atMs, meterName, source, row, index]: CursorKey): EventKey {
  return {
    atMs: Number(atMs),
    meterName: String(meterName),
    source: source === 'duplicates' ? 'duplicates' : 'log',
    row: Number(row),
    index: Number(index),
  }
}

async function readOldest(
  c: AppContext,
  { environment, filter, activeMetricIds, sinceMs }: EventQuestion,
  { limit, nextPage, cursorOf }: PagePlace,
): Promise<Result<Page>> {
  const cursor = decodeCursor(cursorOf, nextPage, ['string', 'string', 'number'])
  if (!cursor.ok) return cursor
  const from = cursor.value && toPosition(cursor.value)
  const query = { filter, activeMetricIds, sinceMs, from, limit }
  const listed = await listEvents(c.env, environment, query)
  if (listed === null) return refuse('invalid', 'next_page: not a cursor that this API gave out')
  return ok({ events: listed.events, next: listed.next && fromPosition(listed.next) })
}

function fromPosition({ meterName, source, row, index }: ListedPosition): CursorKey {
  return [meterName, source, row, index]
}

function toPosition([meterName, source, row, index]: CursorKey): ListedPosition {
  return {
    meterName: String(meterName),
    source: source === 'duplicates' ? 'duplicates' : 'log',
    row: Number(row),
    index: Number(index ?? 0),
  }
}
