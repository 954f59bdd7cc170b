import { z } from '@hono/zod-openapi'
import { parseJson } from '../../core/json-number.ts'
import { storedEvent } from '../../core/metering/event.ts'
import { explainMatch } from '../../core/metering/filter.ts'
import { meterNames } from '../../core/metering/place.ts'
import { DAY_MS, formatParsed } from '../../core/time.ts'
import { fromMetricRow, loadActiveMetrics, type MetricRow } from '../../db/billable-metrics.ts'
import { findHolders } from '../../db/customers.ts'
import type { FoundEvent } from '../../objects/meter-rpc.ts'
import { apiRoute, type App } from '../route.ts'
import { Id, json, jsonBody, TimestampText, toApiTimestamp } from '../schemas.ts'
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
  limitedBy: 'searchesPerSecond',
  request: { body: jsonBody(z.object({ transactionIds: z.array(z.string()).min(1).max(100) })) },
  responses: { 200: json(z.array(FoundEventBody), 'The events; unknown ids are left out') },
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
    timestamp: formatParsed({ ms: usageEvent.timestampMs, subMs: usageEvent.subMs }),
    properties,
    processed_at: toApiTimestamp(event.acceptedAtMs),
    is_duplicate: event.isDuplicate,
    matched_customer: holder,
    matched_billable_metrics: matched.map(toApiMetric),
  }
}
