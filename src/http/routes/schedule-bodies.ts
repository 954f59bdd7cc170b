import { z } from '@hono/zod-openapi'
import {
  AMOUNT_DISTRIBUTIONS,
  SCHEDULE_FREQUENCIES,
  SCHEDULE_ITEMS_MAX,
  type ScheduleInput,
} from '../../core/contracts/create-schedule.ts'
import type { ScheduleUpdate } from '../../core/contracts/edit-schedule.ts'
import type { AmountInput } from '../../core/contracts/item-amount.ts'
import type { Schedule } from '../../core/contracts/schedule.ts'
import { jsonNumber } from '../../core/json-number.ts'
import {
  CreditTypeBody,
  enumOf,
  Id,
  NonNegativeDecimal,
  Timestamp,
  TimestampText,
  toApiCreditType,
  toApiTimestamp,
} from '../schemas.ts'

/** Either `amount`, or `unit_price` and `quantity`. */
const AmountFields = {
  amount: NonNegativeDecimal.optional().openapi({
    description: 'Or else unit_price and quantity; alone it is the unit price of one.',
  }),
  unit_price: NonNegativeDecimal.optional(),
  quantity: NonNegativeDecimal.optional(),
}

const NewScheduleItem = z.object({ timestamp: Timestamp, ...AmountFields })

const ScheduleFields = {
  credit_type_id: Id.optional().openapi({ description: 'A currency; US dollars by default.' }),
  schedule_items: z
    .array(NewScheduleItem)
    .max(SCHEDULE_ITEMS_MAX)
    .optional()
    .openapi({ description: 'Or else recurring_schedule.' }),
  recurring_schedule: z
    .object({
      starting_at: Timestamp.openapi({ description: 'The first of the dates.' }),
      ending_before: Timestamp.openapi({ description: 'After the last of the dates.' }),
      frequency: enumOf(SCHEDULE_FREQUENCIES),
      ...AmountFields,
      amount_distribution: enumOf(AMOUNT_DISTRIBUTIONS).openapi({
        description:
          'Whether each date has the amount, or an equal share of it; with DIVIDED_ROUNDED shares are whole cents, and the last one has the rest.',
      }),
    })
    .optional(),
}

/** When what is charged, as it is asked for (pricing 6.4). */
export const NewSchedule = z.object({
  ...ScheduleFields,
  do_not_invoice: z
    .literal(false, { error: 'expected only in the invoice_schedule of a commit' })
    .optional(),
})

/** The same for what a commit is paid by. */
export const NewInvoiceSchedule = z.object({
  ...ScheduleFields,
  do_not_invoice: z.boolean().optional().openapi({
    description: 'The amounts are known, but they are invoiced elsewhere.',
  }),
})

/** A change of a schedule, as it is asked for. */
export const ScheduleUpdateBody = z.object({
  add_schedule_items: z.array(NewScheduleItem).max(SCHEDULE_ITEMS_MAX).optional(),
  update_schedule_items: z
    .array(z.object({ id: Id, timestamp: Timestamp.optional(), ...AmountFields }))
    .max(SCHEDULE_ITEMS_MAX)
    .optional(),
  remove_schedule_items: z
    .array(z.object({ id: Id }))
    .max(SCHEDULE_ITEMS_MAX)
    .optional(),
})

/** A schedule as it is answered. */
export const ScheduleBody = z
  .object({
    credit_type: CreditTypeBody,
    schedule_items: z.array(
      z.object({
        id: Id,
        timestamp: TimestampText,
        amount: z.number(),
        unit_price: z.number(),
        quantity: z.number(),
        invoice_id: Id.optional().openapi({ description: 'Of the invoice that it is on.' }),
      }),
    ),
    do_not_invoice: z.boolean().optional(),
  })
  .openapi('Schedule')

export function fromApiSchedule(
  body: z.output<typeof NewSchedule> | z.output<typeof NewInvoiceSchedule>,
): ScheduleInput {
  const { credit_type_id, schedule_items, recurring_schedule: recurring } = body
  return {
    creditTypeId: credit_type_id,
    items: schedule_items?.map(fromApiItem),
    recurring: recurring && {
      startingAt: recurring.starting_at,
      endingBefore: recurring.ending_before,
      frequency: recurring.frequency,
      distribution: recurring.amount_distribution,
      ...fromApiAmount(recurring),
    },
  }
}

export function fromApiScheduleUpdate(body: z.output<typeof ScheduleUpdateBody>): ScheduleUpdate {
  return {
    add: body.add_schedule_items?.map(fromApiItem),
    update: body.update_schedule_items?.map(({ id, timestamp, ...amount }) => {
      return { id, at: timestamp, ...fromApiAmount(amount) }
    }),
    remove: body.remove_schedule_items?.map(({ id }) => id),
  }
}

function fromApiItem({ timestamp, ...amount }: z.output<typeof NewScheduleItem>) {
  return { at: timestamp, ...fromApiAmount(amount) }
}

function fromApiAmount(body: {
  amount?: string
  unit_price?: string
  quantity?: string
}): AmountInput {
  return { amount: body.amount, unitPrice: body.unit_price, quantity: body.quantity }
}

/** The invoices that schedule items are on, by the ids of the items. */
export type InvoiceIds = ReadonlyMap<string, string>

export function toApiSchedule(
  { creditTypeId, items }: Schedule,
  invoiceIds?: InvoiceIds,
): z.input<typeof ScheduleBody> {
  return {
    credit_type: toApiCreditType(creditTypeId),
    schedule_items: items.map((item) => ({
      id: item.id,
      timestamp: toApiTimestamp(item.at),
      amount: jsonNumber(item.amount),
      unit_price: jsonNumber(item.unitPrice),
      quantity: jsonNumber(item.quantity),
      invoice_id: invoiceIds?.get(item.id),
    })),
  }
}
