import { z } from '@hono/zod-openapi'
import { ingestEvents } from '../../actions/ingest-events.ts'
import { parseJson } from '../../core/json-number.ts'
import { BATCH_EVENTS_MAX, EVENT_BYTES_MAX, type RejectedEvent } from '../../core/metering/event.ts'
import { allows } from '../access.ts'
import { clockOf, forbiddenMessage, readIngestAuthorization, UNAUTHORIZED } from '../auth.ts'
import { notJson, readText } from '../body.ts'
import type { AppContext } from '../context.ts'
import { errorResponses, fail } from '../errors.ts'
import type { App } from '../route.ts'
import { dataOf, json, jsonBody } from '../schemas.ts'

/** As many bytes as a full batch of the largest events, and the punctuation between them. */
const INGEST_BYTES_MAX = BATCH_EVENTS_MAX * (EVENT_BYTES_MAX + 1_024)

const EventBody = z
  .object({
    transaction_id: z.string().min(1).max(128).openapi({
      description: 'Sent again within the dedupe window, it counts once.',
    }),
    customer_id: z.string().min(1).max(128).openapi({
      description: "The customer's id or one of its ingest aliases, also a future one.",
    }),
    event_type: z.string().min(1),
    timestamp: z.string().openapi({ format: 'date-time' }),
    properties: z.record(z.string(), z.unknown()).optional().openapi({
      description: 'Up to 2,000; send numbers as strings or numbers, all digits count.',
    }),
  })
  .openapi('Event')

const IngestErrorBody = z.object({
  index: z.int(),
  transaction_id: z.string().nullable(),
  message: z.string(),
})

const ReportBody = z
  .object({ accepted: z.int(), duplicates: z.int(), errors: z.array(IngestErrorBody) })
  .openapi('IngestReport')

/**
 * The hot path: no middleware and a hand-written validator, because zod costs many times as much
 * for an event. Idempotency-Key is not looked at: transaction ids do that job.
 */
export function ingestRoutes(app: App): void {
  app.openAPIRegistry.registerPath({
    method: 'post',
    path: '/v1/ingest',
    operationId: 'ingest',
    tags: ['Events'],
    summary: 'Ingest usage events',
    description:
      'Each event stands for itself: valid ones are stored, invalid ones reported and kept in quarantine. With "Prefer: handling=strict" one invalid event fails the batch.',
    security: [{ bearerAuth: [] }],
    request: { body: jsonBody(z.array(EventBody).min(1).max(BATCH_EVENTS_MAX)) },
    responses: { 200: json(dataOf(ReportBody), 'What became of the events'), ...errorResponses },
  })

  app.post('/v1/ingest', async (c) => {
    const found = await readIngestAuthorization(c.env, c.req.header('authorization'))
    if (found === null) return c.json({ message: UNAUTHORIZED }, 401)
    const { principal, environment } = found
    if (!allows(principal.scope, 'ingest')) {
      return c.json({ message: forbiddenMessage(principal, 'ingest') }, 403)
    }
    const text = await readText(c, INGEST_BYTES_MAX)
    if (text === null) {
      return c.json({ message: `The request body exceeds ${INGEST_BYTES_MAX} bytes.` }, 413)
    }
    let body: unknown
    try {
      body = parseJson(text)
    } catch (error) {
      return c.json({ message: notJson(error) }, 400)
    }
    const batch = { text, body, isStrict: prefersStrict(c) }
    const ingested = await ingestEvents(c.env, environment, batch, clockOf(environment))
    if (!ingested.ok) {
      const { code, message, rejected } = ingested.error
      if (rejected.length === 0) return fail(c, { code, message })
      return c.json({ message, errors: rejected.map(toApiError) }, 400)
    }
    const { accepted, duplicates, rejected } = ingested.value
    return c.json({ data: { accepted, duplicates, errors: rejected.map(toApiError) } }, 200)
  })
}

function prefersStrict(c: AppContext): boolean {
  return /(?:^|,)\s*handling\s*=\s*"?strict"?\s*(?:[,;]|$)/i.test(c.req.header('prefer') ?? '')
}

function toApiError({ index, transactionId, message }: RejectedEvent) {
  return { index, transaction_id: transactionId, message }
}
