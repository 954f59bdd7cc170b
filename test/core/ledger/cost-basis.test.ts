import { expect, test } from 'vitest'
import type { Balance } from '../../../src/core/ledger/balance.ts'
import { costBasis } from '../../../src/core/ledger/cost-basis.ts'

const USD = '2714e483-4ff1-48e4-9e25-ac732e8f24f2'

function commit(granted: string[], paid: string[] | null, paidIn = USD): Balance {
  const items = (paid ?? []).map((amount) => ({
    id: '',
    at: 0,
    unitPrice: amount,
    quantity: '1',
    amount,
  }))
  return {
    id: '',
    type: 'PREPAID',
    customerId: '',
    contractId: null,
    productId: '',
    priority: '1',
    rateType: 'LIST_RATE',
    creditTypeId: USD,
    segments: granted.map((amount) => ({ id: '', amount, startingAt: 0, endingBefore: 1 })),
    payments:
      paid === null
        ? null
        : { schedule: { creditTypeId: paidIn, items }, isInvoiced: true, contractId: null },
    applicability: {},
    applicableContractIds: null,
    rolloverFraction: null,
    uniquenessKey: null,
    customFields: {},
    createdAt: 0,
    createdBy: '',
    archivedAt: null,
  }
}

test('TV15: 80000 paid for 100000 is a cost basis of 0.8', () => {
  expect(costBasis(commit(['100000'], ['80000']))).toBe('0.8')
})

test('all that is paid counts against all that is granted', () => {
  expect(costBasis(commit(['60', '40'], ['30', '20']))).toBe('0.5')
})

test('what costs nothing has a cost basis of 0', () => {
  expect(costBasis(commit(['100'], null))).toBe('0')
})

test('there is none where nothing is granted, or where it is paid in another unit', () => {
  expect(costBasis(commit(['0'], ['10']))).toBeNull()
  expect(costBasis(commit(['100'], ['10'], 'another'))).toBeNull()
})
