import { z } from '@hono/zod-openapi'
import {
  VERIFIED_EVENTS_MAX,
  verifyUsage,
  type SubjectDifference,
} from '../../actions/verify-usage.ts'
import type { BillableMetric } from '../../core/metering/metric.ts'
import { checkUsageRange, WINDOW_SIZES, windowBoundaries } from '../../core/metering/usage-range.ts'
import { ok, refuse, type Result } from '../../core/result.ts'
import { fromMetricRow, listMetrics, loadMetrics } from '../../db/billable-metrics.ts'
import type { Database } from '../../db/database.ts'
import { findCustomer } from '../../db/customers.ts'
import { fail } from '../errors.ts'
import { apiRoute, type App } from '../route.ts'
import {
  dataOf,
  enumOf,
  Id,
  json,
  jsonBody,
  Timestamp,
  TimestampText,
  toApiTimestamp,
} from '../schemas.ts'
import { noCustomer } from './customers.ts'
import { toApiValue } from './usage.ts'

/** So many metrics are verified in one request. */
const METRICS_MAX = 100
/** So many differences, and so many findings, are told. */
const LISTED_MAX = 100

const VerifyUsageBody = z.object({
  customer_id: Id,
  billable_metric_ids: z.array(Id).min(1).max(METRICS_MAX).optional().openapi({
    description: 'All metrics that are not archived, if omitted.',
  }),
  starting_on: Timestamp,
  ending_before: Timestamp,
  window_size: enumOf(WINDOW_SIZES).optional().openapi({ description: 'NONE, if omitted.' }),
})

export const UsageVerificationBody = z
  .object({
    verified: z.boolean().openapi({ description: 'No difference and no finding.' }),
    position: z.number().openapi({
      description: 'The last chunk of the event log that both evaluations include.',
    }),
    events_read: z.number(),
    differences: z.array(
      z.object({
        billable_metric_id: Id,
        starting_on: TimestampText,
        ending_before: TimestampText,
        group: z
          .record(z.string(), z.string().nullable())
          .nullable()
          .openapi({ description: 'A value for each property of a group key; null: ungrouped.' }),
        fast: z.number().nullable().openapi({ description: 'What usage queries answer.' }),
        naive: z.number().nullable().openapi({ description: 'What the stored events add up to.' }),
      }),
    ),
    findings: z
      .array(z.object({ chunk: z.number(), problem: z.string() }))
      .openapi({ description: 'Chunks of the event log that are not as they were written.' }),
  })
  .openapi('UsageVerification')

const verifyUsageRoute = apiRoute({
  method: 'post',
  path: '/v1/usage/verify',
  isOwn: true,
  access: 'read',
  operationId: 'verifyUsage',
  tags: ['Usage'],
  summary: "Compute a customer's usage again from the stored events, and compare",
  description: `Reads the whole event log, of ${VERIFIED_EVENTS_MAX} events at most. The first ${LISTED_MAX} differences and findings are listed.`,
  request: { body: jsonBody(VerifyUsageBody) },
  responses: { 200: json(dataOf(UsageVerificationBody), 'What was found') },
})

export function verifyUsageRoutes(app: App): void {
  app.openapi(verifyUsageRoute, async (c) => {
    const { db, environment } = c.var
    const question = c.req.valid('json')
    const { customer_id: customerId, starting_on, ending_before } = question
    const range = checkUsageRange(starting_on, ending_before)
    if (!range.ok) return fail(c, range.error)
    const boundaries = windowBoundaries(starting_on, ending_before, question.window_size ?? 'NONE')
    if (!boundaries.ok) return fail(c, boundaries.error)
    const customer = await findCustomer(db, environment.id, customerId)
    if (customer === null) return fail(c, noCustomer(customerId))
    const metrics = await findMetrics(db, environment.id, question.billable_metric_ids)
    if (!metrics.ok) return fail(c, metrics.error)
    const subject = { customerId, metrics: metrics.value, boundaries: boundaries.value }
    const verified = await verifyUsage(c.env, db, environment, [subject])
    if (!verified.ok) return fail(c, verified.error)
    const { position, eventsRead, differences, findings } = verified.value
    const data = {
      verified: differences.length === 0 && findings.length === 0,
      position,
      events_read: eventsRead,
      differences: differences.slice(0, LISTED_MAX).map(toApiDifference),
      findings: findings.slice(0, LISTED_MAX).map(({ seq, problem }) => ({ chunk: seq, problem })),
    }
    return c.json({ data }, 200)
  })
}

async function findMetrics(
  db: Database,
  environmentId: string,
  ids: string[] | undefined,
): Promise<Result<BillableMetric[]>> {
  if (ids === undefined) {
    const rows = await listMetrics(
      db,
      environmentId,
      { includeArchived: false },
      null,
      METRICS_MAX + 1,
    )
    if (rows.length <= METRICS_MAX) return ok(rows.map(fromMetricRow))
    return refuse(
      'invalid',
      `billable_metric_ids: required, because there are more than ${METRICS_MAX} metrics`,
    )
  }
  const metrics = await loadMetrics(db, environmentId, ids)
  const missing = ids.find((id) => !metrics.some((metric) => metric.id === id))
  if (missing === undefined) return ok(metrics)
  return refuse('not_found', `billable_metric_ids: no billable metric ${missing}`)
}

function toApiDifference(difference: SubjectDifference) {
  const { subject, metricId, groupKey, window, group, fast, naive } = difference
  return {
    billable_metric_id: metricId,
    starting_on: toApiTimestamp(subject.boundaries[window] ?? 0),
    ending_before: toApiTimestamp(subject.boundaries[window + 1] ?? 0),
    group: groupKey && Object.fromEntries(groupKey.map((name, i) => [name, group[i] ?? null])),
    fast: toApiValue(fast),
    naive: toApiValue(naive),
  }
}
