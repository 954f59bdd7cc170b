import { z } from '@hono/zod-openapi'
import { BILLING_FREQUENCIES } from '../../core/catalog/price.ts'
import type { SubscriptionInput } from '../../core/contracts/create-subscription.ts'
import {
  COLLECTION_SCHEDULES,
  INVOICE_PLACEMENTS,
  PRORATION_BEHAVIORS,
  PRORATION_ROUNDING_METHODS,
  QUANTITY_MODES,
  type ProrationRounding,
} from '../../core/contracts/subscription.ts'
import type { SubscriptionUpdate } from '../../core/contracts/update-subscription.ts'
import {
  CustomFields,
  DecimalNumber,
  enumOf,
  HourTimestamp,
  Id,
  NonNegativeDecimal,
  WellFormedText,
} from '../schemas.ts'

export const SUBSCRIPTIONS_MAX = 1_000
const CHANGES_MAX = 1_000
const SEATS_MAX = 10_000

const Rounding = z
  .object({
    rounding_method: enumOf(PRORATION_ROUNDING_METHODS),
    decimal_places: z.int().min(-5).max(5).openapi({
      description: 'In the unit of the price: −2 rounds cents to dollars.',
    }),
  })
  .openapi({ description: 'Of the prorated unit price.' })

const SeatGroupKey = z.string().min(1).openapi({
  description: 'The property of events whose values are seats.',
})

const SeatIds = z.array(WellFormedText.min(1)).max(SEATS_MAX)
const SeatCount = z.int().min(0).max(1_000_000)

/** The fields of a subscription that say neither when, nor anything about single seats or dates. */
export const NewSubscriptionFields = {
  subscription_rate: z.object({
    product_id: Id,
    billing_frequency: enumOf(BILLING_FREQUENCIES),
  }),
  collection_schedule: enumOf(COLLECTION_SCHEDULES),
  proration: z.object({
    is_prorated: z.boolean().optional().openapi({ description: 'False if omitted.' }),
    invoice_behavior: enumOf(PRORATION_BEHAVIORS).optional().openapi({
      description: 'BILL_ON_NEXT_COLLECTION_DATE if omitted.',
    }),
    rounding: Rounding.optional(),
  }),
  initial_quantity: NonNegativeDecimal.optional(),
  quantity_management_mode: enumOf(QUANTITY_MODES).optional().openapi({
    description: 'QUANTITY_ONLY if omitted.',
  }),
  name: z.string().optional().openapi({ description: 'Shown on invoice lines.' }),
  description: z.string().optional(),
  temporary_id: z.string().optional().openapi({
    description: 'A name for it in other terms of the same request.',
  }),
  custom_fields: CustomFields.optional(),
}

const InvoicePlacement = enumOf(INVOICE_PLACEMENTS).optional().openapi({
  description: 'ON_USAGE_INVOICE if omitted.',
})

export const PlacementField = { invoice_placement: InvoicePlacement }

export const SeatConfigFields = {
  seat_group_key: SeatGroupKey,
  initial_unassigned_seats: SeatCount.optional(),
}

/** Subscriptions as contracts and edits take them (pricing 8). */
export const NewSubscriptions = z
  .array(
    z.object({
      ...NewSubscriptionFields,
      starting_at: HourTimestamp.optional().openapi({
        description: "The contract's start if omitted.",
      }),
      ending_before: HourTimestamp.optional().openapi({
        description: "The contract's end if omitted.",
      }),
      seat_config: z
        .object({ ...SeatConfigFields, initial_seat_ids: SeatIds.optional() })
        .optional(),
      billing_cycle_config: z
        .object({
          ...PlacementField,
          anchor_date: HourTimestamp.optional().openapi({
            description: 'Its periods are counted from here; from those of usage if omitted.',
          }),
        })
        .optional(),
    }),
  )
  .max(SUBSCRIPTIONS_MAX)

const SeatListChange = z.object({ seat_ids: SeatIds, starting_at: HourTimestamp })
const SeatCountChange = z.object({ quantity: SeatCount.min(1), starting_at: HourTimestamp })

