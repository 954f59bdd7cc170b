import { z } from '@hono/zod-openapi'
import { SCHEDULE_ITEMS_MAX } from '../../core/contracts/create-schedule.ts'
import { USD } from '../../core/currency.ts'
import { jsonNumber } from '../../core/json-number.ts'
import type { PackageScheduledCharge } from '../../core/packages/package-scheduled-charge.ts'
import {
  CreditTypeBody,
  CustomFields,
  Id,
  NonNegativeDecimal,
  toApiCreditType,
  WellFormedText,
} from '../schemas.ts'
import { NewOffset, OffsetBody } from './offset-bodies.ts'

const NewPackageCharge = z.object({
  product_id: Id.openapi({ description: 'Of a FIXED product.' }),
  name: WellFormedText.optional().openapi({ description: "The product's name by default." }),
  schedule: z.strictObject({
    credit_type_id: Id.optional().openapi({ description: 'A currency; US dollars by default.' }),
    schedule_items: z
      .array(
        z.strictObject({
          unit_price: NonNegativeDecimal,
          quantity: NonNegativeDecimal,
          date_offset: NewOffset.openapi({ description: "From the contract's start." }),
        }),
      )
      .min(1)
      .max(SCHEDULE_ITEMS_MAX),
  }),
  custom_fields: CustomFields.optional(),
})

/** The scheduled charges of a package as they are asked for (pricing 12). */
export const NewPackageCharges = z.array(NewPackageCharge).max(1_000)

/** A scheduled charge of a package as it is answered. */
export const PackageChargeBody = z
  .object({
    id: Id,
    product: z.object({ id: Id, name: z.string() }),
    name: z.string().optional(),
    schedule: z.object({
      credit_type: CreditTypeBody,
      schedule_items: z.array(
        z.object({
          id: Id,
          unit_price: z.number(),
          quantity: z.number(),
          date_offset: OffsetBody,
        }),
      ),
    }),
    custom_fields: z.record(z.string(), z.string()),
  })
  .openapi('PackageScheduledCharge')

/** @param newId makes ids for the charge and its items */
export function fromApiPackageCharge(
  body: z.output<typeof NewPackageCharge>,
  newId: () => string,
): PackageScheduledCharge {
  const { credit_type_id, schedule_items } = body.schedule
  return {
    id: newId(),
    productId: body.product_id,
    name: body.name,
    schedule: {
      creditTypeId: credit_type_id,
      items: schedule_items.map((item) => ({
        id: newId(),
        dateOffset: item.date_offset,
        unitPrice: item.unit_price,
        quantity: item.quantity,
      })),
    },
    customFields: body.custom_fields,
  }
}

export function toApiPackageCharge(
  { id, productId, name, schedule, customFields = {} }: PackageScheduledCharge,
  productNames: ReadonlyMap<string, string>,
): z.input<typeof PackageChargeBody> {
  const { creditTypeId = USD.id, items } = schedule
  return {
    id,
    product: { id: productId, name: productNames.get(productId) ?? '' },
    name,
    schedule: {
      credit_type: toApiCreditType(creditTypeId),
      schedule_items: items.map((item) => ({
        id: item.id,
        unit_price: jsonNumber(item.unitPrice),
        quantity: jsonNumber(item.quantity),
        date_offset: item.dateOffset,
      })),
    },
    custom_fields: customFields,
  }
}
