import { z } from '@hono/zod-openapi'
import type { Environment } from '../../core/environment.ts'
import { ok, refuse, type Result } from '../../core/result.ts'
import { DAY_MS } from '../../core/time.ts'
import { findMetric, loadActiveMetrics, type MetricRow } from '../../db/billable-metrics.ts'
import { findCustomer } from '../../db/customers.ts'
import { findEnvironment } from '../../db/environments.ts'
import { UNMATCHED, type EventFilter } from '../../objects/meter-event-filter.ts'
import type { AppContext } from '../context.ts'
import { Id, Timestamp } from '../schemas.ts'
import { noCustomer } from './customers.ts'

/** Search covers what was accepted in this time (ES-4). */
export const SEARCH_WINDOW_MS = 34 * DAY_MS

const SomeTimestamp = (description: string) =>
  Timestamp.optional().openapi({ type: 'string', format: 'date-time', description })

/** The filters that all ways to find events have, as members of a body or parameters of a query. */
export const EVENT_FILTERS = {
  customer_id: Id.optional().openapi({ description: 'Who holds the ingest id now.' }),
  billable_metric_id: Id.optional().openapi({ description: 'A metric that the event feeds.' }),
  starting_on: SomeTimestamp("The event's timestamp, or later."),
  ending_before: SomeTimestamp("Later than the event's timestamp."),
  processed_since: SomeTimestamp('Accepted at this instant or later.'),
}

/** What `unmatched` may be in a body. */
export const UnmatchedChoice = z.union([z.literal(true), z.enum(UNMATCHED)], {
  error: `expected true or one of ${UNMATCHED.join(', ')}`,
})

/** What is asked for: `EVENT_FILTERS`, and what bodies and queries say each in their own way. */
export interface AskedEvents {
  customer_id?: string | undefined
  billable_metric_id?: string | undefined
  starting_on?: number | undefined
  ending_before?: number | undefined
  processed_since?: number | undefined
  transactionIds?: string[] | undefined
  ingest_ids?: string[] | undefined
  event_types?: string[] | undefined
  unmatched?: true | (typeof UNMATCHED)[number] | undefined
  is_duplicate?: boolean | undefined
}

/** What meters are asked, by the customers and metrics of now. */
export interface EventQuestion {
  /** May be newer than the one that the request began with. */
  environment: Environment
  filter: EventFilter
  metrics: MetricRow[]
  activeMetricIds: string[]
  /** Events accepted before this instant are left out. */
  sinceMs: number
}

/** Resolves what is asked for; `not_found` where there is no such customer. */
export async function readEventQuestion(
  c: AppContext,
  asked: AskedEvents,
): Promise<Result<EventQuestion>> {
  const { db, environment, now } = c.var
  const ingestIds = await readIngestIds(c, asked)
  if (!ingestIds.ok) return ingestIds
  const { billable_metric_id: metricId } = asked
  if (metricId !== undefined && (await findMetric(db, environment.id, metricId)) === null) {
    return refuse('not_found', `billable_metric_id: no billable metric ${metricId}`)
  }
  const metrics = await loadActiveMetrics(db, environment.id)
  // A metric may be newer than the configuration that this request began with.
  const current = (await findEnvironment(db, environment.id)) ?? environment
  return ok({
    environment: current,
    metrics,
    activeMetricIds: metrics.map(({ id }) => id),
    sinceMs: Math.max(now - SEARCH_WINDOW_MS, asked.processed_since ?? 0),
    filter: {
      transactionIds: asked.transactionIds,
      ingestIds: ingestIds.value,
      eventTypes: asked.event_types,
      startMs: asked.starting_on,
      endMs: asked.ending_before,
      unmatched: asked.unmatched === true ? 'any' : asked.unmatched,
      metricId,
      isDuplicate: asked.is_duplicate,
    },
  })
}

/** The ids that fit both filters; undefined where there is neither. */
export async function readIngestIds(
  c: AppContext,
  { customer_id: customerId, ingest_ids: asked }: Pick<AskedEvents, 'customer_id' | 'ingest_ids'>,
): Promise<Result<string[] | undefined>> {
  if (customerId === undefined) return ok(asked)
  const customer = await findCustomer(c.var.db, c.var.environment.id, customerId)
  if (customer === null) return { ok: false, error: noCustomer(customerId) }
  const held = [customer.id, ...customer.ingestAliases]
  return ok(asked === undefined ? held : held.filter((id) => asked.includes(id)))
}
