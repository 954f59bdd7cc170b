import { z } from '@hono/zod-openapi'
import { BILLING_FREQUENCIES } from '../../core/catalog/price.ts'
import type { BillingTerms } from '../../core/contracts/billing-period.ts'
import { periodsAround, spansFrom } from '../../core/contracts/subscription-view.ts'
import {
  COLLECTION_SCHEDULES,
  INVOICE_PLACEMENTS,
  PRORATION_BEHAVIORS,
  PRORATION_ROUNDING_METHODS,
  QUANTITY_MODES,
  type ProrationRounding,
  type Subscription,
} from '../../core/contracts/subscription.ts'
import type {
  SeatChange,
  SubscriptionUpdate,
  UnassignedChange,
} from '../../core/contracts/update-subscription.ts'
import { jsonNumber } from '../../core/json-number.ts'
import type { Period } from '../../core/time.ts'
import { CustomFields, Id, TimestampText, toApiTimestamp } from '../schemas.ts'

const RoundingBody = z.object({
  rounding_method: z.enum(PRORATION_ROUNDING_METHODS),
  decimal_places: z.number(),
})

const SpanBody = z.object({ starting_at: TimestampText, ending_before: TimestampText })

/** The fields of a subscription that say neither when, nor how many there are. */
export const SubscriptionFields = {
  id: Id,
  subscription_rate: z.object({
    billing_frequency: z.enum(BILLING_FREQUENCIES),
    product: z.object({ id: Id, name: z.string() }),
  }),
  name: z.string().optional(),
  description: z.string().optional(),
  collection_schedule: z.enum(COLLECTION_SCHEDULES),
  proration: z.object({
    is_prorated: z.boolean(),
    invoice_behavior: z.enum(PRORATION_BEHAVIORS),
    rounding: RoundingBody.optional(),
  }),
  quantity_management_mode: z.enum(QUANTITY_MODES),
  seat_config: z.object({ seat_group_key: z.string() }).optional(),
  custom_fields: CustomFields,
}

/** A subscription as it is answered. */
export const SubscriptionBody = z
  .object({
    ...SubscriptionFields,
    starting_at: TimestampText,
    ending_before: TimestampText.optional(),
    quantity_schedule: z
      .array(
        z.object({
          quantity: z.number(),
          starting_at: TimestampText,
          ending_before: TimestampText.optional(),
        }),
      )
      .openapi({ description: 'The present quantity and those to come.' }),
    billing_periods: z.object({
      previous: SpanBody.optional(),
      current: SpanBody.optional(),
      next: SpanBody.optional(),
    }),
    billing_cycle_config: z.object({
      anchor_date: TimestampText,
      invoice_placement: z.enum(INVOICE_PLACEMENTS),
    }),
  })
  .openapi('Subscription')

const SeatListBody = z.object({ seat_ids: z.array(z.string()), starting_at: TimestampText })
const SeatCountBody = z.object({ quantity: z.number(), starting_at: TimestampText })

/** What an edit changed of a subscription. */
export const SubscriptionUpdateBody = z
  .object({
    id: Id,
    ending_before: TimestampText.nullable().optional(),
    quantity_updates: z
      .array(
        z.object({
          quantity: z.number().optional(),
          quantity_delta: z.number().optional(),
          starting_at: TimestampText,
        }),
      )
      .optional(),
    seat_updates: z
      .object({
        add_seat_ids: z.array(SeatListBody).optional(),
        remove_seat_ids: z.array(SeatListBody).optional(),
        add_unassigned_seats: z.array(SeatCountBody).optional(),
        remove_unassigned_seats: z.array(SeatCountBody).optional(),
      })
      .optional(),
    quantity_management_mode_update: z
      .object({
        quantity_management_mode: z.literal('SEAT_BASED'),
        seat_config: z.object({ seat_group_key: z.string() }),
      })
      .optional(),
    proration_rounding: RoundingBody.nullable().optional(),
  })
  .openapi('SubscriptionUpdate')

/** The terms that the periods of a subscription depend on, the names of products, and the clock. */
export interface SubscriptionContext {
  contract: BillingTerms
  productNames: ReadonlyMap<string, string>
  now: number
}

