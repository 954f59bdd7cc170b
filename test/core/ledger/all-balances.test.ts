import { expect, test } from 'vitest'
import { allBalances } from '../../../src/core/ledger/all-balances.ts'
import { childId } from '../../../src/core/ledger/child-balances.ts'
import { balance } from '../../support/balances.ts'
import { contractWith, recurring } from '../../support/recurring.ts'
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
