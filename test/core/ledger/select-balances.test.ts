import { expect, test } from 'vitest'
import {
  archiveWithContracts,
  type BalanceQuery,
  selectBalances,
} from '../../../src/core/ledger/select-balances.ts'
import { balance, FEB, JAN, MAR, MID_JAN, segment } from '../../support/balances.ts'

const APR = Date.UTC(2026, 3, 1)

test('unless asked, neither those of contracts nor archived ones are listed', () => {
  const balances = [
    balance({ id: 'own' }),
    balance({ id: 'of-contract', contractId: 'c1' }),
    balance({ id: 'archived', archivedAt: FEB }),
  ]
  expect(ids(balances)).toEqual(['own'])
  expect(ids(balances, { includesContracts: true })).toEqual(['of-contract', 'own'])
  expect(ids(balances, { includesArchived: true })).toEqual(['archived', 'own'])
})

test('balances are found by their id and by their types', () => {
  const balances = [
    balance({ id: 'a' }),
    balance({ id: 'b', type: 'PREPAID' }),
    balance({ id: 'c', type: 'POSTPAID' }),
  ]
  expect(ids(balances, { id: 'b' })).toEqual(['b'])
  expect(ids(balances, { types: ['PREPAID', 'POSTPAID'] })).toEqual(['b', 'c'])
})

test('balances are found by when they have access', () => {
  const later = segment('1', { id: 's2', startingAt: MAR, endingBefore: APR })
  const balances = [balance({ id: 'gap', segments: [segment('1'), later] })]
  const isFound = (query: Partial<BalanceQuery>) => ids(balances, query).length === 1

  expect([JAN - 1, JAN, FEB - 1, FEB, MAR, APR].map((at) => isFound({ coveringDate: at }))).toEqual(
    [false, true, true, false, true, false],
  )
  expect([APR - 1, APR].map((at) => isFound({ startingAt: at }))).toEqual([true, false])
  expect([JAN, JAN + 1].map((at) => isFound({ effectiveBefore: at }))).toEqual([false, true])
})

test('the oldest is first, or the one of the lowest priority', () => {
  const balances = [
    balance({ id: 'c', priority: '1', createdAt: JAN }),
    balance({ id: 'b', priority: '10', createdAt: JAN }),
    balance({ id: 'a', priority: '2.5', createdAt: MID_JAN }),
  ]
  expect(ids(balances)).toEqual(['b', 'c', 'a'])
  expect(ids(balances, { isByPriority: true })).toEqual(['c', 'a', 'b'])
})

test('balances of archived contracts are archived as they are', () => {
  const balances = [
    balance({ id: 'own' }),
    balance({ id: 'gone', contractId: 'c1' }),
    balance({ id: 'there', contractId: 'c2' }),
    balance({ id: 'before', contractId: 'c1', archivedAt: JAN }),
  ]
  const contracts = [
    { id: 'c1', archivedAt: FEB },
    { id: 'c2', archivedAt: null },
  ]
  const archived = archiveWithContracts(balances, contracts)
  expect(archived.map(({ archivedAt }) => archivedAt)).toEqual([null, FEB, null, JAN])
})

function ids(balances: ReturnType<typeof balance>[], query: Partial<BalanceQuery> = {}) {
  const usual = { includesContracts: false, includesArchived: false, isByPriority: false }
  return selectBalances(balances, { ...usual, ...query }).map(({ id }) => id)
}
