import { expect, test } from 'vitest'
import { checkGatedCommit } from '../../../src/core/thresholds/check-gated-commit.ts'
import type { Balance } from '../../../src/core/ledger/balance.ts'
import { USD } from '../../support/balances.ts'
import { at } from '../../support/terms.ts'

const NOW = at('2026-03-20')

function payments(amounts: string[], day = '2026-03-20', isInvoiced = true): Balance['payments'] {
  const items = amounts.map((amount) => {
    return { id: amount, at: at(day), unitPrice: amount, quantity: '1', amount }
  })
  return { schedule: { creditTypeId: USD, items }, isInvoiced, contractId: 'contract' }
}

function messageOf(options: Partial<Balance>) {
  const commit = { type: 'PREPAID' as const, payments: payments(['1']), ...options }
  const checked = checkGatedCommit({ paymentGate: { type: 'EXTERNAL' }, ...commit }, NOW, 'c.')
  return checked.ok ? null : checked.error.message
}

test('what waits at a gate is a prepaid commit with one payment that is due', () => {
  expect(messageOf({})).toBeNull()
  expect(messageOf({ payments: payments(['1'], '2026-03-01') })).toBeNull()
  expect(messageOf({ type: 'POSTPAID' })).toContain('c.type: expected PREPAID')
  const refused = [
    null,
    payments([]),
    payments(['0']),
    payments(['1', '2']),
    payments(['1'], '2026-03-21'),
    payments(['1'], '2026-03-20', false),
  ]
  for (const each of refused) {
    expect(messageOf({ payments: each })).toContain('c.invoice_schedule: expected one amount')
  }
})

test('a commit without a gate may be paid for however it likes', () => {
  expect(messageOf({ paymentGate: undefined, type: 'POSTPAID', payments: null })).toBeNull()
})
