import { Decimal } from '../decimal.ts'
import { ok, refuse, type Result } from '../result.ts'
import { formatTimestamp } from '../time.ts'
import { applyOperation } from './subscription-seats.ts'
import type {
  ProrationRounding,
  QuantityChange,
  QuantityOperation,
  Subscription,
} from './subscription.ts'

/** A list of seats, or a number of them, from an instant on. */
export interface SeatChange {
  seatIds: string[]
  startingAt: number
}
export interface UnassignedChange {
  /** A whole number above 0, as decimal text. */
  quantity: string
  startingAt: number
}

export interface SeatUpdates {
  removeSeatIds?: SeatChange[]
  addSeatIds?: SeatChange[]
  addUnassignedSeats?: UnassignedChange[]
  removeUnassignedSeats?: UnassignedChange[]
}

/** What an edit changes of a subscription, as it is asked for and kept; decimal texts. */
export interface SubscriptionUpdate {
  subscriptionId: string
  /** Exclusive; null: with the contract. */
  endingBefore?: number | null
  quantityUpdates?: { quantity?: string; quantityDelta?: string; startingAt: number }[]
  seatUpdates?: SeatUpdates
  /** From now on the subscription is SEAT_BASED, and its seats are values of this property. */
  seatGroupKey?: string
  /** Null: none any more. */
  prorationRounding?: ProrationRounding | null
  /** The instant of the edit. */
  madeAt: number
}

/**
 * Changes a subscription (pricing 8). Changes of its quantity take effect in the order of time, and
 * of those at one instant, of submission; within one update seats are removed before others are
 * added, then come seats that nobody has. An earlier change that is made later moves those after it:
 * they do again what they were asked to.
 * @param path of the update in its request, such as `update_subscriptions[0].`
 */
export function updateSubscription(
  subscription: Subscription,
  update: SubscriptionUpdate,
  path = '',
): Result<Subscription> {
  const mode = changeMode(subscription, update, path)
  if (!mode.ok) return mode
  const changes = changesOf(subscription, update, path)
  if (!changes.ok) return changes
  const quantities = addChanges(mode.value.quantities, changes.value)
  if (!quantities.ok) return quantities
  const end = changeEnd(subscription, update, path)
  if (!end.ok) return end
  const { prorationRounding } = update
  const proration =
    prorationRounding === undefined
      ? subscription.proration
      : { ...subscription.proration, rounding: prorationRounding ?? undefined }
  return ok({ ...mode.value, quantities: quantities.value, endingBefore: end.value, proration })
}

/** A change together with the field that asks for it. */
type AskedChange = Pick<QuantityChange, 'at' | 'createdAt'> & {
  operation: QuantityOperation
  field: string
}

function changesOf(
  { quantityManagementMode, startingAt, endingBefore }: Subscription,
  { quantityUpdates = [], seatUpdates = {}, seatGroupKey, madeAt }: SubscriptionUpdate,
  path: string,
): Result<AskedChange[]> {
  const isSeatBased = quantityManagementMode === 'SEAT_BASED'
  if (quantityUpdates.length > 0 && isSeatBased) {
    return refuse(
      'invalid',
      `${path}quantity_updates: expected seat_updates of a SEAT_BASED subscription`,
    )
  }
  const seats = seatOperations(seatUpdates, path)
  if (seats.length > 0 && !isSeatBased && seatGroupKey === undefined) {
    return refuse(
      'invalid',
      `${path}seat_updates: expected quantity_updates of a QUANTITY_ONLY subscription`,
    )
  }
  const asked = []
  for (const [i, each] of quantityUpdates.entries()) {
    const field = `${path}quantity_updates[${i}]`
    const operation = quantityOperation(each, field)
    if (!operation.ok) return operation
    asked.push({ at: each.startingAt, operation: operation.value, field })
  }
  const all = [...asked, ...seats].map((change) => ({ ...change, createdAt: madeAt }))
  for (const { at, field } of all) {
    const isInLife = at >= startingAt && at < (endingBefore ?? Infinity)
    if (isInLife) continue
    const end = endingBefore === null ? '' : ` and before its end, ${formatTimestamp(endingBefore)}`
    return refuse(
      'invalid',
      `${field}.starting_at: expected the subscription's start, ${formatTimestamp(startingAt)}, or later${end}`,
    )
  }
  return ok(all)
}

