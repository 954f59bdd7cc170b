import { expect, test } from 'vitest'
import { USD } from '../../src/core/currency.ts'
import { NUMBER_FORMATS } from '../../src/core/seller.ts'
import { invoiceNumber } from '../../src/documents/invoice/invoice-number.ts'
import {
  formatNumber,
  formatPercentage,
  moneyFormat,
} from '../../src/documents/invoice/number-format.ts'
import { printPeriod } from '../../src/documents/invoice/print-dates.ts'
import { CREDITS, EUR } from '../support/printed-invoices.ts'

const usd = moneyFormat(USD.id, new Map(), '1,234.56')
const eur = moneyFormat(EUR, new Map(), '1.234,56')

test('numbers have all their digits, in groups of three, as the seller writes them', () => {
  expect(NUMBER_FORMATS.map((format) => formatNumber('-1234567.0125', format))).toEqual([
    '−1,234,567.0125',
    '−1.234.567,0125',
    '−1\u00a0234\u00a0567,0125',
    '−1’234’567.0125',
  ])
  expect(formatNumber('123', '1,234.56')).toBe('123')
})

test('dollars are printed from cents, other currencies as they are, rounded half up', () => {
  expect(usd.amount('116146.4')).toEqual({ text: '1,161.46', exact: '1,161.464' })
  expect(usd.amount('116146')).toEqual({ text: '1,161.46' })
  expect(usd.amount('0.5')).toEqual({ text: '0.01', exact: '0.005' })
  expect(usd.amount('-0.5')).toEqual({ text: '−0.01', exact: '−0.005' })
  expect(usd.amount('-0.4')).toEqual({ text: '0.00', exact: '−0.004' })
  expect(eur.amount('1234567.8')).toEqual({ text: '1.234.567,80' })
})

test('prices have all the digits they have, and custom units are never rounded', () => {
  expect(usd.price('0.0000025')).toBe('0.000000025')
  expect(usd.price('1500')).toBe('15.00')
  expect(eur.price('0.0000025')).toBe('0,0000025')
  const credits = moneyFormat(CREDITS, new Map([[CREDITS, 'AI credits']]), '1,234.56')
  expect(credits.code).toBe('AI credits')
  expect(credits.amount('17670.12345')).toEqual({ text: '17,670.12345' })
  expect(formatPercentage('0.0425', '1.234,56')).toBe('4,25\u00a0%')
})

test('the number of an invoice is read from its id', () => {
  expect(invoiceNumber('00000000-0000-7000-8000-000000000000')).toBe('INV-00000-00000')
  expect(invoiceNumber('3b0f5f5c-6d3e-5c1a-9f0e-0a1b2c3d4e5f')).toBe('INV-7C7NY-Q3D7R')
})

test('periods are printed with their last day included', () => {
  const period = (from: string, to: string) => printPeriod(Date.parse(from), Date.parse(to))
  expect(period('2026-03-01', '2026-04-01')).toBe('1 – 31 March 2026')
  expect(period('2026-01-01', '2026-04-01')).toBe('1 January – 31 March 2026')
  expect(period('2025-12-15', '2026-01-15')).toBe('15 December 2025 – 14 January 2026')
  expect(period('2026-03-01', '2026-03-02')).toBe('1 March 2026')
  expect(period('2026-03-01T10:00Z', '2026-03-02')).toBe('1 March 2026, 10:00 UTC – 2 March 2026')
})
