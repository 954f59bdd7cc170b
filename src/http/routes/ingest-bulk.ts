import { z } from '@hono/zod-openapi'
import { ingestBatch } from '../../actions/ingest-batch.ts'
import {
  BULK_BYTES_MAX,
  BULK_ERRORS_MAX,
  BULK_LINES_MAX,
  BULK_LINE_UNITS_MAX,
  ingestBulk,
  type BulkPorts,
  type BulkReport,
} from '../../actions/ingest-bulk.ts'
import { takeFromRate } from '../../actions/take-from-rate.ts'
import { settingsOf, type Environment } from '../../core/environment.ts'
import type { Env } from '../../env.ts'
import { authorizeIngest, clockOf } from '../auth.ts'
import { streamBody } from '../body.ts'
import { ErrorBody, errorResponses, fail, failWith } from '../errors.ts'
import { readLines } from '../lines.ts'
import { readPreferences } from '../prefer.ts'
import type { App } from '../route.ts'
import { dataOf, json } from '../schemas.ts'

const ReportBody = z
  .object({
    accepted: z.int(),
    duplicates: z.int(),
    rejected: z.int(),
    errors: z
      .array(
        z.object({
          line: z.int().openapi({ description: 'Counted from 1.' }),
          transaction_id: z.string().nullable(),
          message: z.string(),
        }),
      )
      .openapi({ description: `The first ${BULK_ERRORS_MAX} rejected lines.` }),
  })
  .openapi('BulkIngestReport')

const StoppedBody = ErrorBody.extend({
  data: ReportBody.optional().openapi({ description: 'What was taken in before.' }),
  resume_from_line: z.int().optional().openapi({
    description: 'Send the lines from here on again; all before were taken in.',
  }),
}).openapi('BulkIngestStopped')

/** Like ingest without middleware; the body is a stream, so it is registered by hand. */
export function ingestBulkRoutes(app: App): void {
  app.openAPIRegistry.registerPath({
    method: 'post',
    path: '/v1/ingest/bulk',
    operationId: 'ingestBulk',
    tags: ['Events'],
    summary: 'Ingest many usage events, one a line',
    description: `Newline-delimited JSON: an event a line, up to ${BULK_LINES_MAX} lines and ${BULK_BYTES_MAX} bytes, gzip or deflate if Content-Encoding says so. Each line stands for itself: valid events are stored, invalid lines kept in quarantine, blank lines ignored. A request that stops early says from which line to go on; sending events again does no harm.`,
    security: [{ bearerAuth: [] }],
    request: {
      headers: z.object({ 'content-encoding': z.enum(['gzip', 'deflate']).optional() }),
      body: {
        required: true,
        content: { 'application/x-ndjson': { schema: z.string() } },
      },
    },
    responses: {
      200: json(dataOf(ReportBody), 'What became of the events'),
      ...errorResponses,
      400: json(StoppedBody, errorResponses[400].description),
      413: json(StoppedBody, errorResponses[413].description),
      429: json(StoppedBody, errorResponses[429].description),
      503: json(StoppedBody, errorResponses[503].description),
    },
  })

  app.post('/v1/ingest/bulk', async (c) => {
    const authorized = await authorizeIngest(c.req.raw, c.env)
    if (authorized instanceof Response) return authorized
    const { environment } = authorized
    if (readPreferences(c.req.raw).isStrict || settingsOf(environment).strictIngest) {
      const message =
        'Bulk ingest takes each line by itself and cannot be strict: use /v1/ingest where one invalid event must fail the batch.'
      return fail(c, { code: 'invalid', message })
    }
    const body = streamBody(c.req.raw, BULK_BYTES_MAX)
    if (!body.ok) return fail(c, body.error)
    const lines = readLines(body.value, BULK_LINE_UNITS_MAX)
    const ingested = await ingestBulk(environment, lines, bulkPorts(c.env, environment))
    if (ingested.ok) return c.json({ data: toApiReport(ingested.value) }, 200)
    const { message, report, resumeFromLine } = ingested.error
    const stopped = { message, data: toApiReport(report), resume_from_line: resumeFromLine }
    return failWith(c, ingested.error, stopped)
  })
}

function bulkPorts(env: Env, environment: Environment): BulkPorts {
  return {
    ingest: (batch) => ingestBatch(env, environment, batch),
    takeRate: (count) =>
      takeFromRate(environment, 'ingestEventsPerSecond', { operation: 'ingest', count }),
    now: () => clockOf(environment),
    wait: (ms) => scheduler.wait(ms),
  }
}

function toApiReport({ errors, ...counts }: BulkReport) {
  return {
    ...counts,
    errors: errors.map(({ line, transactionId, message }) => {
      return { line, transaction_id: transactionId, message }
    }),
  }
}
