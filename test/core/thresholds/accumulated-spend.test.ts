import { expect, test } from 'vitest'
import type { SpendSpecifier } from '../../../src/core/contracts/spend-tracker.ts'
import type { Balance } from '../../../src/core/ledger/balance.ts'
import { accumulatedSpend } from '../../../src/core/thresholds/accumulated-spend.ts'
import { balance, USD } from '../../support/balances.ts'
import { at, contract, period } from '../../support/terms.ts'
import { spendTracker } from '../../support/thresholds.ts'

/** A commit of the contract that costs so much at an instant. */
function bought(amount: string, instant: string, options: Partial<Balance> = {}): Balance {
  const item = { id: amount, at: at(instant), unitPrice: amount, quantity: '1', amount }
  const schedule = { creditTypeId: USD, items: [item] }
  const payments = { schedule, isInvoiced: true, contractId: 'contract' }
  return balance({ type: 'PREPAID', contractId: 'contract', payments, ...options })
}

const RECHARGE = { threshold: { kind: 'PREPAID', ordinal: 1 } } as const

function amountOf(
  balances: Balance[],
  specifier: Partial<SpendSpecifier> = {},
  now = '2026-03-20',
) {
  const specifiers: SpendSpecifier[] = [
    { spendType: 'COMMIT_PURCHASE', sources: ['THRESHOLD_RECHARGE', 'MANUAL'], ...specifier },
  ]
  const tracker = spendTracker({ specifiers })
  return accumulatedSpend(tracker, contract(), { balances }, at(now))?.amount
}

test('what fell due in the billing period counts, and what is still to come does not', () => {
  const balances = [
    bought('1', '2026-02-28T23'),
    bought('20', '2026-03-01'),
    bought('300', '2026-03-20'),
    bought('4000', '2026-03-20T01'),
  ]
  expect(accumulatedSpend(spendTracker(), contract(), { balances }, at('2026-03-20'))).toEqual({
    amount: '320',
    period: period('2026-03-01', '2026-04-01'),
  })
  expect(accumulatedSpend(spendTracker(), contract(), { balances }, at('2025-12-31'))).toBeNull()
})

test('sources and discounts tell what counts, and what fits twice counts once', () => {
  const balances = [
    bought('1', '2026-03-01'),
    bought('20', '2026-03-01', RECHARGE),
    bought('300', '2026-03-01', { ...RECHARGE, countsAsDiscounted: true }),
    bought('4000', '2026-03-01', { countsAsDiscounted: true }),
  ]
  expect(amountOf(balances)).toBe('4321')
  expect(amountOf(balances, { sources: ['MANUAL'] })).toBe('4001')
  expect(amountOf(balances, { sources: ['THRESHOLD_RECHARGE'] })).toBe('320')
  expect(amountOf(balances, { discounted: 'DISCOUNTED_ONLY' })).toBe('4300')
  expect(amountOf(balances, { discounted: 'UNDISCOUNTED_ONLY' })).toBe('21')
  expect(amountOf(balances, { sources: ['MANUAL', 'MANUAL'] })).toBe('4001')
})

test('only what the contract is invoiced for in the currency of the tracker counts', () => {
  const { payments } = bought('1', '2026-03-01')
  const elsewhere = [
    { ...payments!, contractId: 'other' },
    { ...payments!, isInvoiced: false },
    { ...payments!, schedule: { ...payments!.schedule, creditTypeId: 'token' } },
    null,
  ]
  const balances = elsewhere.map((each) => bought('1', '2026-03-01', { payments: each }))
  const others = [
    bought('1', '2026-03-01', { recurringId: 'monthly' }),
    bought('1', '2026-03-01', { archivedAt: at('2026-03-02') }),
  ]
  expect(amountOf([...balances, ...others])).toBe('0')
})

test('a payment whose invoice is void, or that was cut off, costs nothing', () => {
  const balances = [bought('20', '2026-03-01'), bought('300', '2026-03-10')]
  const now = at('2026-03-20')
  const voidedChargeIds = new Set(['20'])
  const spent = accumulatedSpend(spendTracker(), contract(), { balances, voidedChargeIds }, now)
  expect(spent?.amount).toBe('300')
  const { terms, ...rest } = contract()
  const cutCharges = [{ from: at('2026-03-05'), ids: ['300'] }]
  const ended = { ...rest, terms: { ...terms, cutCharges } }
  expect(accumulatedSpend(spendTracker(), ended, { balances }, now)?.amount).toBe('20')
})
