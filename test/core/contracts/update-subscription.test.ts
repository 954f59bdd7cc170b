import { expect, test } from 'vitest'
import {
  updateSubscription,
  type SubscriptionUpdate,
} from '../../../src/core/contracts/update-subscription.ts'
import type { Subscription } from '../../../src/core/contracts/subscription.ts'
import { at, quantities, subscription } from '../../support/terms.ts'

const NOW = at('2026-03-10')

function decide(update: Partial<SubscriptionUpdate>, before: Subscription = subscription()) {
  return updateSubscription(before, { subscriptionId: before.id, madeAt: NOW, ...update }, 'u.')
}

function updated(update: Partial<SubscriptionUpdate>, before?: Subscription): Subscription {
  const decided = decide(update, before)
  if (!decided.ok) throw new Error(decided.error.message)
  return decided.value
}

function messageOf(update: Partial<SubscriptionUpdate>, before?: Subscription): string {
  const decided = decide(update, before)
  return decided.ok ? 'accepted' : decided.error.message
}

/** `day quantity` of each change. */
function countsOf({ quantities: changes }: Subscription): string[] {
  return changes.map((change) => {
    return `${new Date(change.at).toISOString().slice(0, 10)} ${change.quantity}`
  })
}

const seated = subscription({
  quantityManagementMode: 'SEAT_BASED',
  seatGroupKey: 'user',
  quantities: [{ at: at('2026-01-01'), quantity: '2', seatIds: ['ann', 'bob'], createdAt: 0 }],
})

test('of changes at one instant, each acts on those that were sent before it', () => {
  const startingAt = at('2026-05-21')
  const set = { quantity: '12', startingAt }
  const less = { quantityDelta: '-1', startingAt }
  expect(countsOf(updated({ quantityUpdates: [set, less] }))).toEqual([
    '2026-01-01 5',
    '2026-05-21 12',
    '2026-05-21 11',
  ])
})

test('an earlier change moves later ones by difference, and leaves those that say how many', () => {
  const before = updated({
    quantityUpdates: [
      { quantityDelta: '2', startingAt: at('2026-04-01') },
      { quantity: '20', startingAt: at('2026-05-01') },
    ],
  })
  const after = updated(
    { quantityUpdates: [{ quantity: '9', startingAt: at('2026-03-01') }] },
    before,
  )
  expect(countsOf(after)).toEqual([
    '2026-01-01 5',
    '2026-03-01 9',
    '2026-04-01 11',
    '2026-05-01 20',
  ])
})

test('an earlier change of seats is kept by later ones', () => {
  const later = { seatIds: ['ann'], startingAt: at('2026-05-01') }
  const earlier = { seatIds: ['cid'], startingAt: at('2026-04-01') }
  const first = updated({ seatUpdates: { removeSeatIds: [later] } }, seated)
  const { quantities: changes } = updated({ seatUpdates: { addSeatIds: [earlier] } }, first)
  expect(changes.map(({ quantity, seatIds }) => [quantity, seatIds])).toEqual([
    ['2', ['ann', 'bob']],
    ['3', ['ann', 'bob', 'cid']],
    ['2', ['bob', 'cid']],
  ])
})

test('to swap a person keeps the quantity: one goes, and a seat comes', () => {
  const startingAt = at('2026-04-01')
  const swap = {
    addUnassignedSeats: [{ quantity: '1', startingAt }],
    removeSeatIds: [{ seatIds: ['bob'], startingAt }],
  }
  expect(updated({ seatUpdates: swap }, seated).quantities.at(-1)).toMatchObject({
    quantity: '2',
    seatIds: ['ann'],
  })
})

test('quantities become seats that nobody has, if they are whole', () => {
  const after = updated({ seatGroupKey: 'user' })
  expect(after).toMatchObject({ quantityManagementMode: 'SEAT_BASED', seatGroupKey: 'user' })
  expect(after.quantities).toEqual([
    { at: at('2026-01-01'), quantity: '5', seatIds: [], createdAt: 0 },
  ])
  const half = subscription({ quantities: quantities({ '2026-01-01': '1.5' }) })
  expect(messageOf({ seatGroupKey: 'user' }, half)).toMatch(/^u\.quantity_management_mode_update: /)
  expect(messageOf({ seatGroupKey: 'user' }, seated)).toMatch(/SEAT_BASED already/)
})

test('rounding comes and goes', () => {
  const rounding = { method: 'FLOOR' as const, decimalPlaces: 0 }
  const rounded = updated({ prorationRounding: rounding })
  expect(rounded.proration).toEqual({ ...subscription().proration, rounding })
  expect(updated({ prorationRounding: null }, rounded).proration.rounding).toBeUndefined()
})

test('the end moves, or goes with the contract again', () => {
  const endingBefore = at('2026-06-01')
  const ended = updated({ endingBefore })
  expect(ended.endingBefore).toBe(endingBefore)
  expect(updated({ endingBefore: null }, ended).endingBefore).toBeNull()
  expect(messageOf({ endingBefore: at('2026-01-01') })).toMatch(/^u\.ending_before: /)
})

test('changes are refused by the field that says what cannot be', () => {
  const startingAt = at('2026-04-01')
  const quantity = { quantity: '1', startingAt }
  expect(messageOf({ quantityUpdates: [quantity] }, seated)).toMatch(/^u\.quantity_updates: /)
  const seats = { addSeatIds: [{ seatIds: ['ann'], startingAt }] }
  expect(messageOf({ seatUpdates: seats })).toMatch(/^u\.seat_updates: /)
  const both = { quantity: '1', quantityDelta: '1', startingAt }
  expect(messageOf({ quantityUpdates: [quantity, both] })).toMatch(/^u\.quantity_updates\[1\]: /)
  const nothing = { quantityDelta: '0', startingAt }
  expect(messageOf({ quantityUpdates: [nothing] })).toMatch(
    /quantity_updates\[0\]\.quantity_delta: /,
  )
  const tooFew = { quantityDelta: '-6', startingAt }
  expect(messageOf({ quantityUpdates: [tooFew] })).toMatch(/\[0\]\.quantity_delta: .*2026-04-01/)
  const early = { quantity: '1', startingAt: at('2025-12-31') }
  expect(messageOf({ quantityUpdates: [early] })).toMatch(/quantity_updates\[0\]\.starting_at: /)
  const ended = subscription({ endingBefore: startingAt })
  expect(messageOf({ quantityUpdates: [quantity] }, ended)).toMatch(/before its end/)
})
