import { expect, test } from 'vitest'
import type { Balance } from '../../../src/core/ledger/balance.ts'
import { sourceKey, type Draw } from '../../../src/core/ledger/draw.ts'
import { isLeft, shareBalances } from '../../../src/core/ledger/shared-balances.ts'

const links = [
  { parentContractId: 'p1', childContractId: 'c1' },
  { parentContractId: 'p1', childContractId: 'c2' },
  { parentContractId: 'p2', childContractId: 'c3' },
]

function sharedWith(members: Partial<Balance>): [string | null, string[] | null][] {
  const balance = { id: 'b', archivedAt: null, contractId: 'p1', applicableContractIds: null }
  const shared = shareBalances([{ ...balance, ...members } as Balance], links)
  return shared.map(({ contractId, applicableContractIds }) => [contractId, applicableContractIds])
}

test('a balance is for those below its contract that have access, as if it were of a customer', () => {
  expect(sharedWith({ childAccess: { type: 'ALL' } })).toEqual([[null, ['c1', 'c2']]])
  const named = { type: 'CONTRACT_IDS' as const, contractIds: ['c2', 'c3'] }
  expect(sharedWith({ childAccess: named })).toEqual([[null, ['c2']]])
})

test("a customer's balance is for those below the contracts that it is for", () => {
  const all = { contractId: null, childAccess: { type: 'ALL' as const } }
  expect(sharedWith(all)).toEqual([[null, ['c1', 'c2', 'c3']]])
  expect(sharedWith({ ...all, applicableContractIds: ['p2'] })).toEqual([[null, ['c3']]])
})

test('what is archived, or shared with none of them, is not for them', () => {
  expect(sharedWith({ childAccess: undefined })).toEqual([])
  expect(sharedWith({ childAccess: { type: 'NONE' } })).toEqual([])
  expect(sharedWith({ childAccess: { type: 'ALL' }, contractId: 'p3' })).toEqual([])
  expect(sharedWith({ childAccess: { type: 'ALL' }, archivedAt: 1 })).toEqual([])
})

test('draws take what is left, all of them together', () => {
  const draw = (amount: string, segmentId = 's'): Draw => {
    return { balanceId: 'b', segmentId, amount, at: 0 }
  }
  const remaining = new Map([[sourceKey(draw('0')), '10']])
  expect(isLeft(remaining, [])).toBe(true)
  expect(isLeft(remaining, [draw('4'), draw('6')])).toBe(true)
  expect(isLeft(remaining, [draw('4'), draw('6.01')])).toBe(false)
  expect(isLeft(remaining, [draw('0', 'other')])).toBe(false)
})
