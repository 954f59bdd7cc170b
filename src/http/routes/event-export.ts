import { z } from '@hono/zod-openapi'
import { listNewestEvents } from '../../actions/list-newest-events.ts'
import { csvRow } from '../../core/csv.ts'
import type { EventKey } from '../../core/metering/event-order.ts'
import { UNMATCHED } from '../../objects/meter-event-filter.ts'
import type { AppContext } from '../context.ts'
import { fail } from '../errors.ts'
import { apiRoute, type App } from '../route.ts'
import { EVENT_FILTERS, readEventQuestion, type EventQuestion } from './event-filter-body.ts'
import { toApiEvents } from './found-events.ts'

/** So many events a file has at most; spreadsheets open a million rows, and people fewer. */
export const EXPORT_EVENTS_MAX = 100_000
/** Sealed events are decoded by the thousands: small pages would decode them again and again. */
const EVENTS_PER_PAGE = 10_000
const LIMIT_HEADER = 'x-tactus-row-limit'

const ExportQuery = z.object({
  ...EVENT_FILTERS,
  ingest_id: z.string().min(1).optional().openapi({ description: '`customer_id` as sent.' }),
  event_type: z.string().min(1).optional(),
  transaction_id: z.string().min(1).optional(),
  unmatched: z
    .enum(UNMATCHED, { error: `expected one of ${UNMATCHED.join(', ')}` })
    .optional()
    .openapi({ description: 'As of `POST /v1/events/search`.' }),
  is_duplicate: z
    .enum(['true', 'false'], { error: 'expected true or false' })
    .transform((text) => text === 'true')
    .optional(),
})

// By its name the type would be taken for JSON: as a mere string it stands for any response.
const CSV: Record<string, { schema: z.ZodType }> = { 'text/csv': { schema: z.string() } }

const exportEventsRoute = apiRoute({
  method: 'get',
  path: '/v1/events/export',
  isOwn: true,
  access: 'read',
  operationId: 'exportEvents',
  tags: ['Events'],
  summary: 'Export events as CSV',
  description: `The newest events of the last 34 days that fit all filters, at most ${EXPORT_EVENTS_MAX}, as ${LIMIT_HEADER} says; where a file has as many, times and other filters make several of it. Rows are as RFC 4180 says. A cell that a spreadsheet would run as a formula begins with an apostrophe.`,
  limitedBy: 'searchesPerSecond',
  request: { query: ExportQuery },
  responses: { 200: { description: 'A header and a row for each event', content: CSV } },
})

export function eventExportRoutes(app: App): void {
  app.openapi(exportEventsRoute, async (c) => {
    const { ingest_id, event_type, transaction_id, ...asked } = c.req.valid('query')
    const question = await readEventQuestion(c, {
      ...asked,
      ...(ingest_id !== undefined && { ingest_ids: [ingest_id] }),
      ...(event_type !== undefined && { event_types: [event_type] }),
      ...(transaction_id !== undefined && { transactionIds: [transaction_id] }),
    })
    if (!question.ok) return fail(c, question.error)
    return c.body(exportRows(c, question.value), 200, {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="events.csv"',
      'cache-control': 'private, no-store',
      [LIMIT_HEADER]: String(EXPORT_EVENTS_MAX),
    })
  })
}

const COLUMNS = [
  'id',
  'transaction_id',
  'customer_id',
  'event_type',
  'timestamp',
  'processed_at',
  'is_duplicate',
  'matched_customer_id',
  'matched_customer_name',
  'matched_billable_metrics',
  'properties',
]

/** Reads on when the client has taken what was read before. */
function exportRows(c: AppContext, question: EventQuestion): ReadableStream<Uint8Array> {
  const { environment, filter, activeMetricIds, metrics, sinceMs } = question
  const encoder = new TextEncoder()
  let left = EXPORT_EVENTS_MAX
  let after: EventKey | null = null
  let text = csvRow(COLUMNS)
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      // Pages may be empty though more follow; a stream that nothing is added to is not pulled again.
      do {
        const limit = Math.min(EVENTS_PER_PAGE, left)
        const query = { filter, activeMetricIds, sinceMs, after, limit }
        const { events, end } = await listNewestEvents(c.env, environment, query)
        const found = events.map(({ event }) => event)
        for (const each of await toApiEvents(c, found, { metrics })) text += csvRow(cellsOf(each))
        left -= events.length
        after = end
      } while (text === '' && after !== null)
      if (text !== '') controller.enqueue(encoder.encode(text))
      text = ''
      if (after === null || left === 0) controller.close()
    },
  })
}

function cellsOf(event: Awaited<ReturnType<typeof toApiEvents>>[number]): string[] {
  const { matched_customer: customer, matched_billable_metrics: matched, properties } = event
  return [
    event.id,
    event.transaction_id,
    event.customer_id,
    event.event_type,
    event.timestamp,
    event.processed_at,
    String(event.is_duplicate),
    customer?.id ?? '',
    customer?.name ?? '',
    matched.map(({ name }) => name).join('; '),
    properties === undefined ? '' : JSON.stringify(properties),
  ]
}
