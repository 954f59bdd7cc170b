import { z } from '@hono/zod-openapi'
import { replayDeadLetters } from '../../actions/replay-dead-letters.ts'
import { eventsOf } from '../../core/metering/dead-letter.ts'
import { deleteDeadLetters, listDeadLetters, type DeadLetterRow } from '../../db/dead-letters.ts'
import { fail } from '../errors.ts'
import { cutPage, decodeCursor, PAGE_LIMIT_MAX, PageQuery } from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import { dataOf, json, jsonBody, pageOf, TimestampText, toApiTimestamp } from '../schemas.ts'

const tags = ['Events']

/** A page has no more of them, whatever its limit: each may have 128 KB. */
const PAGE_LETTERS_MAX = 20

const DeadLetterBody = z
  .object({
    id: z.string(),
    event_count: z.int(),
    earliest_timestamp: TimestampText.openapi({ description: "The earliest of the events'." }),
    accepted_at: TimestampText,
    received_at: TimestampText.openapi({ description: 'When delivery was given up; real time.' }),
    reason: z.string().nullable().openapi({ description: 'Why the first delivery failed.' }),
    events: z.array(z.unknown()).nullable().openapi({ description: 'As received.' }),
  })
  .openapi('DeadLetter')

const listDeadLettersRoute = apiRoute({
  method: 'get',
  path: '/v1/ingest/dead-letters',
  isOwn: true,
  access: 'read',
  operationId: 'listDeadLetters',
  tags,
  summary: 'List queued events that could not be delivered',
  description: `A page has at most ${PAGE_LETTERS_MAX}. Invoices of periods with such events are not finalized before the events are replayed or deleted.`,
  request: { query: PageQuery },
  responses: { 200: json(pageOf(DeadLetterBody), 'A page of dead letters, oldest first') },
})

const IdsBody = jsonBody(z.object({ ids: z.array(z.string()).min(1).max(100) }))

const OutcomeBody = z
  .object({
    id: z.string(),
    status: z.enum(['replayed', 'failed', 'not_found']),
    accepted: z.int(),
    duplicates: z.int(),
    message: z.string().optional().openapi({ description: 'Why it failed; it stays then.' }),
  })
  .openapi('DeadLetterOutcome')

const replayDeadLettersRoute = apiRoute({
  method: 'post',
  path: '/v1/ingest/dead-letters/replay',
  isOwn: true,
  access: 'write',
  operationId: 'replayDeadLetters',
  tags,
  summary: 'Ingest events that could not be delivered, after all',
  description: 'They count as accepted when they were first; replaying again does no harm.',
  request: { body: IdsBody },
  responses: { 200: json(dataOf(z.array(OutcomeBody)), 'What became of each, in order') },
})

const deleteDeadLettersRoute = apiRoute({
  method: 'post',
  path: '/v1/ingest/dead-letters/delete',
  isOwn: true,
  access: 'write',
  operationId: 'deleteDeadLetters',
  tags,
  summary: 'Give up events that could not be delivered',
  description: 'The events are lost, and invoices no longer wait for them.',
  request: { body: IdsBody },
  responses: {
    200: json(
      dataOf(z.object({ ids: z.array(z.string()) })),
      'Those that were deleted; unknown ids are left out',
    ),
  },
})

export function deadLetterRoutes(app: App): void {
  app.openapi(listDeadLettersRoute, async (c) => {
    const { db, environment } = c.var
    const { limit: asked = PAGE_LIMIT_MAX, next_page } = c.req.valid('query')
    const cursor = decodeCursor('dead letters', next_page, ['number', 'string'])
    if (!cursor.ok) return fail(c, cursor.error)
    const from = cursor.value && {
      receivedAt: Number(cursor.value[0]),
      id: String(cursor.value[1]),
    }
    const limit = Math.min(asked, PAGE_LETTERS_MAX)
    const rows = await listDeadLetters(db, environment.id, from, limit + 1)
    const page = cutPage('dead letters', rows, limit, ({ receivedAt, id }) => [receivedAt, id])
    return c.json({ data: page.rows.map(toApiDeadLetter), next_page: page.nextPage }, 200)
  })

  app.openapi(replayDeadLettersRoute, async (c) => {
    const { environment, now } = c.var
    const ids = [...new Set(c.req.valid('json').ids)]
    return c.json({ data: await replayDeadLetters(c.env, environment, ids, now) }, 200)
  })

  app.openapi(deleteDeadLettersRoute, async (c) => {
    const { db, environment } = c.var
    const ids = await deleteDeadLetters(db, environment.id, c.req.valid('json').ids)
    return c.json({ data: { ids } }, 200)
  })
}

function toApiDeadLetter(row: DeadLetterRow) {
  return {
    id: row.id,
    event_count: row.eventCount,
    earliest_timestamp: toApiTimestamp(row.timeMin),
    accepted_at: toApiTimestamp(row.acceptedAt),
    received_at: toApiTimestamp(row.receivedAt),
    reason: row.reason,
    events: eventsOf(JSON.parse(row.message)),
  }
}
