import { z } from '@hono/zod-openapi'
import { askGate, releaseGate, settleGate } from '../../actions/gate.ts'
import { USD } from '../../core/currency.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { BATCH_EVENTS_MAX } from '../../core/metering/event.ts'
import type { GateAnswer } from '../../objects/account-gate.ts'
import { readCreditTypeNames, type CreditTypeNames } from '../credit-type-names.ts'
import { fail } from '../errors.ts'
import { apiRoute, type App } from '../route.ts'
import {
  CreditTypeBody,
  CustomerParams,
  dataOf,
  Id,
  json,
  jsonBody,
  NonNegativeDecimal,
  TimestampText,
  toApiCreditType,
  toApiTimestamp,
} from '../schemas.ts'

const tags = ['Gate']

/** What is kept free must come to an end some time. */
const HOLD_SECONDS_MAX = 86_400
const HOLD_SECONDS_DEFAULT = 60

/** Limits and the window of timestamps are checked by the rules of ingest, later. */
const GatedEvents = z
  .array(
    z.strictObject({
      event_type: z.string().openapi({ minLength: 1 }),
      timestamp: z.string().optional().openapi({
        format: 'date-time',
        description: 'Default: now.',
      }),
      properties: z.unknown().optional().openapi({ type: 'object', additionalProperties: true }),
    }),
  )
  .min(1)
  .max(BATCH_EVENTS_MAX)

const GateBody = z
  .object({
    allowed: z.boolean(),
    reason: z.enum(['balance', 'spend_limit']).nullable().openapi({
      description: 'Why it is not allowed.',
    }),
    hold_id: Id.nullable().openapi({ description: 'Null where nothing is held.' }),
    expires_at: TimestampText.nullable(),
    uncovered: z.array(z.object({ credit_type: CreditTypeBody, amount: z.number() })).openapi({
      description: 'What would be billed, since no balance pays for it.',
    }),
    draws: z.array(z.object({ id: Id, amount: z.number(), remaining: z.number() })).openapi({
      description: 'What commits and credits would pay, and what they then have left.',
    }),
  })
  .openapi('GateAnswer')

const HoldParams = CustomerParams.extend({ gate_id: Id })

const askGateRoute = apiRoute({
  method: 'post',
  path: '/v1/customers/{customer_id}/gate',
  isOwn: true,
  access: 'write',
  isFrequent: true,
  operationId: 'askGate',
  tags,
  summary: 'Ask what some usage would cost now and whether balances allow it, and keep that free',
  request: {
    params: CustomerParams,
    body: jsonBody(
      z.strictObject({
        events: GatedEvents,
        hold_seconds: z
          .int()
          .min(0)
          .max(HOLD_SECONDS_MAX)
          .optional()
          .openapi({
            description: `For how long it is kept free; 0 only asks. Default: ${HOLD_SECONDS_DEFAULT}.`,
          }),
        spend_limit: z
          .strictObject({ credit_type_id: Id.optional(), amount: NonNegativeDecimal })
          .optional()
          .openapi({
            description:
              'Allows what no balance pays as long as the drafts of the present periods come to no more than this. Without it, balances must pay for all.',
          }),
      }),
    ),
  },
  responses: { 200: json(dataOf(GateBody), 'Whether it is allowed, and what is held') },
})

const SettledBody = z.object({
  id: Id,
  accepted: z.number(),
  duplicates: z.number(),
  expired: z.boolean().openapi({
    description: 'The hold had ended: the usage is billed, but nothing was kept for it.',
  }),
})

const settleGateRoute = apiRoute({
  method: 'post',
  path: '/v1/customers/{customer_id}/gate/{gate_id}/settle',
  isOwn: true,
  access: 'write',
  isFrequent: true,
  operationId: 'settleGate',
  tags,
  summary: 'Ingest what was used under a hold, and let go of it',
  request: { params: HoldParams, body: jsonBody(z.strictObject({ events: GatedEvents })) },
  responses: { 200: json(dataOf(SettledBody), 'What was ingested') },
})

const ReleasedBody = z.object({
  id: Id,
  released: z.boolean().openapi({ description: 'False where it had ended before.' }),
})

const releaseGateRoute = apiRoute({
  method: 'post',
  path: '/v1/customers/{customer_id}/gate/{gate_id}/release',
  isOwn: true,
  access: 'write',
  isFrequent: true,
  operationId: 'releaseGate',
  tags,
  summary: 'Let go of what a hold keeps free',
  request: { params: HoldParams },
  responses: { 200: json(dataOf(ReleasedBody), 'The hold') },
})

export function gateRoutes(app: App): void {
  app.openapi(askGateRoute, async (c) => {
    const { db, environment, now, newId } = c.var
    const { customer_id: customerId } = c.req.valid('param')
    const { events, hold_seconds = HOLD_SECONDS_DEFAULT, spend_limit } = c.req.valid('json')
    const limit =
      spend_limit === undefined
        ? null
        : { creditTypeId: spend_limit.credit_type_id ?? USD.id, amount: spend_limit.amount }
    const usage = { customerId, id: newId(), events, holdMs: hold_seconds * 1_000, limit }
    const asked = await askGate(c.env, environment, usage, now)
    if (!asked.ok) return fail(c, asked.error)
    const ids = asked.value.uncovered.map(({ creditTypeId }) => creditTypeId)
    const names = await readCreditTypeNames(db, environment.id, ids)
    return c.json({ data: toApiGate(asked.value, names) }, 200)
  })

  app.openapi(settleGateRoute, async (c) => {
    const { environment, now } = c.var
    const { customer_id: customerId, gate_id: id } = c.req.valid('param')
    const { events } = c.req.valid('json')
    const settled = await settleGate(c.env, environment, { customerId, id, events }, now)
    if (!settled.ok) return fail(c, settled.error)
    const { accepted, duplicates, isLate } = settled.value
    return c.json({ data: { id, accepted, duplicates, expired: isLate } }, 200)
  })

  app.openapi(releaseGateRoute, async (c) => {
    const { environment, now } = c.var
    const { customer_id: customerId, gate_id: id } = c.req.valid('param')
    const released = await releaseGate(c.env, environment, { customerId, id }, now)
    if (!released.ok) return fail(c, released.error)
    return c.json({ data: { id, released: released.value.isActive } }, 200)
  })
}

function toApiGate(
  { isAllowed, reason, hold, uncovered, draws }: GateAnswer,
  names: CreditTypeNames,
): z.input<typeof GateBody> {
  return {
    allowed: isAllowed,
    reason,
    hold_id: hold?.id ?? null,
    expires_at: hold === null ? null : toApiTimestamp(hold.expiresAt),
    uncovered: uncovered.map(({ creditTypeId, amount }) => ({
      credit_type: toApiCreditType(creditTypeId, names),
      amount: jsonNumber(amount),
    })),
    draws: draws.map(({ balanceId, amount, remaining }) => ({
      id: balanceId,
      amount: jsonNumber(amount),
      remaining: jsonNumber(remaining),
    })),
  }
}
