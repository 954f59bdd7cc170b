import { expect, test } from 'vitest'
import { checkFields, checkState, namedProducts } from '../../../src/core/catalog/check-product.ts'
import type { Product, ProductChanges, ProductState } from '../../../src/core/catalog/product.ts'
import { metric, product } from '../../support/terms.ts'

const KEY = ['region']
const CONVERSION = { factor: '60', operation: 'DIVIDE' } as const

test.for([
  ['FIXED', { billableMetricId: 'm' }, 'billable_metric_id: applies to USAGE products only'],
  ['COMPOSITE', { pricingGroupKey: KEY }, 'pricing_group_key: applies to USAGE products only'],
  [
    'FIXED',
    { presentationGroupKey: KEY },
    'presentation_group_key: applies to USAGE products only',
  ],
  [
    'SUBSCRIPTION',
    { quantityConversion: CONVERSION },
    'quantity_conversion: applies to USAGE products only',
  ],
  [
    'SUBSCRIPTION',
    { quantityRounding: { method: 'ROUND_UP', decimalPlaces: 0 } },
    'quantity_rounding: applies to USAGE products only',
  ],
  [
    'FIXED',
    { sqlBreakdownGranularity: 'HOUR' },
    'sql_breakdown_granularity: applies to USAGE products only',
  ],
  ['USAGE', { compositeTags: ['a'] }, 'composite_tags: applies to COMPOSITE products only'],
  [
    'USAGE',
    { compositeProductIds: ['p'] },
    'composite_product_ids: applies to COMPOSITE products only',
  ],
  ['USAGE', { compositeScope: 'CONTRACT' }, 'composite_scope: applies to COMPOSITE products only'],
  ['USAGE', { excludeFreeUsage: false }, 'exclude_free_usage: applies to COMPOSITE products only'],
  [
    'FIXED',
    { includeCompositeSpend: true },
    'include_composite_spend: applies to COMPOSITE products only',
  ],
  [
    'FIXED',
    { netsuiteOverageItemId: '1' },
    'netsuite_overage_item_id: applies to USAGE and COMPOSITE products only',
  ],
  ['USAGE', { netsuiteOverageItemId: '1' }, null],
  ['COMPOSITE', { compositeTags: ['a'], excludeFreeUsage: true }, null],
  ['PRO_SERVICE', { netsuiteInternalItemId: '1', isRefundable: false, tags: ['a'] }, null],
  ['FIXED', { pricingGroupKey: [], compositeTags: [], quantityConversion: null }, null],
  ['USAGE', { quantityConversion: CONVERSION }, null],
  [
    'USAGE',
    { quantityConversion: { factor: '0', operation: 'MULTIPLY' } },
    'quantity_conversion.conversion_factor: expected a number greater than 0',
  ],
  [
    'USAGE',
    { quantityConversion: { factor: '-1', operation: 'MULTIPLY' } },
    'quantity_conversion.conversion_factor: expected a number greater than 0',
  ],
] as const)('a product has the fields of its type: %s %j', ([type, given, message]) => {
  const checked = checkFields(type, structuredClone(given) as ProductChanges)
  expect(checked.ok ? null : checked.error.message).toBe(message)
})

function composite(id: string, state: Partial<ProductState>, members: Partial<Product> = {}) {
  return product({
    id,
    type: 'COMPOSITE',
    state: { billableMetricId: undefined, ...state },
    ...members,
  })
}

const OTHERS = [
  product({ id: 'usage' }),
  product({ id: 'seats', type: 'SUBSCRIPTION' }),
  product({ id: 'fee', type: 'FIXED' }),
  composite('platform', { compositeProductIds: ['usage'] }),
  composite('support', { compositeProductIds: ['platform'], includeCompositeSpend: true }),
  // A product that was named only later counts, too.
  composite(
    'loop',
    { compositeTags: ['x'] },
    {
      updates: [{ startingAt: 1, compositeProductIds: ['self'], createdAt: 0, createdBy: '' }],
    },
  ),
  composite('outer', { compositeProductIds: ['support', 'loop'] }),
]

function refusalOf(state: Partial<ProductState>): string | null {
  const checked = checkState(
    { id: 'self', type: 'COMPOSITE' },
    { name: 'Support', tags: [], ...state },
    { metrics: new Map(), products: new Map(OTHERS.map((other) => [other.id, other])) },
  )
  return checked.ok ? null : `${checked.error.code}: ${checked.error.message}`
}

test('a composite names products that have charges of their own, or tags', () => {
  expect(refusalOf({ compositeTags: ['ai'] })).toBeNull()
  expect(refusalOf({ compositeProductIds: ['usage', 'seats'] })).toBeNull()
  expect(refusalOf({})).toBe(
    'invalid: composite_product_ids, composite_tags: at least one of them is required for COMPOSITE products',
  )
  expect(refusalOf({ compositeProductIds: ['usage', 'none'] })).toBe(
    'not_found: composite_product_ids[1]: no product none',
  )
  expect(refusalOf({ compositeProductIds: ['fee'] })).toBe(
    'invalid: composite_product_ids[0]: expected a USAGE, SUBSCRIPTION or COMPOSITE product; fee is FIXED',
  )
})

test('a composite counts other composites only where it says so, and never itself', () => {
  const both = (id: string) => refusalOf({ compositeProductIds: [id], includeCompositeSpend: true })
  expect(refusalOf({ compositeProductIds: ['platform'] })).toBe(
    'invalid: composite_product_ids[0]: platform is a COMPOSITE product, whose spend counts only with include_composite_spend',
  )
  expect(both('platform')).toBeNull()
  expect(both('support')).toBeNull()
  expect(both('self')).toBe('invalid: composite_product_ids[0]: a product is no part of itself')
  expect(both('outer')).toBe(
    'invalid: composite_product_ids[0]: outer is itself a share of this product',
  )
})

test("usage is kept by the product's keys; other types have nothing to keep", () => {
  const references = { metrics: new Map([['metric', metric()]]), products: new Map() }
  const state = { name: 'x', tags: [], billableMetricId: 'metric', pricingGroupKey: ['model'] }
  const usage = checkState({ id: 'p', type: 'USAGE' }, state, references)
  expect(usage).toMatchObject({
    error: {
      message:
        'pricing_group_key: the metric "Calls" declares no group key ["model"]; it declares none',
    },
  })
  expect(checkState({ id: 'p', type: 'FIXED' }, { name: 'x', tags: [] }, references)).toEqual({
    ok: true,
    value: null,
  })
})

test('the products of a composite are all that it names at any time', () => {
  const updates = [
    { startingAt: 1, compositeProductIds: ['b', 'a'], createdAt: 0, createdBy: '' },
    { startingAt: 2, name: 'x', createdAt: 0, createdBy: '' },
  ]
  expect(namedProducts(composite('c', { compositeProductIds: ['a'] }, { updates }))).toEqual([
    'a',
    'b',
  ])
})
