import { z } from '@hono/zod-openapi'
import { advanceClock } from '../../actions/advance-clock.ts'
import { createSandbox, deleteSandbox } from '../../actions/sandboxes.ts'
import { fail } from '../errors.ts'
import { apiRoute, type App } from '../route.ts'
import {
  dataOf,
  Id,
  IdBody,
  IdData,
  json,
  jsonBody,
  Timestamp,
  TimestampText,
  toApiTimestamp,
} from '../schemas.ts'

const tags = ['Sandboxes']

const createSandboxRoute = apiRoute({
  method: 'post',
  path: '/v1/sandboxes',
  isOwn: true,
  access: 'write',
  operationId: 'createSandbox',
  tags,
  onlyIn: 'SANDBOX',
  summary: 'Create an isolated sandbox, with a clock of its own if wanted',
  keepsAnswer: false,
  request: {
    body: jsonBody(
      z.object({
        name: z.string().min(1).max(128).optional(),
        now: Timestamp.optional().openapi({
          type: 'string',
          format: 'date-time',
          description: 'Where its clock stands until it is moved; omitted: real time.',
        }),
      }),
    ),
  },
  responses: {
    200: json(
      dataOf(z.object({ id: Id, name: z.string(), token: z.string(), now: TimestampText })),
      'The sandbox and its token, which is shown here once',
    ),
  },
})

const ClockBody = z.object({ now: TimestampText, frozen: z.boolean() })

const readClockRoute = apiRoute({
  method: 'get',
  path: '/v1/sandboxes/clock',
  isOwn: true,
  access: 'read',
  operationId: 'getSandboxClock',
  tags,
  onlyIn: 'SANDBOX',
  summary: "Read this sandbox's clock",
  responses: { 200: json(dataOf(ClockBody), 'Where the clock stands') },
})

const advanceClockRoute = apiRoute({
  method: 'post',
  path: '/v1/sandboxes/clock',
  isOwn: true,
  access: 'write',
  operationId: 'advanceSandboxClock',
  tags,
  // Repeating it goes on where it stopped.
  keepsAnswer: false,
  onlyIn: 'SANDBOX',
  summary: "Move this sandbox's clock forward, doing all work that falls due on the way",
  request: { body: jsonBody(z.object({ now: Timestamp })) },
  responses: {
    200: json(
      dataOf(
        ClockBody.extend({
          done: z.boolean().openapi({
            description: 'False: there was too much to do in one call; repeat it.',
          }),
          held_back: z
            .array(
              z.object({
                customer_id: Id,
                contract_id: Id,
                due_at: TimestampText,
                code: z.string(),
                message: z.string(),
              }),
            )
            .openapi({
              description:
                'What fell due and could not be finalized; the clock goes on, and the next call tries again. See GET /v1/invoices/held.',
            }),
        }),
      ),
      'Where the clock stands now',
    ),
  },
})

const deleteSandboxRoute = apiRoute({
  method: 'post',
  path: '/v1/sandboxes/delete',
  isOwn: true,
  access: 'write',
  operationId: 'deleteSandbox',
  tags,
  onlyIn: 'SANDBOX',
  summary: 'Delete a sandbox that was made through the API, with all its data',
  keepsAnswer: false,
  request: { body: jsonBody(IdBody) },
  responses: { 200: json(IdData, 'The deleted sandbox') },
})

export function sandboxRoutes(app: App): void {
  app.openapi(createSandboxRoute, async (c) => {
    const { db, environment, newId } = c.var
    const { name = 'sandbox', now } = c.req.valid('json')
    const input = {
      id: newId(),
      tokenId: newId(),
      name,
      clockMs: now ?? null,
      parentId: environment.id,
    }
    const created = await createSandbox(db, input, Date.now())
    if (!created.ok) return fail(c, created.error)
    const { environment: sandbox, token } = created.value
    const clock = toApiTimestamp(now ?? Date.now())
    return c.json({ data: { id: sandbox.id, name, token, now: clock } }, 200)
  })

  app.openapi(readClockRoute, (c) => {
    const { environment, now } = c.var
    return c.json({ data: { now: toApiTimestamp(now), frozen: environment.clockMs !== null } }, 200)
  })

  app.openapi(advanceClockRoute, async (c) => {
    const { now: target } = c.req.valid('json')
    const advanced = await advanceClock(c.env, c.var.environment.id, target)
    if (!advanced.ok) return fail(c, advanced.error)
    const { now, done, held } = advanced.value
    const held_back = held.map(({ customerId, contractId, dueAt, code, message }) => {
      const due_at = toApiTimestamp(dueAt)
      return { customer_id: customerId, contract_id: contractId, due_at, code, message }
    })
    return c.json({ data: { now: toApiTimestamp(now), frozen: true, done, held_back } }, 200)
  })

  app.openapi(deleteSandboxRoute, async (c) => {
    const { id } = c.req.valid('json')
    const deleted = await deleteSandbox(c.env, id, c.var.environment.id, Date.now())
    if (!deleted.ok) return fail(c, deleted.error)
    return c.json({ data: { id } }, 200)
  })
}
