import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { selectInvoices, type InvoiceQuery } from '../../../src/core/invoices/invoice-query.ts'
import type { InvoiceSummary } from '../../../src/core/invoices/invoice.ts'
import { at } from '../../support/terms.ts'

function invoice(id: string, options: Partial<InvoiceSummary> = {}): InvoiceSummary {
  return {
    id,
    contractId: 'contract',
    type: 'USAGE',
    status: 'FINALIZED',
    startingAt: at('2026-03-01'),
    endingBefore: at('2026-04-01'),
    issuedAt: at('2026-04-02'),
    creditTypeId: 'usd',
    ...options,
  }
}

function select(invoices: InvoiceSummary[], query: Partial<InvoiceQuery>): string[] {
  const whole: InvoiceQuery = { sort: 'date_asc', limit: 100, after: null, ...query }
  return selectInvoices(invoices, whole).map(({ id }) => id)
}

test('without filters, everything comes by date of issue, ids deciding ties', () => {
  const invoices = [
    invoice('c', { issuedAt: at('2026-05-02') }),
    invoice('b', { status: 'VOID' }),
    invoice('a', { status: 'DRAFT' }),
  ]
  expect(select(invoices, {})).toEqual(['a', 'b', 'c'])
  expect(select(invoices, { sort: 'date_desc' })).toEqual(['c', 'b', 'a'])
})

test.each([
  [{ status: 'DRAFT' }, ['d']],
  [{ type: 'SCHEDULED' }, []],
  [{ contractId: 'other' }, ['o']],
  [{ creditTypeId: 'eur' }, ['e']],
] as const)('a filter leaves what it names: %j', (query, expected) => {
  const invoices = [
    invoice('d', { status: 'DRAFT' }),
    invoice('o', { contractId: 'other' }),
    invoice('e', { creditTypeId: 'eur' }),
  ]
  expect(select(invoices, query)).toEqual(expected)
})

test('starting_on takes periods that start at it or later, ending_before those that end before it', () => {
  const invoices = [
    invoice('feb', { startingAt: at('2026-02-01'), endingBefore: at('2026-03-01') }),
    invoice('mar'),
  ]
  expect(select(invoices, { startingOn: at('2026-03-01') })).toEqual(['mar'])
  expect(select(invoices, { startingOn: at('2026-03-01') + 1 })).toEqual([])
  expect(select(invoices, { endingBefore: at('2026-04-01') })).toEqual(['feb'])
  expect(select(invoices, { endingBefore: at('2026-04-01') + 1 })).toEqual(['feb', 'mar'])
})

test('pages of any size, one after the other, give each invoice once and in order', () => {
  const anyInvoices = fc
    .uniqueArray(fc.tuple(fc.string({ maxLength: 3 }), fc.nat(3)), { selector: ([id]) => id })
    .map((pairs) => pairs.map(([id, issuedAt]) => invoice(id, { issuedAt })))
  const anySort = fc.constantFrom('date_asc', 'date_desc')
  fc.assert(
    fc.property(anyInvoices, fc.integer({ min: 1, max: 4 }), anySort, (invoices, limit, sort) => {
      const found: InvoiceSummary[] = []
      let page: InvoiceSummary[]
      do {
        const after = found.at(-1) ?? null
        page = selectInvoices(invoices, { sort, limit, after })
        found.push(...page)
      } while (page.length === limit)
      expect(found.map(({ id }) => id)).toEqual(select(invoices, { sort }))
      expect(found.length).toBe(invoices.length)
    }),
  )
})
