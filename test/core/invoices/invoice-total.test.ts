import { expect, test } from 'vitest'
import type { InvoiceLine } from '../../../src/core/invoices/invoice.ts'
import { invoiceTotal } from '../../../src/core/invoices/invoice-total.ts'

test('only lines in the currency of the invoice add up to its total', () => {
  const lines = [
    { creditTypeId: 'usd', total: '1.5' },
    { creditTypeId: 'credits', total: '450' },
    { creditTypeId: 'usd', total: '3500' },
  ] as InvoiceLine[]
  expect(invoiceTotal(lines, 'usd').toFixed()).toBe('3501.5')
  expect(invoiceTotal([], 'usd').toFixed()).toBe('0')
})
