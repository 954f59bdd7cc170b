import type { Balance } from '../../src/core/ledger/balance.ts'
import type { BalanceSurroundings } from '../../src/core/ledger/check-balance.ts'
import type { BalanceInput, BalanceOwner } from '../../src/core/ledger/create-balance.ts'
import { createBalance } from '../../src/core/ledger/create-balance.ts'
import { at, product } from './terms.ts'

/** Builders of commits and credits as they are asked for: what a test does not say is the plainest. */

export const CUSTOM_UNIT = 'unit'

export const SURROUNDINGS: BalanceSurroundings = {
  products: [
    product({ id: 'fixed', type: 'FIXED', state: { name: 'Prepayment' } }),
    product({ id: 'old', type: 'FIXED', archivedAt: 1 }),
    product({ id: 'calls' }),
  ],
  customUnitIds: new Set([CUSTOM_UNIT]),
  contracts: [
    { id: 'contract', archivedAt: null },
    { id: 'former', archivedAt: 1 },
  ],
}

export const OF_CUSTOMER: BalanceOwner = {
  customerId: 'customer',
  contractId: null,
  createdBy: 'test',
}
export const OF_CONTRACT: BalanceOwner = { ...OF_CUSTOMER, contractId: 'contract' }

/** 1000 cents for the year 2026. */
export const YEAR = {
  amount: '1000',
  startingAt: at('2026-01-01'),
  endingBefore: at('2027-01-01'),
}

export function balanceInput(options: Partial<BalanceInput> = {}): BalanceInput {
  return {
    id: 'commit',
    path: '',
    type: 'PREPAID',
    productId: 'fixed',
    access: [YEAR],
    customFields: {},
    ...options,
  }
}

/** What is paid on some dates. */
export function paid(...items: [date: string, amount: string][]): BalanceInput['payments'] {
  const written = items.map(([date, amount]) => ({ at: at(date), amount }))
  return { schedule: { items: written }, isInvoiced: true }
}

/** A commit or credit of the contract that was made as it is asked for. */
export function madeBalance(options: Partial<BalanceInput> = {}, owner = OF_CONTRACT): Balance {
  const created = createBalance(balanceInput(options), owner, SURROUNDINGS, at('2026-01-01'))
  if (!created.ok) throw new Error(created.error.message)
  return created.value
}
