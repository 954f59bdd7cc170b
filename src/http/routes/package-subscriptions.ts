import { z } from '@hono/zod-openapi'
import { INVOICE_PLACEMENTS } from '../../core/contracts/subscription.ts'
import { jsonNumber } from '../../core/json-number.ts'
import type { PackageSubscription } from '../../core/packages/package-subscription.ts'
import { Id } from '../schemas.ts'
import { NewDuration, NewOffset, OffsetBody, refused } from './offset-bodies.ts'
import { SubscriptionFields, toApiSubscriptionFields } from './subscription-answers.ts'
import {
  fromApiSubscriptionFields,
  NewSubscriptionFields,
  PlacementField,
  SeatConfigFields,
  SUBSCRIPTIONS_MAX,
} from './subscription-bodies.ts'

/** Subscriptions as packages take them (pricing 12). */
export const NewPackageSubscriptions = z
  .array(
    z.object({
      ...NewSubscriptionFields,
      starting_at_offset: NewOffset.optional().openapi({
        description: "From the contract's start; none if omitted.",
      }),
      duration: NewDuration.optional().openapi({
        description: "From the subscription's start; to the contract's end if omitted.",
      }),
      starting_at: refused('expected as starting_at_offset'),
      ending_before: refused('expected as duration'),
      seat_config: z
        .object({ ...SeatConfigFields, initial_seat_ids: refused('expected only of contracts') })
        .optional(),
      billing_cycle_config: z
        .object({ ...PlacementField, anchor_date: refused('expected only of contracts') })
        .optional(),
    }),
  )
  .max(SUBSCRIPTIONS_MAX)

export const PackageSubscriptionBody = z.object({
  ...SubscriptionFields,
  id: Id,
  initial_quantity: z.number().optional(),
  starting_at_offset: OffsetBody.optional(),
  duration: OffsetBody.optional(),
  billing_cycle_config: z.object({ invoice_placement: z.enum(INVOICE_PLACEMENTS) }),
})

export function fromApiPackageSubscription(
  id: string,
  body: z.output<typeof NewPackageSubscriptions>[number],
): PackageSubscription {
  const { seat_config: seats, billing_cycle_config: cycle } = body
  return {
    id,
    ...fromApiSubscriptionFields(body),
    startingAtOffset: body.starting_at_offset,
    duration: body.duration,
    seatConfig: seats && {
      seatGroupKey: seats.seat_group_key,
      initialUnassignedSeats: seats.initial_unassigned_seats,
    },
    billingCycle: cycle && { invoicePlacement: cycle.invoice_placement },
  }
}

export function toApiPackageSubscription(
  subscription: PackageSubscription,
  productNames: ReadonlyMap<string, string>,
): z.input<typeof PackageSubscriptionBody> {
  const { proration, seatConfig, initialQuantity, billingCycle } = subscription
  const { isProrated = false, invoiceBehavior = 'BILL_ON_NEXT_COLLECTION_DATE' } = proration
  const described = {
    ...subscription,
    proration: { ...proration, isProrated, invoiceBehavior },
    quantityManagementMode: subscription.quantityManagementMode ?? 'QUANTITY_ONLY',
    seatGroupKey: seatConfig?.seatGroupKey,
  }
  const seats = seatConfig && String(seatConfig.initialUnassignedSeats ?? 0)
  const quantity = initialQuantity ?? seats
  return {
    ...toApiSubscriptionFields(described, productNames),
    initial_quantity: quantity === undefined ? undefined : jsonNumber(quantity),
    starting_at_offset: subscription.startingAtOffset,
    duration: subscription.duration,
    billing_cycle_config: {
      invoice_placement: billingCycle?.invoicePlacement ?? 'ON_USAGE_INVOICE',
    },
  }
}
