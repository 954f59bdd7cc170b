import { z } from '@hono/zod-openapi'
import { quarantineMeter, replayQuarantined } from '../../actions/replay-quarantined.ts'
import { parseJson } from '../../core/json-number.ts'
import { BATCH_EVENTS_MAX } from '../../core/metering/event.ts'
import type { QuarantinedEvent, QuarantineQuery } from '../../objects/meter-rpc.ts'
import type { AppContext } from '../context.ts'
import { fail } from '../errors.ts'
import { cutPage, decodeCursor, PAGE_LIMIT_MAX, PageQuery } from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import {
  dataOf,
  json,
  jsonBody,
  pageOf,
  Timestamp,
  TimestampText,
  toApiTimestamp,
} from '../schemas.ts'

const tags = ['Events']

const QuarantineId = z
  .string()
  .regex(/^\d{1,15}$/, { error: 'expected the id of a quarantined event' })

const QuarantineFilter = z.object({
  customer_id: z.string().optional().openapi({ description: 'As sent.' }),
  transaction_id: z.string().optional(),
  received_after: Timestamp.optional().openapi({
    type: 'string',
    format: 'date-time',
    description: 'Received at this instant or later.',
  }),
  received_before: Timestamp.optional().openapi({
    type: 'string',
    format: 'date-time',
    description: 'Received before this instant.',
  }),
})

const QuarantineBody = z
  .object({
    id: z.string(),
    message: z.string().openapi({ description: 'Why the event was rejected.' }),
    customer_id: z.string().nullable(),
    transaction_id: z.string().nullable(),
    event: z.unknown().openapi({ description: 'As received; a text where it is no JSON.' }),
    received_at: TimestampText,
  })
  .openapi('QuarantinedEvent')

const listQuarantineRoute = apiRoute({
  method: 'get',
  path: '/v1/events/quarantine',
  isOwn: true,
  access: 'read',
  operationId: 'listQuarantine',
  tags,
  summary: 'List rejected events',
  request: { query: PageQuery.extend(QuarantineFilter.shape) },
  responses: { 200: json(pageOf(QuarantineBody), 'A page of rejected events, newest first') },
})

// By its name the type would be taken for JSON: as a mere string it stands for any response.
const NDJSON: Record<string, { schema: z.ZodType }> = {
  'application/x-ndjson': { schema: z.string() },
}

const exportQuarantineRoute = apiRoute({
  method: 'get',
  path: '/v1/events/quarantine/export',
  isOwn: true,
  access: 'read',
  operationId: 'exportQuarantine',
  tags,
  summary: 'Export rejected events, one a line',
  request: { query: QuarantineFilter },
  responses: {
    200: {
      description: 'Newline-delimited JSON: rejected events as they are listed, newest first',
      content: NDJSON,
    },
  },
})

const REPLAY_EVENTS_MAX = BATCH_EVENTS_MAX
const REPLAY_COUNT = `expected 1 to ${REPLAY_EVENTS_MAX} events in ids and events together`

const ReplayBody = z
  .object({
    ids: z.array(QuarantineId).optional().openapi({ description: 'Replayed as received.' }),
    events: z
      .array(z.object({ id: QuarantineId, event: z.unknown() }))
      .optional()
      .openapi({ description: 'Replayed as given here, in the place of what was received.' }),
  })
  .transform(({ ids = [], events = [] }) => [
    ...ids.map((id) => ({ id: Number(id) })),
    ...events.map(({ id, event }) => ({ id: Number(id), correction: { event } })),
  ])
  .refine((items) => items.length >= 1 && items.length <= REPLAY_EVENTS_MAX, {
    error: REPLAY_COUNT,
  })
  .refine((items) => new Set(items.map(({ id }) => id)).size === items.length, {
    error: 'each event may be named once',
  })

const ReplayOutcomeBody = z
  .object({
    id: z.string(),
    status: z.enum(['accepted', 'duplicate', 'rejected']),
    message: z.string().optional().openapi({ description: 'Why the event was rejected.' }),
  })
  .openapi('ReplayOutcome')

