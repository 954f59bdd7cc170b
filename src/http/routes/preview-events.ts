import { z } from '@hono/zod-openapi'
import { previewEvents } from '../../actions/preview-events.ts'
import { PREVIEW_MODES } from '../../actions/usage-source.ts'
import { BATCH_EVENTS_MAX, ID_CHARACTERS_MAX } from '../../core/metering/event.ts'
import { fail } from '../errors.ts'
import { apiRoute, type App } from '../route.ts'
import { CustomerParams, dataOf, enumOf, json, jsonBody } from '../schemas.ts'
import { InvoiceBody, toApiInvoices } from './invoices.ts'

/** Limits and the window of timestamps are checked by the rules of ingest, later. */
const PreviewEventBody = z
  .strictObject({
    event_type: z.string().openapi({ minLength: 1 }),
    timestamp: z.string().optional().openapi({ format: 'date-time', description: 'Default: now.' }),
    properties: z.unknown().optional().openapi({ type: 'object', additionalProperties: true }),
    transaction_id: z.string().optional().openapi({
      minLength: 1,
      maxLength: ID_CHARACTERS_MAX,
      description: 'An event whose id was ingested in the last 34 days is left out.',
    }),
  })
  .openapi('PreviewEvent')

const previewEventsRoute = apiRoute({
  method: 'post',
  path: '/v1/customers/{customer_id}/previewEvents',
  access: 'read',
  // PE-8
  limitedBy: 'searchesPerSecond',
  operationId: 'previewEvents',
  tags: ['Events'],
  summary: "Preview a customer's draft invoices as some events would make them",
  request: {
    params: CustomerParams,
    body: jsonBody(
      z.strictObject({
        events: z.array(PreviewEventBody).min(1).max(BATCH_EVENTS_MAX),
        mode: enumOf(PREVIEW_MODES)
          .optional()
          .openapi({
            enum: ['replace', 'merge'],
            default: 'replace',
            description: 'These events alone, or added to the usage of the period.',
          }),
        skip_zero_qty_line_items: z.boolean().optional(),
      }),
    ),
  },
  responses: {
    200: json(dataOf(z.array(InvoiceBody)), 'A draft of each active contract; nothing is kept'),
  },
})

export function previewEventRoutes(app: App): void {
  app.openapi(previewEventsRoute, async (c) => {
    const { environment, now } = c.var
    const { customer_id: customerId } = c.req.valid('param')
    const { events, mode = 'REPLACE', skip_zero_qty_line_items } = c.req.valid('json')
    const previewed = await previewEvents(c.env, environment, { customerId, events, mode }, now)
    if (!previewed.ok) return fail(c, previewed.error)
    const data = await toApiInvoices(c, previewed.value, {
      skipZeroLines: skip_zero_qty_line_items,
    })
    return c.json({ data }, 200)
  })
}
