import { expect, test } from 'vitest'
import { productAt, type Product } from '../../../src/core/catalog/product.ts'
import { updateProduct, type ProductChange } from '../../../src/core/catalog/update-product.ts'
import { sqlMetric } from '../../support/sql-metric.ts'
import { at, metric, product } from '../../support/terms.ts'

const NOW = at('2026-03-10')
const METRICS = new Map(
  [
    metric({ groupKeys: [['region']] }),
    sqlMetric('SELECT COUNT(*) AS value, properties.zone FROM events GROUP BY zone', 'sql'),
  ].map((each) => [each.id, each]),
)

const OTHER = product({ id: 'other' })
const PRODUCTS = new Map([[OTHER.id, OTHER]])

function change(members: Partial<ProductChange>, of: Product = product()) {
  const input = { startingAt: at('2026-03-16'), createdBy: 'ops', ...members }
  return updateProduct(of, input, { metrics: METRICS, products: PRODUCTS }, NOW)
}

function refusalOf(members: Partial<ProductChange>, of?: Product): string | null {
  const changed = change(members, of)
  return changed.ok ? null : `${changed.error.code}: ${changed.error.message}`
}

test('a change takes effect at its hour, and what it omits stays', () => {
  const changed = change({ name: 'Requests' })
  expect(changed).toEqual({
    ok: true,
    value: [{ name: 'Requests', startingAt: at('2026-03-16'), createdAt: NOW, createdBy: 'ops' }],
  })
  const after = { ...product(), updates: changed.ok ? changed.value : [] }
  expect(productAt(after, at('2026-03-15T23')).name).toBe('API calls')
  expect(productAt(after, at('2026-03-16'))).toEqual({
    name: 'Requests',
    tags: [],
    billableMetricId: 'metric',
  })
})

test('updates are kept in the order in which they take effect; the past may change, too', () => {
  const later = { startingAt: at('2026-05-01'), name: 'May', createdAt: 0, createdBy: 'test' }
  const changed = change(
    { startingAt: at('2026-01-01'), name: 'January' },
    product({ updates: [later] }),
  )
  expect(changed.ok && changed.value.map(({ name }) => name)).toEqual(['January', 'May'])
})

test('what cannot be changed is refused, with the name of the field', () => {
  expect(refusalOf({ startingAt: at('2026-03-16') + 1 })).toMatch(/^invalid: starting_at: /)
  expect(refusalOf({})).toMatch(/^invalid: product_id: expected something to change/)
  expect(refusalOf({ name: 'x' }, product({ archivedAt: 1 }))).toMatch(/^invalid: product_id: /)
  expect(refusalOf({ billableMetricId: 'none' })).toBe(
    'not_found: billable_metric_id: no billable metric none',
  )
  expect(refusalOf({ pricingGroupKey: ['region'] }, product({ type: 'FIXED' }))).toBe(
    'invalid: pricing_group_key: applies to USAGE products only',
  )
})

test('the group keys must be those of the metric, now and at every later change', () => {
  expect(refusalOf({ pricingGroupKey: ['region'] })).toBeNull()
  expect(refusalOf({ pricingGroupKey: ['zone'] })).toMatch(/declares no group key \["zone"\]/)
  expect(refusalOf({ billableMetricId: 'sql', presentationGroupKey: ['zone'] })).toBeNull()
  expect(refusalOf({ billableMetricId: 'sql', presentationGroupKey: ['city'] })).toBe(
    'invalid: presentation_group_key: the result of the metric "Metric" has no column city; besides the quantity it has zone',
  )
  const keyed = { startingAt: at('2026-04-01'), pricingGroupKey: ['region'], createdAt: 0 }
  const of = product({ updates: [{ ...keyed, createdBy: 'test' }] })
  expect(refusalOf({ billableMetricId: 'sql' }, of)).toMatch(/has no column region/)
})

test('an empty key takes the key away', () => {
  const of = product({ state: { pricingGroupKey: ['region'] } })
  expect(refusalOf({ billableMetricId: 'sql', pricingGroupKey: [] }, of)).toBeNull()
})

test('null takes a conversion or a rounding away; the next change may bring one back', () => {
  const conversion = { factor: '1024', operation: 'DIVIDE' as const }
  const rounding = { method: 'ROUND_UP' as const, decimalPlaces: 0 }
  const of = product({ state: { quantityConversion: conversion, quantityRounding: rounding } })
  const changed = change({ quantityConversion: null }, of)
  const after = { ...of, updates: changed.ok ? changed.value : [] }
  expect(productAt(after, at('2026-03-15T23')).quantityConversion).toEqual(conversion)
  expect(Object.keys(productAt(after, at('2026-03-16')))).not.toContain('quantityConversion')
  expect(productAt(after, at('2026-03-16')).quantityRounding).toEqual(rounding)
  const back = change({ startingAt: at('2026-04-01'), quantityConversion: conversion }, after)
  expect(
    productAt({ ...of, updates: back.ok ? back.value : [] }, at('2026-04-01')).quantityConversion,
  ).toEqual(conversion)
})

test('a composite keeps something to be a share of', () => {
  const of = product({
    type: 'COMPOSITE',
    state: { billableMetricId: undefined, compositeTags: ['ai'] },
  })
  expect(refusalOf({ compositeProductIds: ['other'], compositeTags: [] }, of)).toBeNull()
  expect(refusalOf({ compositeTags: [] }, of)).toBe(
    'invalid: composite_product_ids, composite_tags: at least one of them is required for COMPOSITE products',
  )
  expect(refusalOf({ compositeProductIds: ['product'] }, of)).toBe(
    'invalid: composite_product_ids[0]: a product is no part of itself',
  )
})
