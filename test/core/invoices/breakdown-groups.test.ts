import { expect, test } from 'vitest'
import type { Catalog } from '../../../src/core/catalog/catalog.ts'
import { regroupProducts, type SpendGrouping } from '../../../src/core/invoices/breakdown-groups.ts'
import type { Override } from '../../../src/core/contracts/override.ts'
import type { StreamingMetric } from '../../../src/core/metering/metric.ts'
import { catalog, metric, period, product, rate } from '../../support/terms.ts'

const MARCH = period('2026-03-01', '2026-04-01')
const STATE = { pricingGroupKey: ['model'], presentationGroupKey: ['team'] }
const KEYS = { groupKeys: [['model', 'team'], ['model', 'team', 'region'], ['region']] }

function card(options: Partial<StreamingMetric> = {}, rest: Partial<Catalog> = {}) {
  return catalog({
    products: [product({ state: STATE })],
    rates: [rate({ pricingGroupValues: { model: 'm' } })],
    metrics: [metric({ ...KEYS, ...options })],
    ...rest,
  })
}

/** The presentation key that the product is read by; or that its own stands, and why. */
function group(asked: Partial<SpendGrouping>, own = card(), overrides: Override[] = []) {
  const grouping = { groupFilters: {}, ...asked }
  const made = regroupProducts(own, { overrides }, MARCH, grouping)
  if (made.fixed.has('product')) return 'fixed'
  if (!made.regrouped.has('product')) return 'own'
  return made.catalog.products[0]!.initial.presentationGroupKey
}

test("a product is read by the metric's smallest key that has all that is asked for", () => {
  expect(group({})).toEqual(['team'])
  expect(group({ groupKeys: ['region'] })).toEqual(['team', 'region'])
  expect(group({ groupFilters: { region: ['eu'] } })).toEqual(['team', 'region'])
  expect(group({ groupKeys: [] })).toEqual(['team'])
  expect(group({ groupKeys: ['city'] })).toBe('own')
})

test('what a metric measures of fewer groups may be no sum: then its own keys stand', () => {
  const unique = card({ aggregationType: 'UNIQUE', aggregationKey: 'user' })
  expect(group({ groupKeys: ['region'] }, unique)).toBe('own')
  expect(group({ groupKeys: ['team', 'region'] }, unique)).toEqual(['team', 'region'])
  expect(group({ groupFilters: { region: ['eu'] } }, unique)).toEqual(['team', 'region'])
  expect(group({ groupFilters: { region: ['eu', 'us'] } }, unique)).toBe('own')
})

test('a product whose price depends on the grouping keeps its own', () => {
  const asked = { groupKeys: ['region'] }
  expect(group(asked, card({ aggregationType: 'MAX', aggregationKey: 'n' }))).toBe('fixed')
  const ladder = { rateType: 'TIERED' as const, tiers: [{ size: null, price: '1' }] }
  const tiered = rate({ pricingGroupValues: { model: 'm' }, price: ladder })
  expect(group(asked, card({}, { rates: [tiered] }))).toBe('fixed')
  const quantityRounding = { method: 'ROUND_UP' as const, decimalPlaces: 0 }
  const rounded = product({ state: { ...STATE, quantityRounding } })
  expect(group(asked, card({}, { products: [rounded] }))).toBe('fixed')
  const override: Override = {
    id: 'override',
    startingAt: MARCH.startMs,
    endingBefore: null,
    entitled: null,
    change: { type: 'MULTIPLIER', multiplier: '2', priority: null },
    specifiers: [{ presentationGroupValues: { team: 'red' } }],
    isCommitSpecific: false,
    target: 'LIST_RATE',
    createdAt: 0,
  }
  expect(group(asked, card(), [override])).toBe('fixed')
  expect(group(asked, card(), [{ ...override, specifiers: [], isCommitSpecific: true }])).toBe(
    'fixed',
  )
  expect(group(asked, card(), [{ ...override, specifiers: [] }])).toEqual(['team', 'region'])
})