/** Changes of subscriptions as edits take them. */
export const SubscriptionUpdates = z
  .array(
    z.object({
      subscription_id: Id,
      ending_before: HourTimestamp.nullish().openapi({ description: 'Null: with the contract.' }),
      quantity_updates: z
        .array(
          z.object({
            quantity: NonNegativeDecimal.optional(),
            quantity_delta: DecimalNumber.optional(),
            starting_at: HourTimestamp,
          }),
        )
        .max(CHANGES_MAX)
        .optional(),
      seat_updates: z
        .object({
          add_seat_ids: z.array(SeatListChange).max(CHANGES_MAX).optional(),
          remove_seat_ids: z.array(SeatListChange).max(CHANGES_MAX).optional(),
          add_unassigned_seats: z.array(SeatCountChange).max(CHANGES_MAX).optional(),
          remove_unassigned_seats: z.array(SeatCountChange).max(CHANGES_MAX).optional(),
        })
        .optional(),
      quantity_management_mode_update: z
        .object({
          quantity_management_mode: enumOf(['SEAT_BASED']),
          seat_config: z.object({ seat_group_key: SeatGroupKey }),
        })
        .optional(),
      proration_rounding: Rounding.nullish().openapi({ description: 'Null: none any more.' }),
    }),
  )
  .max(SUBSCRIPTIONS_MAX)

type NewSubscription = z.output<typeof NewSubscriptions>[number]
type NewFields = z.output<z.ZodObject<typeof NewSubscriptionFields>>

export function fromApiSubscription(id: string, body: NewSubscription): SubscriptionInput {
  const { seat_config: seats, billing_cycle_config: cycle } = body
  return {
    id,
    ...fromApiSubscriptionFields(body),
    startingAt: body.starting_at,
    endingBefore: body.ending_before,
    seatConfig: seats && {
      seatGroupKey: seats.seat_group_key,
      initialSeatIds: seats.initial_seat_ids,
      initialUnassignedSeats: seats.initial_unassigned_seats,
    },
    billingCycle: cycle && {
      anchorMs: cycle.anchor_date,
      invoicePlacement: cycle.invoice_placement,
    },
  }
}

export function fromApiSubscriptionFields(body: NewFields) {
  const { is_prorated, invoice_behavior, rounding } = body.proration
  return {
    temporaryId: body.temporary_id,
    productId: body.subscription_rate.product_id,
    billingFrequency: body.subscription_rate.billing_frequency,
    collectionSchedule: body.collection_schedule,
    proration: {
      isProrated: is_prorated,
      invoiceBehavior: invoice_behavior,
      rounding: rounding && fromApiRounding(rounding),
    },
    initialQuantity: body.initial_quantity,
    quantityManagementMode: body.quantity_management_mode,
    name: body.name,
    description: body.description,
    customFields: body.custom_fields ?? {},
  }
}

export function fromApiSubscriptionUpdate(
  body: z.output<typeof SubscriptionUpdates>[number],
): Omit<SubscriptionUpdate, 'madeAt'> {
  const { seat_updates: seats, proration_rounding: rounding } = body
  return {
    subscriptionId: body.subscription_id,
    endingBefore: body.ending_before,
    quantityUpdates: body.quantity_updates?.map(({ quantity, quantity_delta, starting_at }) => {
      return { quantity, quantityDelta: quantity_delta, startingAt: starting_at }
    }),
    seatUpdates: seats && {
      removeSeatIds: seats.remove_seat_ids?.map(fromApiSeatList),
      addSeatIds: seats.add_seat_ids?.map(fromApiSeatList),
      addUnassignedSeats: seats.add_unassigned_seats?.map(fromApiSeatCount),
      removeUnassignedSeats: seats.remove_unassigned_seats?.map(fromApiSeatCount),
    },
    seatGroupKey: body.quantity_management_mode_update?.seat_config.seat_group_key,
    prorationRounding: rounding == null ? rounding : fromApiRounding(rounding),
  }
}

function fromApiSeatList({ seat_ids, starting_at }: z.output<typeof SeatListChange>) {
  return { seatIds: seat_ids, startingAt: starting_at }
}

function fromApiSeatCount({ quantity, starting_at }: z.output<typeof SeatCountChange>) {
  return { quantity: String(quantity), startingAt: starting_at }
}

function fromApiRounding(body: z.output<typeof Rounding>): ProrationRounding {
  return { method: body.rounding_method, decimalPlaces: body.decimal_places }
}
