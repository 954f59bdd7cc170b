import { z } from '@hono/zod-openapi'
import { listEvents, type ListedPosition } from '../../actions/list-events.ts'
import { listMetersOf } from '../../actions/list-meters.ts'
import type { Customer } from '../../core/customer.ts'
import { parseJson } from '../../core/json-number.ts'
import { storedEvent } from '../../core/metering/event.ts'
import { matcherOf, type EventMatcher } from '../../core/metering/match-event.ts'
import { DAY_MS, formatParsed } from '../../core/time.ts'
import { fromMetricRow, loadActiveMetrics, type MetricRow } from '../../db/billable-metrics.ts'
import { findCustomer, findHolders } from '../../db/customers.ts'
import { findEnvironment } from '../../db/environments.ts'
import { UNMATCHED } from '../../objects/meter-event-list.ts'
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
import { Id, json, jsonBody, pageOf, Timestamp, TimestampText, toApiTimestamp } from '../schemas.ts'
import { MetricBody, toApiMatchedMetric } from './billable-metrics.ts'
import { noCustomer } from './customers.ts'

const tags = ['Events']

/** Search covers what was accepted in this time (ES-4). */
const SEARCH_WINDOW_MS = 34 * DAY_MS

export const FoundEventBody = z
  .object({
    id: z
      .string()
      .openapi({ description: 'Of this submission; duplicates have ids of their own.' }),
    transaction_id: z.string(),
    customer_id: z.string().openapi({ description: 'As sent.' }),
    event_type: z.string(),
    timestamp: TimestampText,
    properties: z.record(z.string(), z.unknown()).optional(),
    processed_at: TimestampText,
    is_duplicate: z.boolean(),
    matched_customer: z.object({ id: Id, name: z.string() }).optional(),
    matched_billable_metrics: z.array(MetricBody),
  })
  .openapi('FoundEvent')

/** So many values a filter names at most. */
const VALUES_MAX = 100
const Values = z.array(z.string()).min(1).max(VALUES_MAX)

/** `transactionIds` is the original API's, the other members are ours. */
const SearchBody = z
  .object({
    transactionIds: Values.optional(),
    customer_id: Id.optional().openapi({ description: 'Who holds the ingest id now.' }),
    ingest_ids: Values.optional().openapi({ description: '`customer_id` as sent.' }),
    event_types: Values.optional(),
    starting_on: Timestamp.optional().openapi({
      type: 'string',
      format: 'date-time',
      description: "The event's timestamp, or later.",
    }),
    ending_before: Timestamp.optional(),
    unmatched: z
      .union([z.literal(true), z.enum(UNMATCHED)], {
        error: `expected true or one of ${UNMATCHED.join(', ')}`,
      })
      .optional()
      .openapi({
        description:
          'Events whose ingest id no customer holds (`customer`), that feed no active metric (`billable_metric`), or either (`any`, `true`).',
      }),
    is_duplicate: z.boolean().optional(),
  })
  .refine((body) => Object.values(body).some((value) => value !== undefined), {
    path: ['transactionIds'],
    error: 'expected, unless another filter is given',
  })

const searchEventsRoute = apiRoute({
  method: 'post',
  path: '/v1/events/search',
  access: 'read',
  operationId: 'searchEvents',
  tags,
  summary: 'Find events, with what they matched',
  description:
    'With `transactionIds` alone, the answer is an array of events. With any other filter, `limit` or `next_page` it is a page, in the order in which events were accepted; a page may hold fewer events than asked for, even none, while `next_page` goes on. Events of the last 34 days are found.',
  limitedBy: 'searchesPerSecond',
  request: { query: PageQuery, body: jsonBody(SearchBody) },
  responses: {
    200: json(
      z.union([z.array(FoundEventBody), pageOf(FoundEventBody)]),
      'The events; unknown ids are left out',
    ),
  },
})

export function eventRoutes(app: App): void {
  app.openapi(searchEventsRoute, async (c) => {
    const { transactionIds, ...filter } = c.req.valid('json')
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
    return c.json(await toApiEvents(c, found.flat()), 200)
  })
}

