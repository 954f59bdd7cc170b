import { expect, test } from 'vitest'
import { USD } from '../../../src/core/currency.ts'
import { fixedLine, type TermItem } from '../../../src/core/invoices/fixed-line.ts'
import { replayLine } from '../../../src/core/invoices/replay-line.ts'
import { paidCommit, scheduledCharge } from '../../support/fixed-charges.ts'
import { at, product } from '../../support/terms.ts'

const FEE = product({ id: 'fixed', type: 'FIXED', state: { name: 'Fee', tags: ['flat'] } })
const CONTEXT = { product: FEE, creditTypeId: USD.id, now: at('2026-01-01') }

function lineOf(item: TermItem, shortfall?: string) {
  return fixedLine({ id: 'charge', item }, { ...CONTEXT, shortfall })
}

const term = { ...scheduledCharge('term', { '2026-01-01': '30' }), customFields: { crm: '7' } }
const item = { ...term.schedule.items[0]!, unitPrice: '15', quantity: '2' }

test('a scheduled charge is a line of its product, under its own name if it has one', () => {
  const line = lineOf({ kind: 'scheduled_charge', term, item })
  expect(line).toEqual({
    type: 'scheduled',
    name: 'Fee',
    chargeId: 'charge',
    productId: 'fixed',
    productType: 'FixedProductListItem',
    productTags: ['flat'],
    productCustomFields: {},
    creditTypeId: USD.id,
    quantity: '2',
    unitPrice: '15',
    total: '30',
    source: { kind: 'scheduled_charge', id: 'term' },
    sourceCustomFields: { crm: '7' },
  })
  expect(replayLine(line!)).toEqual({ quantity: '2', unitPrice: '15', total: '30' })
  const named = { ...term, name: 'Platform' }
  expect(lineOf({ kind: 'scheduled_charge', term: named, item })).toMatchObject({
    name: 'Platform',
  })
})

test('a discount is taken off', () => {
  expect(lineOf({ kind: 'discount', term, item })).toMatchObject({
    quantity: '2',
    unitPrice: '-15',
    total: '-30',
    source: { kind: 'discount', id: 'term' },
  })
})

test('a commit is paid for by a line that names it', () => {
  const balance = paidCommit('commit', { '2026-01-01': '80' }, { name: 'Prepaid' })
  const payment = balance.payments!.schedule.items[0]!
  expect(lineOf({ kind: 'commit_payment', balance, item: payment })).toMatchObject({
    type: 'commit_purchase',
    name: 'Prepaid',
    total: '80',
    source: { kind: 'commit', id: 'commit', balanceType: 'PREPAID' },
  })
})

test('a true-up charges what usage has not drawn, if there is anything', () => {
  const balance = paidCommit('commit', { '2026-01-01': '80' }, { type: 'POSTPAID' })
  const payment = balance.payments!.schedule.items[0]!
  const trueup = { kind: 'trueup', balance, item: payment } as const
  expect(lineOf(trueup, '12.5')).toMatchObject({
    type: 'scheduled',
    quantity: '1',
    unitPrice: '12.5',
    total: '12.5',
    source: { kind: 'trueup', id: 'commit', balanceType: 'POSTPAID' },
  })
  expect(lineOf(trueup, '0')).toBeNull()
})

test('work is charged as it was asked for, in the unit of the invoice', () => {
  const service = {
    id: 'service',
    productId: 'fixed',
    unitPrice: '100',
    quantity: '10',
    maxAmount: '1000',
    customFields: {},
  }
  const charge = {
    id: 'charge',
    professionalServiceId: 'service',
    invoiceGroupId: 'group',
    at: at('2026-01-01'),
    unitPrice: '100',
    quantity: '1.5',
    amount: '150',
  }
  expect(lineOf({ kind: 'professional_service', term: service, charge })).toMatchObject({
    type: 'scheduled',
    name: 'Fee',
    creditTypeId: USD.id,
    total: '150',
    source: { kind: 'professional_service', id: 'service' },
  })
  const asked = { metadata: 'March', netsuiteBillingStart: 1, netsuiteBillingEnd: 2 }
  const described = { ...charge, ...asked }
  expect(lineOf({ kind: 'professional_service', term: service, charge: described })).toMatchObject({
    service: asked,
  })
})
