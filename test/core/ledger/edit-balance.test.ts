import { expect, test } from 'vitest'
import { editBalance, type BalanceInvoices } from '../../../src/core/ledger/edit-balance.ts'
import type { Balance } from '../../../src/core/ledger/balance.ts'
import type { BalanceUpdate } from '../../../src/core/ledger/edit-balance.ts'
import { madeBalance, OF_CUSTOMER, paid, SURROUNDINGS } from '../../support/asked-balances.ts'
import { at } from '../../support/terms.ts'

const NOTHING: BalanceInvoices = { invoiced: new Map(), drawnSegmentIds: new Set() }

function edit(
  balance: Balance,
  update: Omit<BalanceUpdate, 'id'>,
  invoices: Partial<BalanceInvoices> = {},
) {
  const surroundings = { ...SURROUNDINGS, ...NOTHING, ...invoices }
  return editBalance(balance, { id: balance.id, ...update }, surroundings, 'edit', '')
}

test('an edit changes what it names and leaves the rest', () => {
  const commit = madeBalance({ priority: '5', description: 'As agreed' })
  const update = { name: 'New', priority: null, rateType: 'COMMIT_RATE' } as const
  expect(edit(commit, update)).toEqual({
    ok: true,
    value: { ...commit, name: 'New', priority: '100', rateType: 'COMMIT_RATE' },
  })
})

test('null clears, and only one way of saying what it is for is left', () => {
  const commit = madeBalance({
    applicableProductTags: ['a'],
    rolloverFraction: '0.5',
    netsuiteSalesOrderId: 'SO',
  })
  const cleared = {
    rolloverFraction: null,
    netsuiteSalesOrderId: null,
    applicableProductTags: null,
  }
  const specifiers = [{ productTags: ['b'] }]
  expect(edit(commit, { ...cleared, specifiers })).toMatchObject({
    value: {
      rolloverFraction: null,
      netsuiteSalesOrderId: undefined,
      applicability: { productTags: undefined, specifiers },
    },
  })
  expect(edit(commit, { specifiers })).toMatchObject({
    error: { message: expect.stringContaining('specifiers: expected only without') },
  })
})

test('an edit without a change, of an archived or of a rolled over one, is refused', () => {
  const commit = madeBalance()
  expect(edit(commit, {}).ok).toBe(false)
  expect(edit({ ...commit, archivedAt: 1 }, { name: 'New' })).toMatchObject({
    error: { message: expect.stringContaining('is archived') },
  })
  const rolledOverFrom = { balanceId: 'origin', contractId: 'former' }
  expect(edit({ ...commit, rolledOverFrom }, { name: 'New' })).toMatchObject({
    error: { message: expect.stringContaining('origin is where it comes from') },
  })
})

test('payments of a finalized invoice stay, those of a void one may change but not go', () => {
  const commit = madeBalance({ payments: paid(['2026-01-01', '80'], ['2026-02-01', '20']) })
  const [first] = commit.payments!.schedule.items
  const { id } = first!
  const finalized = { invoiced: new Map([[id, 'FINALIZED' as const]]) }
  const isVoid = { invoiced: new Map([[id, 'VOID' as const]]) }
  const change = { payments: { update: [{ id, amount: '90' }] } }
  const removal = { payments: { remove: [id] } }
  expect(edit(commit, change, finalized).ok).toBe(false)
  expect(edit(commit, removal, finalized).ok).toBe(false)
  expect(edit(commit, removal, isVoid)).toMatchObject({
    error: { message: expect.stringContaining('invoice_schedule.remove_schedule_items[0].id') },
  })
  expect(edit(commit, change, isVoid)).toMatchObject({
    value: { payments: { schedule: { items: [{ amount: '90' }, { amount: '20' }] } } },
  })
})

test('a free commit begins to cost with its first payment, for which somebody must invoice', () => {
  const payments = { add: [{ at: at('2026-02-01'), amount: '10' }] }
  expect(edit(madeBalance(), { payments })).toMatchObject({
    value: { payments: { contractId: 'contract', isInvoiced: true } },
  })
  const ofCustomer = madeBalance({}, OF_CUSTOMER)
  expect(edit(ofCustomer, { payments })).toMatchObject({
    error: { message: expect.stringContaining('invoice_contract_id: required') },
  })
  expect(edit(ofCustomer, { payments, invoiceContractId: 'contract' }).ok).toBe(true)
  const credit = madeBalance({ type: 'CREDIT' })
  expect(edit(credit, { payments })).toMatchObject({
    error: { message: 'invoice_schedule: expected only of commits' },
  })
})

test('the contract that invoices a commit of the customer may change, of a contract it may not', () => {
  const payments = paid(['2026-02-01', '10'])
  const ofCustomer = madeBalance({ payments, invoiceContractId: 'contract' }, OF_CUSTOMER)
  expect(edit(ofCustomer, { invoiceContractId: 'none' })).toMatchObject({
    error: { code: 'not_found' },
  })
  expect(edit(madeBalance({ payments }), { invoiceContractId: 'other' })).toMatchObject({
    error: { message: expect.stringContaining('invoiced by that contract') },
  })
})

test('a postpaid commit stays one amount that is invoiced at its end', () => {
  const commit = madeBalance({ type: 'POSTPAID', payments: paid(['2027-01-01', '1000']) })
  const [segment] = commit.segments
  const access = { update: [{ id: segment!.id, amount: '1200' }] }
  expect(edit(commit, { access }).ok).toBe(false)
  const [item] = commit.payments!.schedule.items
  const payments = { update: [{ id: item!.id, amount: '1200' }] }
  expect(edit(commit, { access, payments }).ok).toBe(true)
})

test('what an edit names must exist; what was named before need not any more', () => {
  const commit = madeBalance({ applicableProductIds: ['calls'] })
  const gone = { ...SURROUNDINGS, ...NOTHING, products: [] }
  expect(editBalance(commit, { id: commit.id, name: 'New' }, gone, 'edit', '').ok).toBe(true)
  expect(edit(commit, { productId: 'calls' }).ok).toBe(false)
  expect(edit(commit, { applicableProductIds: ['none'] })).toMatchObject({
    error: { code: 'not_found', message: 'applicable_product_ids[0]: no product none' },
  })
})