async function listPage(
  c: AppContext,
  body: z.output<typeof SearchBody>,
  { limit = PAGE_LIMIT_MAX, next_page }: z.output<typeof PageQuery>,
) {
  const { db, environment, now } = c.var
  const { customer_id: customerId } = body
  const customer =
    customerId === undefined ? null : await findCustomer(db, environment.id, customerId)
  if (customerId !== undefined && customer === null) return fail(c, noCustomer(customerId))
  const question = `events ${JSON.stringify(body)}`
  const cursor = decodeCursor(question, next_page, ['string', 'string', 'number'])
  if (!cursor.ok) return fail(c, cursor.error)
  const metrics = await loadActiveMetrics(db, environment.id)
  // A metric may be newer than the configuration that this request began with.
  const current = (await findEnvironment(db, environment.id)) ?? environment
  const listed = await listEvents(c.env, current, {
    filter: {
      transactionIds: body.transactionIds,
      ingestIds: ingestIdsOf(body, customer),
      eventTypes: body.event_types,
      startMs: body.starting_on,
      endMs: body.ending_before,
      unmatched: body.unmatched === true ? 'any' : body.unmatched,
      isDuplicate: body.is_duplicate,
    },
    activeMetricIds: metrics.map(({ id }) => id),
    sinceMs: now - SEARCH_WINDOW_MS,
    from: cursor.value && fromCursor(cursor.value),
    limit,
  })
  if (listed === null) return fail(c, NO_CURSOR)
  const data = await toApiEvents(c, listed.events, metrics)
  const { next } = listed
  const nextPage = next === null ? null : encodeCursor(question, toCursor(next))
  return c.json({ data, next_page: nextPage }, 200)
}

const NO_CURSOR = {
  code: 'invalid' as const,
  message: 'next_page: not a cursor that this API gave out',
}

/** The ids that fit both filters; undefined where there is neither. */
function ingestIdsOf(
  { ingest_ids }: z.output<typeof SearchBody>,
  customer: Customer | null,
): string[] | undefined {
  if (customer === null) return ingest_ids
  const held = [customer.id, ...customer.ingestAliases]
  return ingest_ids === undefined ? held : held.filter((id) => ingest_ids.includes(id))
}

function toCursor({ meterName, source, row, index }: ListedPosition): CursorKey {
  return [meterName, source, row, index]
}

function fromCursor([meterName, source, row, index]: CursorKey): ListedPosition {
  return {
    meterName: String(meterName),
    source: source === 'duplicates' ? 'duplicates' : 'log',
    row: Number(row),
    index: Number(index ?? 0),
  }
}

/** The events with who holds their ingest ids now, and the metrics that they feed. */
export async function toApiEvents(c: AppContext, events: FoundEvent[], active?: MetricRow[]) {
  const { db, environment } = c.var
  const ids = [...new Set(events.map(({ ingestId }) => ingestId))]
  const holders = await findHolders(db, environment.id, ids)
  const rows = active ?? (await loadActiveMetrics(db, environment.id))
  const metrics = rows.map((row) => ({ row, matcher: matcherOf(fromMetricRow(row)) }))
  return events.map((event) => toApiEvent(event, holders.get(event.ingestId), metrics))
}

/** The event with every active metric that it feeds, told by the rules that meter it. */
function toApiEvent(
  event: FoundEvent,
  holder: { id: string; name: string } | undefined,
  metrics: { row: MetricRow; matcher: EventMatcher }[],
) {
  const properties =
    event.properties === null ? undefined : (parseJson(event.properties) as Record<string, unknown>)
  const usageEvent = storedEvent({
    transaction_id: event.transactionId,
    customer_id: event.ingestId,
    event_type: event.eventType,
    timestamp: event.timestamp,
    properties,
  })
  const matched = metrics.filter(({ matcher }) => matcher.unmet(usageEvent) === null)
  return {
    id: event.id,
    transaction_id: event.transactionId,
    customer_id: event.ingestId,
    event_type: event.eventType,
    timestamp: formatParsed({ ms: usageEvent.timestampMs, subMs: usageEvent.subMs }),
    properties,
    processed_at: toApiTimestamp(event.acceptedAtMs),
    is_duplicate: event.isDuplicate,
    matched_customer: holder,
    matched_billable_metrics: matched.map(({ row }) => toApiMatchedMetric(row)),
  }
}
