import { z } from '@hono/zod-openapi'
import { previewMetric } from '../../actions/preview-metric.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { DAY_MS } from '../../core/time.ts'
import { fail, failSql } from '../errors.ts'
import { apiRoute, type App } from '../route.ts'
import { dataOf, Id, json, jsonBody, Timestamp } from '../schemas.ts'

/** Events older than this are looked at only where they are asked for. */
const DEFAULT_RANGE_MS = 34 * DAY_MS
/** So many rows are shown. */
const ROWS_MAX = 1_000

export const PreviewBody = z
  .object({
    rows: z.array(z.record(z.string(), z.union([z.number(), z.string()]).nullable())).openapi({
      description: 'The quantity as `value`, a number; the other columns as text.',
    }),
    row_count: z.number().openapi({ description: `At most ${ROWS_MAX} of them are shown.` }),
    columns: z.array(z.string()).openapi({ description: 'The columns besides the quantity.' }),
    execution: z.enum(['incremental', 'scan']),
    plan: z.record(z.string(), z.unknown()).openapi({ description: 'What runs of the query.' }),
    events_read: z.number(),
    elapsed_ms: z.number(),
    warnings: z.array(z.string()),
  })
  .openapi('MetricPreview')

const previewMetricRoute = apiRoute({
  method: 'post',
  path: '/v1/billable-metrics/preview',
  isOwn: true,
  access: 'read',
  operationId: 'previewBillableMetric',
  tags: ['Billable metrics'],
  summary: 'Run an unsaved SQL metric on stored events',
  description: `Refused queries answer 400 with the line, the column and what would be accepted. Without a range, the events of the last 34 days are read; without a customer, those of all.`,
  request: {
    body: jsonBody(
      z.object({
        sql: z.string(),
        customer_id: Id.optional(),
        starting_on: Timestamp.optional(),
        ending_before: Timestamp.optional(),
      }),
    ),
  },
  responses: { 200: json(dataOf(PreviewBody), 'The result, and what to know about it') },
})

export function previewMetricRoutes(app: App): void {
  app.openapi(previewMetricRoute, async (c) => {
    const { environment, now } = c.var
    const { sql, customer_id, starting_on, ending_before } = c.req.valid('json')
    const endMs = ending_before ?? now + DAY_MS
    const startMs = starting_on ?? Math.min(now, endMs) - DEFAULT_RANGE_MS
    if (endMs <= startMs) {
      return fail(c, { code: 'invalid', message: 'ending_before: expected after starting_on' })
    }
    const trial = { sql, customerId: customer_id ?? null, startMs, endMs }
    const previewed = await previewMetric(c.env, environment, trial)
    if (!previewed.ok) return failSql(c, previewed.error)
    const { plan, rows, execution, eventsRead, elapsedMs, warnings } = previewed.value
    const columns = plan.keys.map(({ name }) => name)
    const data = {
      rows: rows.slice(0, ROWS_MAX).map(({ value, keys }) => ({
        ...Object.fromEntries(columns.map((name, i) => [name, keys[i] ?? null])),
        value: value === null ? null : jsonNumber(value),
      })),
      row_count: rows.length,
      columns,
      execution,
      plan: plan as unknown as Record<string, unknown>,
      events_read: eventsRead,
      elapsed_ms: elapsedMs,
      warnings,
    }
    return c.json({ data }, 200)
  })
}
