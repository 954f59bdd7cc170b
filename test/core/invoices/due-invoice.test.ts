import { expect, test } from 'vitest'
import {
  dueConsolidated,
  dueId,
  dueScheduled,
  dueStatement,
} from '../../../src/core/invoices/due-invoice.ts'
import { HOUR_MS } from '../../../src/core/time.ts'
import { at, contract, period } from '../../support/terms.ts'

test('a period falls due at its end plus grace, under an id of contract and period', () => {
  const due = dueStatement(contract(), period('2026-03-01', '2026-04-01'), 36 * HOUR_MS)
  expect(due).toEqual({
    id: dueId('finalize-usage-invoice', 'contract', at('2026-03-01')),
    kind: 'finalize-usage-invoice',
    customerId: 'customer',
    contractId: 'contract',
    dueAt: at('2026-04-02T12'),
    periodStart: at('2026-03-01'),
    periodEnd: at('2026-04-01'),
  })
  expect(due.id).not.toBe(dueId('finalize-usage-invoice', 'contract', at('2026-04-01')))
  expect(due.id).not.toBe(dueId('finalize-usage-invoice', 'other', at('2026-03-01')))
})

test('scheduled invoices fall due on their date, under an id of their own', () => {
  const due = dueScheduled(contract(), at('2026-03-01'))
  expect(due).toEqual({
    id: dueId('finalize-scheduled-invoice', 'contract', at('2026-03-01')),
    kind: 'finalize-scheduled-invoice',
    customerId: 'customer',
    contractId: 'contract',
    dueAt: at('2026-03-01'),
    periodStart: at('2026-03-01'),
    periodEnd: at('2026-03-01'),
  })
  expect(due.id).not.toBe(dueId('finalize-usage-invoice', 'contract', at('2026-03-01')))
})

test('consolidated invoices are looked at at once, under an id of what has happened', () => {
  const link = { contractId: 'contract', customerId: 'customer' }
  const due = dueConsolidated(link, 'invoice', at('2026-03-01'))
  expect(due).toMatchObject({ ...link, kind: 'finalize-consolidated-invoices' })
  expect([due.dueAt, due.periodStart, due.periodEnd]).toEqual(Array(3).fill(at('2026-03-01')))
  expect(due.id).not.toBe(dueConsolidated(link, 'other', at('2026-03-01')).id)
  expect(due.id).toBe(dueConsolidated(link, 'invoice', at('2026-03-02')).id)
})
