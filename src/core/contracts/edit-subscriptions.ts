import { assert, ok, refuse, type Result } from '../result.ts'
import { formatTimestamp } from '../time.ts'
import { billedCharges, brokenCharge, type FinalEnds } from './billed-charges.ts'
import type { CardContents } from './card-contents.ts'
import type { Contract } from './contract.ts'
import {
  checkSeatGroupKey,
  createSubscriptions,
  type SubscriptionInput,
} from './create-subscription.ts'
import { subscriptionLife } from './subscription-periods.ts'
import type { Subscription } from './subscription.ts'
import { updateSubscription, type SubscriptionUpdate } from './update-subscription.ts'

/** What an edit asks of the subscriptions of a contract. */
export interface SubscriptionEdits {
  addSubscriptions?: SubscriptionInput[]
  updateSubscriptions?: Omit<SubscriptionUpdate, 'madeAt'>[]
}

/** What an edit changes of them. */
export interface SubscriptionChanges {
  addSubscriptions?: Subscription[]
  updateSubscriptions?: SubscriptionUpdate[]
}

export interface SubscriptionEditSurroundings {
  contract: Contract
  /** The contract's end from now on. */
  endingBefore: number | null
  card: CardContents | null
  finalEnds: FinalEnds
}

/** Decides on what an edit asks of the subscriptions, and on what follows from a later end (pricing 8). */
export function editSubscriptions(
  { addSubscriptions = [], updateSubscriptions = [] }: SubscriptionEdits,
  surroundings: SubscriptionEditSurroundings,
  now: number,
): Result<SubscriptionChanges> {
  const { contract, endingBefore, card } = surroundings
  const moved = { ...contract, endingBefore }
  const added = createSubscriptions(
    addSubscriptions,
    { contract: moved, card },
    now,
    'add_subscriptions',
  )
  if (!added.ok) return added
  const kept = endWithContract(surroundings, now)
  let subscriptions = applyUpdates(contract.terms.subscriptions ?? [], kept)
  const updates: SubscriptionUpdate[] = [...kept]
  for (const [i, asked] of updateSubscriptions.entries()) {
    const path = `update_subscriptions[${i}].`
    const update = { ...asked, madeAt: now }
    const checked = checkUpdate(subscriptions, update, surroundings, now, path)
    if (!checked.ok) return checked
    updates.push(update)
    subscriptions = applyUpdates(subscriptions, [update])
  }
  return ok({
    addSubscriptions: added.value.length === 0 ? undefined : added.value,
    updateSubscriptions: updates.length === 0 ? undefined : updates,
  })
}

/** The subscriptions after updates that were decided on, each in its place. */
export function applyUpdates(
  subscriptions: Subscription[],
  updates: SubscriptionUpdate[],
): Subscription[] {
  let updated = subscriptions
  for (const update of updates) {
    updated = updated.map((subscription) => {
      if (subscription.id !== update.subscriptionId) return subscription
      const next = updateSubscription(subscription, update)
      assert(next.ok, 'an update that was decided on can be made')
      return next.value
    })
  }
  return updated
}

function checkUpdate(
  subscriptions: Subscription[],
  update: SubscriptionUpdate,
  { contract, card, finalEnds }: SubscriptionEditSurroundings,
  now: number,
  path: string,
): Result<null> {
  const { subscriptionId, seatGroupKey } = update
  const subscription = subscriptions.find(({ id }) => id === subscriptionId)
  if (subscription === undefined) {
    return refuse(
      'not_found',
      `${path}subscription_id: the contract has no subscription ${subscriptionId}`,
    )
  }
  if (seatGroupKey !== undefined) {
    const field = `${path}quantity_management_mode_update.seat_config`
    const key = checkSeatGroupKey(seatGroupKey, card, now, field)
    if (!key.ok) return key
  }
  const updated = updateSubscription(subscription, update, path)
  if (!updated.ok) return updated
  const broken = brokenCharge(subscription, updated.value, contract, finalEnds, now)
  if (broken === null) return ok(null)
  const date = formatTimestamp(broken.item.covered.startMs)
  return refuse(
    'invalid',
    `${path}subscription_id: what subscription ${subscriptionId} charges from ${date} on is on a finalized invoice already, and the update would change it`,
  )
}

/**
 * A later end of the contract does not prolong what was paid in advance up to the former one: such
 * subscriptions end where they did.
 */
function endWithContract(
  { contract, endingBefore, finalEnds }: SubscriptionEditSurroundings,
  now: number,
): SubscriptionUpdate[] {
  const { endingBefore: formerEnd } = contract
  if (formerEnd === null || (endingBefore ?? Infinity) <= formerEnd) return []
  const { subscriptions = [] } = contract.terms
  const ending = subscriptions.filter((subscription) => {
    const { startMs, endMs } = subscriptionLife(subscription, contract)
    const isInAdvance = subscription.collectionSchedule === 'ADVANCE'
    const goesOn = (subscription.endingBefore ?? Infinity) > formerEnd
    if (!isInAdvance || !goesOn || startMs >= endMs) return false
    const billed = billedCharges(subscription, contract, finalEnds, now)
    return billed.some(({ item }) => item.covered.endMs === formerEnd)
  })
  return ending.map(({ id }) => ({ subscriptionId: id, endingBefore: formerEnd, madeAt: now }))
}