const replayQuarantineRoute = apiRoute({
  method: 'post',
  path: '/v1/events/quarantine/replay',
  isOwn: true,
  access: 'write',
  operationId: 'replayQuarantine',
  tags,
  summary: 'Ingest rejected events after all, as they are or corrected',
  description:
    'An event may be as old as it might have been when it was received. Accepted events and duplicates leave the quarantine, the others stay.',
  request: { body: jsonBody(ReplayBody) },
  responses: {
    200: json(dataOf(z.array(ReplayOutcomeBody)), 'What became of each event, in order'),
  },
})

const deleteQuarantineRoute = apiRoute({
  method: 'post',
  path: '/v1/events/quarantine/delete',
  isOwn: true,
  access: 'write',
  operationId: 'deleteQuarantine',
  tags,
  summary: 'Remove rejected events from the quarantine',
  request: { body: jsonBody(z.object({ ids: z.array(QuarantineId).min(1).max(100) })) },
  responses: {
    200: json(
      dataOf(z.object({ ids: z.array(z.string()) })),
      'The events that were removed; unknown ids are left out',
    ),
  },
})

export function quarantineRoutes(app: App): void {
  app.openapi(listQuarantineRoute, async (c) => {
    const { limit = PAGE_LIMIT_MAX, next_page, ...filter } = c.req.valid('query')
    const question = `quarantine ${JSON.stringify(filter)}`
    const cursor = decodeCursor(question, next_page, ['number'])
    if (!cursor.ok) return fail(c, cursor.error)
    const before = cursor.value === null ? undefined : Number(cursor.value[0])
    const events = await readPage(c, filter, { before, limit: limit + 1 })
    const page = cutPage(question, events, limit, ({ id }) => [id])
    return c.json({ data: page.rows.map(toApiQuarantined), next_page: page.nextPage }, 200)
  })

  app.openapi(exportQuarantineRoute, (c) => {
    return c.body(exportLines(c, c.req.valid('query')), 200, {
      'content-type': 'application/x-ndjson',
      'content-disposition': 'attachment; filename="quarantine.ndjson"',
    })
  })

  app.openapi(replayQuarantineRoute, async (c) => {
    const { environment, now } = c.var
    const replayed = await replayQuarantined(c.env, environment, c.req.valid('json'), now)
    if (!replayed.ok) return fail(c, replayed.error)
    const outcomes = replayed.value.map((outcome) => ({ ...outcome, id: String(outcome.id) }))
    return c.json({ data: outcomes }, 200)
  })

  app.openapi(deleteQuarantineRoute, async (c) => {
    const { id: environmentId } = c.var.environment
    const removed = c.req.valid('json').ids.map(Number)
    const meter = quarantineMeter(c.env, environmentId)
    const ids = await meter.settleQuarantine({ environmentId, removed, reasons: [] })
    return c.json({ data: { ids: ids.map(String) } }, 200)
  })
}

function readPage(
  c: AppContext,
  filter: z.output<typeof QuarantineFilter>,
  page: Pick<QuarantineQuery, 'before' | 'limit'>,
): Promise<QuarantinedEvent[]> {
  const { environment, now } = c.var
  return quarantineMeter(c.env, environment.id).listQuarantine({
    environmentId: environment.id,
    nowMs: now,
    ingestId: filter.customer_id,
    transactionId: filter.transaction_id,
    receivedFromMs: filter.received_after,
    receivedBeforeMs: filter.received_before,
    ...page,
  })
}

/** Reads a page when the client has taken the one before. */
function exportLines(
  c: AppContext,
  filter: z.output<typeof QuarantineFilter>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let before: number | undefined
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const events = await readPage(c, filter, { before, limit: PAGE_LIMIT_MAX })
      const text = events.map((event) => `${JSON.stringify(toApiQuarantined(event))}\n`).join('')
      if (events.length > 0) controller.enqueue(encoder.encode(text))
      if (events.length < PAGE_LIMIT_MAX) controller.close()
      before = events.at(-1)?.id
    },
  })
}

function toApiQuarantined(event: QuarantinedEvent) {
  return {
    id: String(event.id),
    message: event.reason,
    customer_id: event.ingestId,
    transaction_id: event.transactionId,
    event: readQuarantined(event.raw),
    received_at: toApiTimestamp(event.receivedAtMs),
  }
}

/** What was no JSON, and a very large event, which is kept cut off, is shown as a text. */
function readQuarantined(raw: string): unknown {
  try {
    return parseJson(raw)
  } catch {
    return raw
  }
}
