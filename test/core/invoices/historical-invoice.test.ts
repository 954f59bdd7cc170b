import { expect, test } from 'vitest'
import {
  checkHistorical,
  type HistoricalInput,
} from '../../../src/core/invoices/historical-invoice.ts'
import type { InvoiceSummary } from '../../../src/core/invoices/invoice.ts'
import { usageInvoiceHeader } from '../../../src/core/invoices/usage-invoice.ts'
import { USD } from '../../../src/core/currency.ts'
import { at, contract, period } from '../../support/terms.ts'

const JANUARY = period('2026-01-01', '2026-02-01')

function input(changes: Partial<HistoricalInput> = {}): HistoricalInput {
  return {
    id: 'new',
    contractId: 'contract',
    creditTypeId: USD.id,
    ...JANUARY,
    issuedAt: at('2026-02-02'),
    lines: [{ ...JANUARY, productId: 'product', quantity: '3' }],
    customFields: {},
    field: 'invoices[0]',
    ...changes,
  }
}

function check(changes: Partial<HistoricalInput> = {}, others: InvoiceSummary[] = []) {
  const context = { currencyId: USD.id, others, now: at('2026-03-10') }
  const checked = checkHistorical(input(changes), contract(), context)
  return checked.ok ? 'ok' : checked.error.message
}

test('it is for whole statement periods that are over, within the contract', () => {
  expect(check()).toBe('ok')
  expect(check({ endMs: at('2026-03-01') })).toBe('ok')
  expect(check({ endMs: at('2026-01-20') })).toBe(
    'invoices[0].inclusive_start_date: expected whole statement periods; 2026-01-01T00:00:00.000Z to 2026-02-01T00:00:00.000Z is covered in part',
  )
  expect(check({ endMs: at('2026-04-01') })).toContain('expected a date that is past')
  expect(check({ startMs: at('2025-12-01') })).toContain('within the contract')
  expect(check({ issuedAt: at('2026-04-01') })).toContain('issue_date')
  expect(check({ issuedAt: at('2025-12-31') })).toContain('issue_date')
  expect(check({ creditTypeId: 'other' })).toContain('credit_type_id')
})

test('no other invoice that holds may be of the same time', () => {
  const other: InvoiceSummary = {
    ...usageInvoiceHeader({
      contract: contract(),
      customer: { customFields: {} },
      fiatCreditTypeId: USD.id,
      period: JANUARY,
      graceMs: 0,
    }),
    status: 'FINALIZED',
  }
  expect(check({}, [other])).toContain('is of the same time; void it first')
  expect(check({}, [{ ...other, status: 'VOID' }])).toBe('ok')
  expect(check({}, [{ ...other, contractId: 'another' }])).toBe('ok')
})

test('a line has a quantity or subtotals in order, which add up to it', () => {
  const line = { ...JANUARY, productId: 'product' }
  const day = (n: number, quantity: string) => ({
    ...period(`2026-01-0${n}`, `2026-01-0${n + 1}`),
    quantity,
  })
  const lineOf = (changes: object) =>
    check({ lines: [{ ...line, ...changes }], granularity: 'DAY' })
  expect(lineOf({})).toContain('usage_line_items[0].quantity: expected a quantity')
  expect(lineOf({ subtotals: [day(1, '2'), day(3, '1')] })).toBe('ok')
  expect(lineOf({ quantity: '3', subtotals: [day(1, '2'), day(3, '1')] })).toBe('ok')
  expect(lineOf({ quantity: '4', subtotals: [day(1, '2')] })).toContain('add up to')
  expect(lineOf({ subtotals: [day(3, '2'), day(1, '1')] })).toContain('subtotals_with_quantity[1]')
  expect(lineOf({ subtotals: [{ ...JANUARY, quantity: '1' }] })).toContain('breakdown_granularity')
  expect(lineOf({ quantity: '1', endMs: at('2026-02-02') })).toContain("within the invoice's")
})

test('what was used is not negative, at no time; in between it may fall', () => {
  const line = { ...JANUARY, productId: 'product' }
  const day = (n: number, quantity: string) => ({
    ...period(`2026-01-0${n}`, `2026-01-0${n + 1}`),
    quantity,
  })
  const lineOf = (changes: object) => check({ lines: [{ ...line, ...changes }] })
  expect(lineOf({ quantity: '-1' })).toBe(
    'invoices[0].usage_line_items[0].quantity: expected a quantity that is not negative; grant a credit instead',
  )
  expect(lineOf({ quantity: '0' })).toBe('ok')
  expect(lineOf({ subtotals: [day(1, '5'), day(2, '-5')] })).toBe('ok')
  expect(lineOf({ subtotals: [day(1, '5'), day(2, '-6'), day(3, '2')] })).toContain(
    'subtotals_with_quantity[1].quantity',
  )
})
