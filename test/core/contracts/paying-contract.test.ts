import { expect, test } from 'vitest'
import type { Transition } from '../../../src/core/contracts/contract.ts'
import { payingContractId } from '../../../src/core/contracts/paying-contract.ts'
import { charged, paidCommit } from '../../support/fixed-charges.ts'
import { at } from '../../support/terms.ts'

const renewal = (fromContractId: string, toContractId: string): Transition => ({
  type: 'RENEWAL',
  fromContractId,
  toContractId,
})
const FIRST = charged(
  { transitions: [renewal('contract', 'second')] },
  { endingBefore: at('2026-02-01') },
)
const SECOND = charged(
  { transitions: [renewal('contract', 'second'), renewal('second', 'third')] },
  { id: 'second', startingAt: at('2026-02-01'), endingBefore: at('2026-04-01') },
)
const THIRD = charged(
  { transitions: [renewal('second', 'third')] },
  { id: 'third', startingAt: at('2026-04-01') },
)
const DAYS = ['2026-01-31', '2026-02-01', '2026-03-31', '2026-04-01']

function payers(contractId: string | null, contracts = [FIRST, SECOND, THIRD]) {
  const amounts = Object.fromEntries(DAYS.map((day) => [day, '5']))
  const commit = paidCommit('commit', amounts, { contractId })
  return commit.payments!.schedule.items.map((item) => payingContractId(commit, item, contracts))
}

test("a customer's commit is paid by the contract that has taken over by the date", () => {
  expect(payers(null)).toEqual(['contract', 'second', 'second', 'third'])
  expect(payers(null, [FIRST])).toEqual(['contract', 'contract', 'contract', 'contract'])
  expect(payers(null, [])).toEqual(['contract', 'contract', 'contract', 'contract'])
})

test("a contract's own commit is paid by no other one", () => {
  expect(payers('contract')).toEqual(['contract', 'contract', 'contract', 'contract'])
})

test('what an early end had cut off before the renewal is not handed over', () => {
  const cutCharges = [{ from: at('2026-02-01'), ids: ['commit/2026-03-31'] }]
  const ended = { ...FIRST, terms: { ...FIRST.terms, cutCharges } }
  expect(payers(null, [ended, SECOND, THIRD])).toEqual(['contract', 'second', 'contract', 'third'])
})

test('a commit that nothing is invoiced for has no such contract', () => {
  const commit = paidCommit('commit', {}, { contractId: null, payments: null })
  expect(payingContractId(commit, { id: 'item', at: 0 }, [FIRST])).toBeNull()
})
