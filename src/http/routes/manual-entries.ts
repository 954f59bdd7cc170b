import { z } from '@hono/zod-openapi'
import { addManualEntry } from '../../actions/balances.ts'
import { fail } from '../errors.ts'
import { apiRoute, type App } from '../route.ts'
import { DecimalNumber, Id, jsonBody, Timestamp, WellFormedText } from '../schemas.ts'

const SEATS_MAX = 10_000

const addManualEntryRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/addManualBalanceLedgerEntry',
  access: 'write',
  operationId: 'addManualBalanceEntry',
  tags: ['Commits and credits'],
  summary: 'Add to a segment of a commit or credit by hand, or take away from it',
  request: {
    body: jsonBody(
      z.object({
        customer_id: Id,
        contract_id: Id.optional().openapi({
          description: 'Of commits and credits of a contract only.',
        }),
        id: Id.openapi({ description: 'Of the commit or credit.' }),
        segment_id: Id.openapi({ description: 'Of one of the items of its access schedule.' }),
        amount: DecimalNumber.openapi({ description: 'Negative takes away.' }),
        per_group_amounts: z
          .record(z.string(), DecimalNumber)
          .refine((parts) => Object.keys(parts).length <= SEATS_MAX, {
            error: `expected at most ${SEATS_MAX} seats`,
          })
          .optional()
          .openapi({
            type: 'object',
            additionalProperties: { type: 'number' },
            description: 'By seats, where they have parts of their own; they add up to the amount.',
          }),
        reason: WellFormedText.min(1).max(1_000).openapi({ description: 'Shown in the ledger.' }),
        timestamp: Timestamp.optional().openapi({
          description: 'The start of the segment if omitted.',
        }),
      }),
    ),
  },
  responses: { 200: { description: 'The entry counts.' } },
})

export function manualEntryRoutes(app: App): void {
  app.openapi(addManualEntryRoute, async (c) => {
    const { environment, now, newId } = c.var
    const body = c.req.valid('json')
    const input = {
      id: newId(),
      balanceId: body.id,
      segmentId: body.segment_id,
      contractId: body.contract_id,
      amount: body.amount,
      reason: body.reason,
      at: body.timestamp,
      seats: body.per_group_amounts,
    }
    const { customer_id: customerId } = body
    const added = await addManualEntry(c.env, environment, { customerId, input }, now)
    if (!added.ok) return fail(c, added.error)
    return c.body(null, 200)
  })
}
