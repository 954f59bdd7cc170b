import { expect, test } from 'vitest'
import { USD } from '../../../src/core/currency.ts'
import {
  draftUsageInvoice,
  finalizeInvoice,
  usageInvoiceHeader,
  usageInvoiceId,
} from '../../../src/core/invoices/usage-invoice.ts'
import { HOUR_MS } from '../../../src/core/time.ts'
import { at, contract, period } from '../../support/terms.ts'

const HEADER = usageInvoiceHeader({
  contract: contract({ rateCardId: null }),
  customer: { customFields: {} },
  fiatCreditTypeId: undefined,
  period: period('2024-09-01', '2024-10-01'),
  graceMs: 24 * HOUR_MS,
})

test('the id of an invoice follows from its contract and its period, and from nothing else', () => {
  expect(HEADER.id).toBe(usageInvoiceId('contract', at('2024-09-01')))
  expect(HEADER.id).not.toBe(usageInvoiceId('contract', at('2024-10-01')))
  expect(HEADER.id).not.toBe(usageInvoiceId('other', at('2024-09-01')))
  expect(HEADER.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/)
})

test('T9: an invoice is issued 24 hours after its period, and says so while it is a draft', () => {
  expect(HEADER.status).toBe('DRAFT')
  expect(HEADER.issuedAt).toBe(at('2024-10-02'))
})

test('without a rate card the statement is empty, in US dollars, and totals 0', () => {
  expect(draftUsageInvoice(HEADER, null, [], at('2024-09-10'))).toMatchObject({
    creditTypeId: USD.id,
    total: '0',
    lines: [],
    derivation: { cut: null, rateSequence: 0, unbilled: [] },
  })
})

test('finalizing keeps everything, the id included, and sets when', () => {
  const draft = draftUsageInvoice(HEADER, null, [], at('2024-09-10'))
  const now = at('2024-10-02') + 1_234
  expect(finalizeInvoice(draft, now)).toEqual({ ...draft, status: 'FINALIZED', finalizedAt: now })
})

test('nothing is finalized before its grace ends, or twice', () => {
  const draft = draftUsageInvoice(HEADER, null, [], at('2024-09-10'))
  expect(() => finalizeInvoice(draft, at('2024-10-02') - 1)).toThrow('before its grace ends')
  const final = finalizeInvoice(draft, at('2024-10-02'))
  expect(() => finalizeInvoice(final, at('2024-10-03'))).toThrow('must be a draft')
})

test('an invoice whose lines do not add up is never finalized', () => {
  const draft = { ...draftUsageInvoice(HEADER, null, [], at('2024-09-10')), total: '1' }
  expect(() => finalizeInvoice(draft, at('2024-10-02'))).toThrow('must add up')
})
