import { z } from '@hono/zod-openapi'
import type { ScheduledChargeInput } from '../../core/contracts/create-scheduled-charge.ts'
import type {
  ScheduledChargeChange,
  ScheduledChargeUpdate,
} from '../../core/contracts/edit-scheduled-charges.ts'
import type { ScheduleItem } from '../../core/contracts/schedule.ts'
import type { ScheduledCharge } from '../../core/contracts/scheduled-charge.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { CustomFields, Id, TimestampText, toApiTimestamp, WellFormedText } from '../schemas.ts'
import {
  fromApiSchedule,
  fromApiScheduleUpdate,
  NewSchedule,
  ScheduleBody,
  ScheduleUpdateBody,
  toApiSchedule,
  type InvoiceIds,
} from './schedule-bodies.ts'

/** A scheduled charge, or a discount, as it is asked for (pricing 7). */
const NewScheduledCharge = z.object({
  product_id: Id.openapi({ description: 'Of a FIXED product.' }),
  name: WellFormedText.optional().openapi({ description: "The product's name by default." }),
  schedule: NewSchedule,
  netsuite_sales_order_id: z.string().optional(),
  custom_fields: CustomFields.optional(),
})

export const NewScheduledCharges = z.array(NewScheduledCharge).max(1_000)

/** The verbs of an edit that change scheduled charges that are there. */
export const ScheduledChargeVerbs = {
  update_scheduled_charges: z
    .array(
      z.object({
        scheduled_charge_id: Id,
        netsuite_sales_order_id: z.string().optional(),
        invoice_schedule: ScheduleUpdateBody.optional(),
      }),
    )
    .max(1_000)
    .optional(),
  archive_scheduled_charges: z
    .array(z.object({ id: Id }))
    .max(1_000)
    .optional()
    .openapi({ description: 'What is not invoiced of them by then will not be.' }),
}

/** A scheduled charge, or a discount, as it is answered. */
export const ScheduledChargeBody = z
  .object({
    id: Id,
    product: z.object({ id: Id, name: z.string() }),
    name: z.string().optional(),
    schedule: ScheduleBody,
    netsuite_sales_order_id: z.string().optional(),
    custom_fields: z.record(z.string(), z.string()),
    archived_at: TimestampText.optional(),
  })
  .openapi('ScheduledCharge')

const ItemChangeBody = z.object({
  id: Id,
  timestamp: TimestampText,
  amount: z.number(),
  unit_price: z.number(),
  quantity: z.number(),
})

/** What an edit changed of scheduled charges. */
export const ScheduledChargeEditBodies = {
  update_scheduled_charges: z
    .array(
      z.object({
        id: Id,
        netsuite_sales_order_id: z.string().optional(),
        invoice_schedule: z
          .object({
            add_schedule_items: z.array(ItemChangeBody),
            update_schedule_items: z.array(ItemChangeBody),
            remove_schedule_items: z.array(z.object({ id: Id })),
          })
          .optional(),
      }),
    )
    .optional(),
  archive_scheduled_charges: z.array(z.object({ id: Id })).optional(),
}

/** @param newId makes the id of the charge */
export function fromApiScheduledCharge(
  body: z.output<typeof NewScheduledCharge>,
  newId: () => string,
): ScheduledChargeInput {
  return {
    id: newId(),
    productId: body.product_id,
    name: body.name,
    schedule: fromApiSchedule(body.schedule),
    netsuiteSalesOrderId: body.netsuite_sales_order_id,
    customFields: body.custom_fields,
  }
}

export function fromApiScheduledChargeVerbs(
  body: z.output<z.ZodObject<typeof ScheduledChargeVerbs>>,
): { updateScheduledCharges?: ScheduledChargeUpdate[]; archiveScheduledCharges?: string[] } {
  return {
    updateScheduledCharges: body.update_scheduled_charges?.map((update) => ({
      id: update.scheduled_charge_id,
      netsuiteSalesOrderId: update.netsuite_sales_order_id,
      schedule: update.invoice_schedule && fromApiScheduleUpdate(update.invoice_schedule),
    })),
    archiveScheduledCharges: body.archive_scheduled_charges?.map(({ id }) => id),
  }
}

/** What answers with scheduled charges need besides them. */
export interface ChargeContext {
  productNames: ReadonlyMap<string, string>
  /** The invoices that schedule items are on, where that is known. */
  invoiceIds?: InvoiceIds
}

export function toApiScheduledCharge(
  charge: ScheduledCharge,
  { productNames, invoiceIds }: ChargeContext,
): z.input<typeof ScheduledChargeBody> {
  const { id, productId, name, schedule, archivedAt } = charge
  return {
    id,
    product: { id: productId, name: productNames.get(productId) ?? '' },
    name,
    schedule: toApiSchedule(schedule, invoiceIds),
    netsuite_sales_order_id: charge.netsuiteSalesOrderId,
    custom_fields: charge.customFields,
    archived_at: archivedAt === undefined ? undefined : toApiTimestamp(archivedAt),
  }
}

export function toApiScheduledChargeEdit(changes: ScheduledChargeChange[] | undefined) {
  const updated = changes?.filter(({ archivedAt }) => archivedAt === undefined) ?? []
  const archived = changes?.filter(({ archivedAt }) => archivedAt !== undefined) ?? []
  return {
    update_scheduled_charges: updated.length === 0 ? undefined : updated.map(toApiChange),
    archive_scheduled_charges:
      archived.length === 0 ? undefined : archived.map(({ id }) => ({ id })),
  }
}

function toApiChange({ id, netsuiteSalesOrderId, schedule }: ScheduledChargeChange) {
  return {
    id,
    netsuite_sales_order_id: netsuiteSalesOrderId,
    invoice_schedule: schedule && {
      add_schedule_items: schedule.add.map(toApiItem),
      update_schedule_items: schedule.update.map(toApiItem),
      remove_schedule_items: schedule.remove.map((removed) => ({ id: removed })),
    },
  }
}

function toApiItem(item: ScheduleItem) {
  return {
    id: item.id,
    timestamp: toApiTimestamp(item.at),
    amount: jsonNumber(item.amount),
    unit_price: jsonNumber(item.unitPrice),
    quantity: jsonNumber(item.quantity),
  }
}
