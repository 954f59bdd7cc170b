import { z } from '@hono/zod-openapi'
import { parseJson } from '../../core/json-number.ts'
import { storedEvent, type UsageEvent } from '../../core/metering/event.ts'
import { explainerOf } from '../../core/metering/explain-match.ts'
import { matcherOf, type EventMatcher } from '../../core/metering/match-event.ts'
import { formatParsed } from '../../core/time.ts'
import { fromMetricRow, loadActiveMetrics, type MetricRow } from '../../db/billable-metrics.ts'
import { findHolders } from '../../db/customers.ts'
import type { FoundEvent } from '../../objects/meter-rpc.ts'
import type { AppContext } from '../context.ts'
import { Id, TimestampText, toApiTimestamp } from '../schemas.ts'
import { MetricBody, toApiMatchedMetric } from './billable-metrics.ts'

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
    unmatched_billable_metrics: z
      .array(z.object({ id: Id, name: z.string(), reason: z.string() }))
      .optional()
      .openapi({ description: 'With `explain`: why other active metrics do not count it.' }),
  })
  .openapi('FoundEvent')

interface EventContext {
  /** The active metrics, where they were read already. */
  metrics?: MetricRow[]
  /** Whether metrics that do not count an event are listed, too. */
  isExplained?: boolean | undefined
}

/** The events with who holds their ingest ids now, and the metrics that they feed. */
export async function toApiEvents(
  c: AppContext,
  events: FoundEvent[],
  { metrics: active, isExplained = false }: EventContext = {},
) {
  const { db, environment } = c.var
  const ids = [...new Set(events.map(({ ingestId }) => ingestId))]
  const holders = await findHolders(db, environment.id, ids)
  const rows = active ?? (await loadActiveMetrics(db, environment.id))
  const toMatcher = isExplained ? explainerOf : matcherOf
  const metrics = rows.map((row) => ({ row, matcher: toMatcher(fromMetricRow(row)) }))
  return events.map((event) => {
    const found = matchEvent(event, metrics)
    return toApiEvent(found, holders.get(event.ingestId), isExplained)
  })
}

interface Match {
  event: FoundEvent
  usageEvent: UsageEvent
  properties: Record<string, unknown> | undefined
  outcomes: { row: MetricRow; unmet: string | null }[]
}

/** Holds an event against every metric, by the rules that meter it. */
function matchEvent(
  event: FoundEvent,
  metrics: { row: MetricRow; matcher: EventMatcher }[],
): Match {
  const properties =
    event.properties === null ? undefined : (parseJson(event.properties) as Record<string, unknown>)
  const usageEvent = storedEvent({
    transaction_id: event.transactionId,
    customer_id: event.ingestId,
    event_type: event.eventType,
    timestamp: event.timestamp,
    properties,
  })
  const outcomes = metrics.map(({ row, matcher }) => ({ row, unmet: matcher.unmet(usageEvent) }))
  return { event, usageEvent, properties, outcomes }
}

function toApiEvent(
  { event, usageEvent, properties, outcomes }: Match,
  holder: { id: string; name: string } | undefined,
  isExplained: boolean,
) {
  const unmatched = outcomes.flatMap(({ row: { id, name }, unmet }) =>
    unmet === null ? [] : [{ id, name, reason: `The metric needs that ${unmet}.` }],
  )
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
    matched_billable_metrics: outcomes
      .filter(({ unmet }) => unmet === null)
      .map(({ row }) => toApiMatchedMetric(row)),
    unmatched_billable_metrics: isExplained ? unmatched : undefined,
  }
}
