import { expect, test } from 'vitest'
import type { ResellerRoyalty, ResellerType } from '../../../src/core/contracts/reseller-royalty.ts'
import { invoiceRoyalty } from '../../../src/core/invoices/invoice-royalty.ts'
import { at, period } from '../../support/terms.ts'

const MARCH = period('2026-03-01', '2026-04-01')

/** With segments from a day to another each, whose fractions are 0.1, 0.2 and so on. */
const royalty = (type: ResellerType, ...spans: [string, string | null][]): ResellerRoyalty => ({
  type,
  segments: spans.map(([start, end], i) => ({
    fraction: `0.${i + 1}`,
    netsuiteResellerId: 'ns-1',
    applicableProductIds: ['product'],
    startingAt: at(start),
    endingBefore: end === null ? null : at(end),
    gcpOfferId: 'offer',
  })),
})
const fractionOf = (...royalties: ResellerRoyalty[]) => invoiceRoyalty(royalties, MARCH)?.fraction

test('an invoice has the royalty of its contract as it is last in the period', () => {
  const gcp = royalty('GCP', ['2026-01-01', '2026-03-10'], ['2026-03-10', null])
  expect(invoiceRoyalty([gcp], MARCH)).toEqual({
    type: 'GCP',
    netsuiteResellerId: 'ns-1',
    fraction: '0.2',
    gcpOfferId: 'offer',
  })
  expect(fractionOf(royalty('AWS', ['2026-01-01', '2026-03-10']))).toBe('0.1')
  expect(fractionOf(royalty('AWS', ['2026-01-01', null], ['2026-04-01', null]))).toBe('0.1')
})

test('a royalty that ends before the period, or starts after it, is none of its invoice', () => {
  expect(fractionOf()).toBeUndefined()
  expect(fractionOf(royalty('AWS', ['2026-01-01', '2026-03-01']))).toBeUndefined()
  expect(fractionOf(royalty('AWS', ['2026-04-01', null]))).toBeUndefined()
})

test('the royalty of the products goes before that of professional services', () => {
  const services = royalty('AWS_PRO_SERVICE', ['2026-01-01', null])
  const products = royalty('AWS', ['2026-01-01', '2026-02-01'], ['2026-02-01', null])
  expect(fractionOf(services, products)).toBe('0.2')
  expect(fractionOf(services)).toBe('0.1')
})
