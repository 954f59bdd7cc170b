import { z } from '@hono/zod-openapi'
import { BATCH_EVENTS_MAX } from '../../core/metering/event.ts'
import { answerIngest } from '../answer-ingest.ts'
import { errorResponses } from '../errors.ts'
import type { App } from '../route.ts'
import { dataOf, Id, json, jsonBody } from '../schemas.ts'

export const EventBody = z
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

const NamedBody = z.object({ id: Id, name: z.string() })

const ReceiptBody = z
  .object({
    index: z.int(),
    transaction_id: z.string().nullable(),
    status: z.enum(['accepted', 'duplicate', 'rejected']),
    customer: NamedBody.nullable().openapi({
      description: 'Who holds the customer_id now; null while nobody does.',
    }),
    matched_billable_metrics: z.array(NamedBody),
    unmatched_billable_metrics: z.array(
      NamedBody.extend({
        reason: z.string().openapi({ description: 'The first condition that the event fails.' }),
      }),
    ),
    message: z.string().optional().openapi({ description: 'Why the event was rejected.' }),
  })
  .openapi('IngestReceipt')

const ReportBody = z
  .object({
    accepted: z.int(),
    duplicates: z.int(),
    errors: z.array(IngestErrorBody),
    queued: z.int().optional().openapi({
      description: 'Events that wait in the queue, because ingest is behind; they are safe there.',
    }),
    receipts: z.array(ReceiptBody).optional().openapi({
      description: 'One for each event in order, with "Prefer: return=representation".',
    }),
  })
  .openapi('IngestReport')

const Preferences = z.object({
  prefer: z.string().optional().openapi({
    description: 'handling=strict, return=representation, or both, separated by a comma.',
  }),
  'content-encoding': z.enum(['gzip', 'deflate']).optional(),
})

/** The route's description; requests seldom come this way, see `isIngest`. */
export function ingestRoutes(app: App): void {
  app.openAPIRegistry.registerPath({
    method: 'post',
    path: '/v1/ingest',
    operationId: 'ingest',
    tags: ['Events'],
    summary: 'Ingest usage events',
    description:
      'Each event stands for itself: valid ones are stored, invalid ones reported and kept in quarantine. With "Prefer: handling=strict" one invalid event fails the batch. With "Prefer: return=representation" the answer has a receipt for each event: which customer and metrics it matched, and why not.',
    security: [{ bearerAuth: [] }],
    request: {
      headers: Preferences,
      body: jsonBody(z.array(EventBody).min(1).max(BATCH_EVENTS_MAX)),
    },
    responses: { 200: json(dataOf(ReportBody), 'What became of the events'), ...errorResponses },
  })

  app.post('/v1/ingest', (c) => answerIngest(c.req.raw, c.env))
}
