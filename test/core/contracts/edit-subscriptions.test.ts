import { expect, test } from 'vitest'
import { applyUpdates, editSubscriptions } from '../../../src/core/contracts/edit-subscriptions.ts'
import type { Subscription } from '../../../src/core/contracts/subscription.ts'
import { at, contract, subscription } from '../../support/terms.ts'

const NOW = at('2026-02-10')

function ended(endingBefore: string, ...subscriptions: Subscription[]) {
  const plain = contract({ endingBefore: at(endingBefore) })
  return { ...plain, terms: { ...plain.terms, subscriptions } }
}

function extend(terms: Subscription, finals: string[]) {
  const surroundings = {
    contract: ended('2026-02-05', terms),
    endingBefore: at('2026-12-01'),
    card: null,
    finalEnds: new Set(finals.map((day) => at(day))),
  }
  return editSubscriptions({}, surroundings, NOW)
}

test('a later end of the contract does not prolong what was paid in advance', () => {
  const pinned = { subscriptionId: 'subscription', endingBefore: at('2026-02-05'), madeAt: NOW }
  expect(extend(subscription(), ['2026-02-01'])).toMatchObject({
    value: { updateSubscriptions: [pinned] },
  })
  const stays = { ok: true, value: { addSubscriptions: undefined, updateSubscriptions: undefined } }
  expect(extend(subscription(), [])).toEqual(stays)
  expect(extend(subscription({ collectionSchedule: 'ARREARS' }), ['2026-02-05'])).toEqual(stays)
  expect(extend(subscription({ endingBefore: at('2026-01-20') }), ['2026-02-01'])).toEqual(stays)
})

test('updates of one edit build on each other, and change only their subscription', () => {
  const other = subscription({ id: 'other' })
  const update = (quantityDelta: string) => ({
    subscriptionId: 'subscription',
    quantityUpdates: [{ quantityDelta, startingAt: at('2026-03-01') }],
    madeAt: NOW,
  })
  const [first, second] = applyUpdates([subscription(), other], [update('2'), update('-3')])
  expect(first?.quantities.map(({ quantity }) => quantity)).toEqual(['5', '7', '4'])
  expect(second).toBe(other)
})

test('a subscription that the contract does not have is not found', () => {
  const surroundings = {
    contract: ended('2026-12-01'),
    endingBefore: at('2026-12-01'),
    card: null,
    finalEnds: new Set<number>(),
  }
  const asked = { updateSubscriptions: [{ subscriptionId: 'none' }] }
  expect(editSubscriptions(asked, surroundings, NOW)).toEqual({
    ok: false,
    error: {
      code: 'not_found',
      message: 'update_subscriptions[0].subscription_id: the contract has no subscription none',
    },
  })
})
