import { z } from '@hono/zod-openapi'
import { BALANCE_RATE_TYPES } from '../../core/ledger/balance.ts'
import { SEGMENTS_MAX } from '../../core/ledger/create-segments.ts'
import type { BalanceUpdate } from '../../core/ledger/edit-balance.ts'
import {
  DecimalNumber,
  enumOf,
  HourTimestamp,
  Id,
  NonNegativeDecimal,
  Unsupported,
} from '../schemas.ts'
import {
  ApplicabilityFields,
  fromApiBalanceSpecifier,
  fromApiSegment,
  NewSegment,
  RolloverFraction,
} from './commit-bodies.ts'
import { fromApiScheduleUpdate, ScheduleUpdateBody } from './schedule-bodies.ts'

const AccessUpdate = z.object({
  add_schedule_items: z.array(NewSegment).max(SEGMENTS_MAX).optional(),
  update_schedule_items: z
    .array(
      z.object({
        id: Id,
        amount: NonNegativeDecimal.optional(),
        starting_at: HourTimestamp.optional(),
        ending_before: HourTimestamp.optional(),
      }),
    )
    .max(SEGMENTS_MAX)
    .optional(),
  remove_schedule_items: z
    .array(z.object({ id: Id }))
    .max(SEGMENTS_MAX)
    .optional(),
})

/** What edits change of a credit; null clears (pricing 6.8). */
export const CreditUpdateFields = {
  name: z.string().optional(),
  description: z.string().optional(),
  product_id: Id.optional(),
  priority: DecimalNumber.nullish().openapi({ description: 'Null: 100, as by default.' }),
  rate_type: enumOf(BALANCE_RATE_TYPES).optional(),
  netsuite_sales_order_id: z.string().nullish(),
  rollover_fraction: RolloverFraction.nullish(),
  ...ApplicabilityFields,
  access_schedule: AccessUpdate.optional(),
  hierarchy_configuration: Unsupported,
}

/** What edits change of a commit. */
export const CommitUpdateFields = {
  ...CreditUpdateFields,
  invoice_schedule: ScheduleUpdateBody.optional(),
  invoice_contract_id: Id.optional(),
}

type UpdateBody = z.output<z.ZodObject<typeof CommitUpdateFields>>

export function fromApiUpdate(id: string, body: UpdateBody): BalanceUpdate {
  const { access_schedule: access, invoice_schedule: payments, specifiers } = body
  return {
    id,
    name: body.name,
    description: body.description,
    productId: body.product_id,
    priority: body.priority,
    rateType: body.rate_type,
    netsuiteSalesOrderId: body.netsuite_sales_order_id,
    rolloverFraction: body.rollover_fraction,
    applicableProductIds: body.applicable_product_ids,
    applicableProductTags: body.applicable_product_tags,
    specifiers: specifiers == null ? specifiers : specifiers.map(fromApiBalanceSpecifier),
    invoiceContractId: body.invoice_contract_id,
    access: access && {
      add: access.add_schedule_items?.map(fromApiSegment),
      update: access.update_schedule_items?.map((item) => ({
        id: item.id,
        amount: item.amount,
        startingAt: item.starting_at,
        endingBefore: item.ending_before,
      })),
      remove: access.remove_schedule_items?.map((item) => item.id),
    },
    payments: payments && fromApiScheduleUpdate(payments),
  }
}