function quantityOperation(
  { quantity, quantityDelta }: NonNullable<SubscriptionUpdate['quantityUpdates']>[number],
  field: string,
): Result<QuantityOperation> {
  if ((quantity === undefined) === (quantityDelta === undefined)) {
    return refuse('invalid', `${field}: expected either quantity or quantity_delta`)
  }
  if (quantity !== undefined) return ok({ type: 'SET', quantity })
  if (new Decimal(quantityDelta!).isZero()) {
    return refuse('invalid', `${field}.quantity_delta: expected a number other than 0`)
  }
  return ok({ type: 'ADD', delta: quantityDelta! })
}

function seatOperations(updates: SeatUpdates, path: string) {
  const { removeSeatIds = [], addSeatIds = [] } = updates
  const { addUnassignedSeats = [], removeUnassignedSeats = [] } = updates
  const ofIds = (type: 'ADD_SEATS' | 'REMOVE_SEATS', list: SeatChange[], field: string) =>
    list.map(({ seatIds, startingAt }, i) => {
      return { at: startingAt, operation: { type, seatIds }, field: `${path}${field}[${i}]` }
    })
  const ofNumbers = (
    type: 'ADD_UNASSIGNED' | 'REMOVE_UNASSIGNED',
    list: UnassignedChange[],
    field: string,
  ) =>
    list.map(({ quantity, startingAt }, i) => {
      return { at: startingAt, operation: { type, quantity }, field: `${path}${field}[${i}]` }
    })
  return [
    ...ofIds('REMOVE_SEATS', removeSeatIds, 'seat_updates.remove_seat_ids'),
    ...ofIds('ADD_SEATS', addSeatIds, 'seat_updates.add_seat_ids'),
    ...ofNumbers('ADD_UNASSIGNED', addUnassignedSeats, 'seat_updates.add_unassigned_seats'),
    ...ofNumbers(
      'REMOVE_UNASSIGNED',
      removeUnassignedSeats,
      'seat_updates.remove_unassigned_seats',
    ),
  ]
}

/** The changes with others, each after those of its instant; what follows is computed anew. */
function addChanges(known: QuantityChange[], added: AskedChange[]): Result<QuantityChange[]> {
  if (added.length === 0) return ok(known)
  const ordered = [...known, ...added].toSorted((a, b) => a.at - b.at)
  const quantities: QuantityChange[] = []
  for (const change of ordered) {
    const before = quantities.at(-1)
    const { at, createdAt, operation } = change
    if (before === undefined) {
      // The first is that at the start, and nothing is earlier.
      quantities.push(change as QuantityChange)
      continue
    }
    const asked = operation ?? {
      type: 'SET' as const,
      quantity: (change as QuantityChange).quantity,
    }
    const after = applyOperation(before, asked)
    if (after === null) {
      const field = 'field' in change ? `${change.field}.quantity_delta` : added[0]!.field
      return refuse(
        'invalid',
        `${field}: there would be fewer than none from ${formatTimestamp(at)} on`,
      )
    }
    const { quantity, seatIds } = after
    quantities.push({
      at,
      quantity,
      ...(before.seatIds !== undefined && { seatIds }),
      operation: asked,
      createdAt,
    })
  }
  return ok(quantities)
}

/** What there is so far becomes seats that nobody has. */
function changeMode(
  subscription: Subscription,
  { seatGroupKey }: SubscriptionUpdate,
  path: string,
): Result<Subscription> {
  if (seatGroupKey === undefined) return ok(subscription)
  const field = `${path}quantity_management_mode_update`
  const { quantities, quantityManagementMode } = subscription
  if (quantityManagementMode === 'SEAT_BASED') {
    return refuse('invalid', `${field}: the subscription is SEAT_BASED already`)
  }
  const broken = quantities.find(({ quantity }) => !new Decimal(quantity).isInteger())
  if (broken !== undefined) {
    return refuse(
      'invalid',
      `${field}: expected whole quantities; from ${formatTimestamp(broken.at)} on there are ${broken.quantity}`,
    )
  }
  return ok({
    ...subscription,
    quantityManagementMode: 'SEAT_BASED',
    seatGroupKey,
    quantities: quantities.map((change) => ({ ...change, seatIds: [] })),
  })
}

function changeEnd(
  { startingAt, endingBefore: known }: Subscription,
  { endingBefore }: SubscriptionUpdate,
  path: string,
): Result<number | null> {
  if (endingBefore === undefined) return ok(known)
  if (endingBefore === null || endingBefore > startingAt) return ok(endingBefore)
  const start = formatTimestamp(startingAt)
  return refuse('invalid', `${path}ending_before: expected an instant after starting_at, ${start}`)
}
