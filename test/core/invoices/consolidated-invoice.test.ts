import { expect, test } from 'vitest'
import { USD } from '../../../src/core/currency.ts'
import {
  consolidatedInvoiceId,
  draftConsolidatedInvoice,
  isComplete,
  missedStatement,
  planConsolidations,
  type Statement,
} from '../../../src/core/invoices/consolidated-invoice.ts'
import type { InvoiceSummary } from '../../../src/core/invoices/invoice.ts'
import { lineId } from '../../../src/core/invoices/line-id.ts'
import { draftMarch } from '../../support/drafts.ts'
import { at, catalog, contract, rate } from '../../support/terms.ts'

/** A usage invoice for March, issued on 2 April, unless it says otherwise. */
function statement(id: string, contractId: string, options: Partial<Statement> = {}): Statement {
  return {
    id,
    contractId,
    customerId: `of ${contractId}`,
    type: 'USAGE',
    status: 'DRAFT',
    startingAt: at('2026-03-01'),
    endingBefore: at('2026-04-01'),
    issuedAt: at('2026-04-02'),
    creditTypeId: USD.id,
    ...options,
  }
}

function plan(own: InvoiceSummary[], others: Statement[]) {
  const planned = planConsolidations(contract(), { customFields: { crm: '7' } }, own, others)
  return planned.map(({ header, constituents }) => [
    header.id,
    ...constituents.map(({ invoiceId }) => invoiceId),
  ])
}

const MARCH_ID = consolidatedInvoiceId('contract', at('2026-03-01'))

test('the statements of contracts below are joined that lie inside and are issued on the same day', () => {
  const own = statement('own', 'contract')
  const others = [
    statement('same', 'a'),
    statement('later-that-day', 'b', { issuedAt: at('2026-04-02T23') }),
    statement('next-day', 'c', { issuedAt: at('2026-04-03') }),
    statement('starts-inside', 'd', { startingAt: at('2026-03-17') }),
    statement('starts-before', 'e', { startingAt: at('2026-02-28') }),
    statement('ends-later', 'f', { endingBefore: at('2026-04-02') }),
    statement('void', 'g', { status: 'VOID' }),
    statement('other-currency', 'h', { creditTypeId: 'eur' }),
  ]
  expect(plan([own], others)).toEqual([
    [MARCH_ID, 'own', 'same', 'later-that-day', 'starts-inside'],
  ])
})

test('it is told which statement is missed for the day of issue alone', () => {
  const late = statement('late', 'a', { issuedAt: at('2026-04-03') })
  const missed = (own: Partial<Statement>) =>
    missedStatement(late, [statement('own', 'contract', own)])?.id ?? null
  expect(missed({})).toBe('own')
  expect(missed({ status: 'VOID' })).toBeNull()
  expect(missed({ issuedAt: at('2026-04-03T05') })).toBeNull()
  expect(missed({ startingAt: at('2026-03-02') })).toBeNull()
  expect(missed({ creditTypeId: 'eur' })).toBeNull()
})

test('where contracts below have nothing to join there is no consolidated invoice', () => {
  expect(plan([statement('own', 'contract')], [])).toEqual([])
  expect(plan([], [statement('other', 'a')])).toEqual([])
})

test('a void invoice of the contract itself is replaced by its regenerated one, or left out', () => {
  const voided = statement('own', 'contract', { status: 'VOID' })
  const again = statement('again', 'contract', { status: 'FINALIZED' })
  const other = statement('other', 'a')
  expect(plan([voided, again], [other])).toEqual([[MARCH_ID, 'again', 'other']])
  expect(plan([voided], [other])).toEqual([[MARCH_ID, 'other']])
})

test('it is complete when all that it joins is final', () => {
  const own = statement('own', 'contract', { status: 'FINALIZED' })
  const complete = (status: Statement['status']) =>
    planConsolidations(
      contract(),
      { customFields: {} },
      [own],
      [statement('other', 'a', { status })],
    ).map(isComplete)
  expect(complete('FINALIZED')).toEqual([true])
  expect(complete('DRAFT')).toEqual([false])
})

test('it shows the fields of its own contract, and copies lines with their origin', () => {
  const priced = catalog({ rates: [rate({ price: '100' })] })
  const one = { ...draftMarch(priced, [{ at: '2026-03-02' }]), id: 'one' }
  const two = {
    ...draftMarch(priced, [{ at: '2026-03-03' }, { at: '2026-03-04' }]),
    id: 'two',
    contractId: 'a',
    customerId: 'of a',
  }
  const own = statement('one', 'contract')
  const [planned] = planConsolidations(
    contract(),
    { customFields: { crm: '7' } },
    [own],
    [statement('two', 'a')],
  )
  const { header } = planned!
  expect(header).toMatchObject({
    customerId: 'customer',
    contractId: 'contract',
    type: 'USAGE_CONSOLIDATED',
    status: 'DRAFT',
    startingAt: at('2026-03-01'),
    endingBefore: at('2026-04-01'),
    issuedAt: at('2026-04-02'),
    payer: { contractId: 'contract', customerId: 'customer' },
    customerCustomFields: { crm: '7' },
  })
  const invoice = draftConsolidatedInvoice(header, [one, two])
  expect(invoice).toMatchObject({
    total: '300',
    finalizedAt: null,
    constituents: [
      { invoiceId: 'one', contractId: 'contract', customerId: 'customer' },
      { invoiceId: 'two', contractId: 'a', customerId: 'of a' },
    ],
    derivation: { cut: null, unbilled: [] },
  })
  expect(invoice.derivation.draws).toBeUndefined()
  expect(invoice.lines.map(({ total, origin }) => [total, origin])).toEqual([
    [
      '100',
      {
        lineId: lineId('one', 0),
        invoiceId: 'one',
        contractId: 'contract',
        customerId: 'customer',
      },
    ],
    ['200', { lineId: lineId('two', 0), invoiceId: 'two', contractId: 'a', customerId: 'of a' }],
  ])
})
