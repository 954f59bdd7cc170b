import { z } from '@hono/zod-openapi'
import { parseJson } from '../../core/json-number.ts'
import { storedEvent } from '../../core/metering/event.ts'
import { explainMatch } from '../../core/metering/filter.ts'
import { meterNames } from '../../core/metering/place.ts'
import { DAY_MS } from '../../core/time.ts'
import { fromMetricRow, loadActiveMetrics, type MetricRow } from '../../db/billable-metrics.ts'
import { findHolders } from '../../db/customers.ts'
import type { FoundEvent, QuarantinedEvent } from '../../objects/meter-rpc.ts'
import { fail } from '../errors.ts'
import { cutPage, decodeCursor, PAGE_LIMIT_MAX, PageQuery } from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import { Id, json, jsonBody, pageOf, TimestampText, toApiTimestamp } from '../schemas.ts'
import { MetricBody, toApiMetric } from './billable-metrics.ts'

const tags = ['Events']

/** Search covers what was accepted in this time (ES-4). */
const SEARCH_WINDOW_MS = 34 * DAY_MS

const FoundEventBody = z
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

const searchEventsRoute = apiRoute({
  method: 'post',
  path: '/v1/events/search',
  access: 'read',
  operationId: 'searchEvents',
  tags,
  summary: 'Find events by transaction id, with what they matched',
  request: { body: jsonBody(z.object({ transactionIds: z.array(z.string()).min(1).max(100) })) },
  responses: { 200: json(z.array(FoundEventBody), 'The events; unknown ids are left out') },
})

const QuarantineBody = z
  .object({
    id: z.string(),
    message: z.string().openapi({ description: 'Why the event was rejected.' }),
    customer_id: z.string().nullable(),
    transaction_id: z.string().nullable(),
    event: z.unknown().openapi({ description: 'As received.' }),
    received_at: TimestampText,
  })
  .openapi('QuarantinedEvent')

const listQuarantineRoute = apiRoute({
  method: 'get',
  path: '/v1/events/quarantine',
  access: 'read',
  operationId: 'listQuarantine',
  tags,
  summary: 'List rejected events',
  request: { query: PageQuery },
  responses: { 200: json(pageOf(QuarantineBody), 'A page of rejected events, newest first') },
})

export function eventRoutes(app: App): void {
  app.openapi(searchEventsRoute, async (c) => {
    const { db, environment, now } = c.var
    const { transactionIds } = c.req.valid('json')
    const search = {
      environmentId: environment.id,
      configVersion: environment.configVersion,
      transactionIds,
      sinceMs: now - SEARCH_WINDOW_MS,
    }
    const found = await Promise.all(
      meterNames(environment.id).map((name) => c.env.METER.getByName(name).searchEvents(search)),
    )
    const events = found.flat()
    const holders = await findHolders(
      db,
      environment.id,
      events.map(({ ingestId }) => ingestId),
    )
    const metrics = await loadActiveMetrics(db, environment.id)
    const items = events.map((event) => toApiEvent(event, holders.get(event.ingestId), metrics))
    return c.json(items, 200)
  })

  app.openapi(listQuarantineRoute, async (c) => {
    const { environment, now } = c.var
    const { limit = PAGE_LIMIT_MAX, next_page } = c.req.valid('query')
    const cursor = decodeCursor('quarantine', next_page)
    if (!cursor.ok) return fail(c, cursor.error)
    const before = cursor.value === null ? undefined : Number(cursor.value[0])
    const query = { environmentId: environment.id, nowMs: now, before, limit: limit + 1 }
    const [meterName = ''] = meterNames(environment.id)
    const events = await c.env.METER.getByName(meterName).listQuarantine(query)
    const page = cutPage('quarantine', events, limit, ({ id }) => [id])
    return c.json({ data: page.rows.map(toApiQuarantined), next_page: page.nextPage }, 200)
  })
}

/** The event with every active metric that it feeds, told by the rules that meter it. */
function toApiEvent(
  event: FoundEvent,
  holder: { id: string; name: string } | undefined,
  metrics: MetricRow[],
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
  const matched = metrics.filter((row) => explainMatch(fromMetricRow(row), usageEvent).isMatch)
  return {
    id: event.id,
    transaction_id: event.transactionId,
    customer_id: event.ingestId,
    event_type: event.eventType,
    timestamp: event.timestamp,
    properties,
    processed_at: toApiTimestamp(event.acceptedAtMs),
    is_duplicate: event.isDuplicate,
    matched_customer: holder,
    matched_billable_metrics: matched.map(toApiMetric),
  }
}

function toApiQuarantined(event: QuarantinedEvent) {
  return {
    id: String(event.id),
    message: event.reason,
    customer_id: event.ingestId,
    transaction_id: event.transactionId,
    event: readQuarantined(event.raw),
    received_at: toApiTimestamp(event.receivedAtMs),
  }
}

/** A very large event is kept cut off, and then is no JSON any more: it is shown as a text. */
function readQuarantined(raw: string): unknown {
  try {
    return parseJson(raw)
  } catch {
    return raw
  }
}
