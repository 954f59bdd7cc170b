import { expect, test } from 'vitest'
import { dueStatement, dueStatementId } from '../../../src/core/invoices/due-statement.ts'
import { HOUR_MS } from '../../../src/core/time.ts'
import { at, contract, period } from '../../support/terms.ts'

test('a period falls due at its end plus grace, under an id of contract and period', () => {
  const due = dueStatement(contract(), period('2026-03-01', '2026-04-01'), 36 * HOUR_MS)
  expect(due).toEqual({
    id: dueStatementId('contract', at('2026-03-01')),
    customerId: 'customer',
    contractId: 'contract',
    dueAt: at('2026-04-02T12'),
    periodStart: at('2026-03-01'),
    periodEnd: at('2026-04-01'),
  })
  expect(due.id).not.toBe(dueStatementId('contract', at('2026-04-01')))
  expect(due.id).not.toBe(dueStatementId('other', at('2026-03-01')))
})