export function toApiSubscription(
  subscription: Subscription,
  { contract, productNames, now }: SubscriptionContext,
): z.input<typeof SubscriptionBody> {
  const { startingAt, endingBefore, cycleAnchorMs, invoicePlacement } = subscription
  const { previous, current, next } = periodsAround(subscription, contract, now)
  const end = endingBefore ?? contract.endingBefore
  const { anchorMs } = contract.terms.statementSchedule
  return {
    ...toApiSubscriptionFields(subscription, productNames),
    starting_at: toApiTimestamp(startingAt),
    ending_before: end === null ? undefined : toApiTimestamp(end),
    quantity_schedule: spansFrom(subscription, now).map((span) => ({
      quantity: jsonNumber(span.quantity),
      starting_at: toApiTimestamp(span.startingAt),
      ending_before: span.endingBefore === null ? undefined : toApiTimestamp(span.endingBefore),
    })),
    billing_periods: {
      previous: previous && toApiSpan(previous),
      current: current && toApiSpan(current),
      next: next && toApiSpan(next),
    },
    billing_cycle_config: {
      anchor_date: toApiTimestamp(cycleAnchorMs ?? anchorMs),
      invoice_placement: invoicePlacement,
    },
  }
}

type Described = Pick<
  Subscription,
  | 'id'
  | 'productId'
  | 'billingFrequency'
  | 'name'
  | 'description'
  | 'collectionSchedule'
  | 'proration'
  | 'quantityManagementMode'
  | 'seatGroupKey'
  | 'customFields'
>

export function toApiSubscriptionFields(
  subscription: Described,
  productNames: ReadonlyMap<string, string>,
): z.input<z.ZodObject<typeof SubscriptionFields>> {
  const { id, productId, proration, seatGroupKey } = subscription
  return {
    id,
    subscription_rate: {
      billing_frequency: subscription.billingFrequency,
      product: { id: productId, name: productNames.get(productId) ?? '' },
    },
    name: subscription.name,
    description: subscription.description,
    collection_schedule: subscription.collectionSchedule,
    proration: {
      is_prorated: proration.isProrated,
      invoice_behavior: proration.invoiceBehavior,
      rounding: proration.rounding && toApiRounding(proration.rounding),
    },
    quantity_management_mode: subscription.quantityManagementMode,
    seat_config: seatGroupKey === undefined ? undefined : { seat_group_key: seatGroupKey },
    custom_fields: subscription.customFields,
  }
}

export function toApiSubscriptionUpdate(
  update: SubscriptionUpdate,
): z.input<typeof SubscriptionUpdateBody> {
  const { endingBefore, quantityUpdates, seatUpdates, seatGroupKey, prorationRounding } = update
  return {
    id: update.subscriptionId,
    ending_before: typeof endingBefore === 'number' ? toApiTimestamp(endingBefore) : endingBefore,
    quantity_updates: quantityUpdates?.map(({ quantity, quantityDelta, startingAt }) => ({
      quantity: quantity === undefined ? undefined : jsonNumber(quantity),
      quantity_delta: quantityDelta === undefined ? undefined : jsonNumber(quantityDelta),
      starting_at: toApiTimestamp(startingAt),
    })),
    seat_updates: seatUpdates && {
      add_seat_ids: seatUpdates.addSeatIds?.map(toApiSeatList),
      remove_seat_ids: seatUpdates.removeSeatIds?.map(toApiSeatList),
      add_unassigned_seats: seatUpdates.addUnassignedSeats?.map(toApiSeatCount),
      remove_unassigned_seats: seatUpdates.removeUnassignedSeats?.map(toApiSeatCount),
    },
    quantity_management_mode_update:
      seatGroupKey === undefined
        ? undefined
        : {
            quantity_management_mode: 'SEAT_BASED',
            seat_config: { seat_group_key: seatGroupKey },
          },
    proration_rounding: prorationRounding && toApiRounding(prorationRounding),
  }
}

function toApiSeatList({ seatIds, startingAt }: SeatChange) {
  return { seat_ids: seatIds, starting_at: toApiTimestamp(startingAt) }
}

function toApiSeatCount({ quantity, startingAt }: UnassignedChange) {
  return { quantity: jsonNumber(quantity), starting_at: toApiTimestamp(startingAt) }
}

function toApiRounding({ method, decimalPlaces }: ProrationRounding) {
  return { rounding_method: method, decimal_places: decimalPlaces }
}

function toApiSpan({ startMs, endMs }: Period) {
  return { starting_at: toApiTimestamp(startMs), ending_before: toApiTimestamp(endMs) }
}
