import { expect, test } from 'vitest'
import {
  initiateEvent,
  openWorkflow,
  paymentInvoiceId,
  paymentOf,
  settleWorkflow,
  statusEvent,
} from '../../../src/core/thresholds/payment-workflow.ts'
import { balance, USD } from '../../support/balances.ts'
import { at } from '../../support/terms.ts'

const NOW = at('2026-03-20')
const ITEM = { id: 'item', at: NOW, unitPrice: '4500', quantity: '1', amount: '4500' }
const COMMIT = balance({
  id: 'commit',
  type: 'PREPAID',
  contractId: 'contract',
  payments: {
    schedule: { creditTypeId: USD, items: [ITEM] },
    isInvoiced: true,
    contractId: 'contract',
  },
})
const WORKFLOW = openWorkflow(
  'PREPAID',
  COMMIT,
  { type: 'EXTERNAL', tax: { amount: '900', name: 'VAT' } },
  NOW,
)

test('the payment for a commit is one, with one invoice, whenever it is asked for', () => {
  expect(openWorkflow('PREPAID', COMMIT, { type: 'EXTERNAL' }, NOW + 1).id).toBe(WORKFLOW.id)
  expect(openWorkflow('PREPAID', { ...COMMIT, id: 'b' }, { type: 'NONE' }, NOW).id).not.toBe(
    WORKFLOW.id,
  )
  expect(paymentOf(WORKFLOW)).toEqual(ITEM)
  expect(paymentInvoiceId(WORKFLOW)).not.toBe(
    paymentInvoiceId({ ...WORKFLOW, commit: { ...COMMIT, id: 'b' } }),
  )
})

test('who collects payments is told what to collect, and how it ended', () => {
  const shared = {
    workflow_type: 'prepaid_balance_threshold',
    customer_id: 'customer',
    contract_id: 'contract',
    invoice_id: paymentInvoiceId(WORKFLOW),
  }
  expect(initiateEvent(WORKFLOW)).toMatchObject({
    type: 'payment_gate.external_initiate',
    properties: {
      ...shared,
      workflow_id: WORKFLOW.id,
      invoice_total: '4500',
      invoice_currency: 'USD (cents)',
      tax_amount: '900',
      tax_name: 'VAT',
      timestamp: '2026-03-20T00:00:00.000Z',
    },
    createdAt: NOW,
  })
  const failed = settleWorkflow(WORKFLOW, 'FAILED', NOW + 1)
  if (!failed.ok) throw new Error(failed.error.message)
  expect(statusEvent(failed.value)).toMatchObject({
    type: 'payment_gate.payment_status',
    properties: { ...shared, payment_status: 'failed', timestamp: '2026-03-20T00:00:00.001Z' },
    createdAt: NOW + 1,
  })
})

test('a payment ends once, one way or the other', () => {
  const paid = settleWorkflow(WORKFLOW, 'PAID', NOW + 1)
  expect(paid).toEqual({ ok: true, value: { ...WORKFLOW, status: 'PAID', settledAt: NOW + 1 } })
  if (!paid.ok) return
  expect(settleWorkflow(paid.value, 'PAID', NOW + 2)).toEqual(paid)
  expect(settleWorkflow(paid.value, 'FAILED', NOW + 2)).toMatchObject({
    ok: false,
    error: { code: 'conflict' },
  })
})
