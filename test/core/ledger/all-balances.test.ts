import { expect, test } from 'vitest'
import { allBalances } from '../../../src/core/ledger/all-balances.ts'
import { childId } from '../../../src/core/ledger/child-balances.ts'
import { USD } from '../../../src/core/currency.ts'
import { balance } from '../../support/balances.ts'
import { contractWith, quantity, recurring, subscription } from '../../support/recurring.ts'
import { at } from '../../support/terms.ts'

const contracts = [
  contractWith({ recurringBalances: [recurring({ id: 'a' }), recurring({ id: 'b' })] }),
  contractWith({}, { id: 'plain' }),
]

test('those of all recurring ones come with those that were made by request, oldest first', () => {
  const late = balance({ id: 'late', createdAt: at('2026-01-20') })
  const all = allBalances({ contracts, balances: [late] }, at('2026-02-01'))
  expect(all.map(({ recurringId, createdAt }) => [recurringId, createdAt])).toEqual([
    [expect.any(String), at('2026-01-01')],
    [expect.any(String), at('2026-01-01')],
    [undefined, at('2026-01-20')],
    [expect.any(String), at('2026-02-01')],
    [expect.any(String), at('2026-02-01')],
  ])
  expect(new Set(all.slice(0, 2).map(({ recurringId }) => recurringId))).toEqual(
    new Set(['a', 'b']),
  )
})

test('one that was edited is kept, and takes the place of what its recurring one would make', () => {
  const id = childId('a', at('2026-01-01'))
  const kept = balance({ id, recurringId: 'a', priority: '7', createdAt: at('2026-01-01') })
  const all = allBalances({ contracts, balances: [kept] }, at('2026-01-01'))
  expect(all).toHaveLength(2)
  expect(all.filter((one) => one.id === id)).toEqual([kept])
})

test('one that was edited gains the seats that are added later, and each of them once', () => {
  const subscriptionId = 'subscription'
  const perSeat = recurring({
    accessAmount: { unitPrice: '20', quantity: null, creditTypeId: USD.id },
    subscription: { subscriptionId, allocation: 'POOLED', isIncreaseProrated: false },
  })
  const seats = subscription([
    quantity('2026-01-01', 2),
    quantity('2026-01-10', 3),
    quantity('2026-01-20', 5),
    quantity('2026-01-25', 6),
  ])
  const own = [contractWith({ recurringBalances: [perSeat], subscriptions: [seats] })]
  const [made] = allBalances({ contracts: own, balances: [] }, at('2026-01-15'))
  const [segment] = made!.segments
  const kept = {
    ...made!,
    priority: '7',
    segments: [{ ...segment!, endingBefore: at('2026-01-22') }],
  }
  const [now] = allBalances({ contracts: own, balances: [kept] }, at('2026-01-31'))
  expect(now).toMatchObject({ priority: '7', segments: [{ amount: '40' }] })
  expect(now?.segments[0]?.adjustments).toEqual([
    { at: at('2026-01-10'), amount: '20' },
    { at: at('2026-01-20'), amount: '40' },
  ])
})
