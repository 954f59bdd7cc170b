import { z } from '@hono/zod-openapi'
import type { AppliedOverride, LinePart, PaidBy } from '../../core/invoices/invoice.ts'
import { priceUnder } from '../../core/invoices/replay-line.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { BALANCE_RATE_TYPES, BALANCE_TYPES } from '../../core/ledger/balance.ts'
import { PriceBody, toApiPrice } from '../price-body.ts'
import { Id } from '../schemas.ts'

export const OverrideNote = z.object({
  id: z.string(),
  type: z.enum(['OVERWRITE', 'MULTIPLIER', 'TIERED']),
  multiplier: z.number().optional(),
  tiers: z.array(z.object({ size: z.number().optional(), multiplier: z.number() })).optional(),
  overwrite_rate: z.object(PriceBody).optional(),
})

/** Of lines that a commit or credit pays, of those that take it off, and of what is left unpaid. */
export const PaymentFields = {
  charge: z
    .object({
      quantity: z.number(),
      unit_price: z.number(),
      total: z.number(),
      paid_before: z.object({ quantity: z.number(), total: z.number() }),
    })
    .optional()
    .openapi({
      description:
        'What is charged in all, where commits or credits pay for some of it, and what is paid of that before the line.',
    }),
  payment: z
    .object({
      commit_id: Id,
      commit_segment_id: Id,
      seat_id: z.string().optional(),
      type: z.enum(BALANCE_TYPES),
      balance_before: z.number(),
      balance_after: z.number(),
      next_in_order: z
        .object({ commit_id: Id, decided_by: z.string() })
        .nullable()
        .openapi({ description: 'What would have paid next, and the step that put it behind.' }),
    })
    .optional(),
  commit_price: z
    .object({
      rate_type: z.enum(BALANCE_RATE_TYPES),
      rate: z.object(PriceBody).nullable(),
      override: OverrideNote.nullable(),
      price: z.object(PriceBody),
    })
    .optional()
    .openapi({ description: 'What is paid costs, where that is another price than the line has.' }),
}

type PaymentBody = z.input<z.ZodObject<typeof PaymentFields>>

/** Explains what pays for a line, if anything does. */
export function toApiPayment({ paidBy, part }: { paidBy?: PaidBy; part?: LinePart }): PaymentBody {
  return {
    ...(part !== undefined && { charge: toApiCharge(part) }),
    ...(paidBy !== undefined && { payment: toApiPayer(paidBy) }),
    ...(part?.under !== undefined && { commit_price: toApiUnder(part.under) }),
  }
}

function toApiCharge({ charge, before }: LinePart): PaymentBody['charge'] {
  return {
    quantity: jsonNumber(charge.quantity),
    unit_price: jsonNumber(charge.unitPrice),
    total: jsonNumber(charge.total),
    paid_before: { quantity: jsonNumber(before.quantity), total: jsonNumber(before.total) },
  }
}

function toApiPayer(paidBy: PaidBy): PaymentBody['payment'] {
  const { runnerUp } = paidBy
  return {
    commit_id: paidBy.balanceId,
    commit_segment_id: paidBy.segmentId,
    seat_id: paidBy.seatId,
    type: paidBy.balanceType,
    balance_before: jsonNumber(paidBy.remainingBefore),
    balance_after: jsonNumber(paidBy.remainingAfter),
    next_in_order: runnerUp && { commit_id: runnerUp.balanceId, decided_by: runnerUp.decidedBy },
  }
}

function toApiUnder(under: NonNullable<LinePart['under']>): PaymentBody['commit_price'] {
  return {
    rate_type: under.rateType,
    rate: under.cardPrice && toApiPrice(under.cardPrice),
    override: toApiOverrideNote(under.override),
    price: toApiPrice(priceUnder(under).price),
  }
}

export function toApiOverrideNote(override: AppliedOverride | null) {
  if (override === null) return null
  const { id, change } = override
  const { type } = change
  if (type === 'OVERWRITE') return { id, type, overwrite_rate: toApiPrice(change.price) }
  if (type === 'MULTIPLIER') return { id, type, multiplier: jsonNumber(change.multiplier) }
  const tiers = change.tiers.map(({ size, multiplier }) => ({
    size: size === null ? undefined : jsonNumber(size),
    multiplier: jsonNumber(multiplier),
  }))
  return { id, type, tiers }
}
