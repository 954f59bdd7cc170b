import { expect, test } from 'vitest'
import {
  createProduct,
  type NewProductReferences,
  type ProductInput,
} from '../../../src/core/catalog/create-product.ts'

const NOW = Date.UTC(2026, 2, 10)

function input(members: Partial<ProductInput> = {}): ProductInput {
  return {
    id: 'p1',
    type: 'USAGE',
    name: 'Tokens',
    tags: [],
    billableMetricId: 'm1',
    customFields: {},
    createdBy: 'ops',
    ...members,
  }
}

function metric(groupKeys: string[][] = [], isArchived = false): NewProductReferences {
  const definition = {
    id: 'm1',
    name: 'Tokens used',
    aggregationType: 'COUNT' as const,
    propertyFilters: [],
    groupKeys,
  }
  return {
    metrics: new Map([['m1', definition]]),
    archivedMetricIds: new Set(isArchived ? ['m1'] : []),
    products: new Map(),
  }
}

const NOTHING = { metrics: new Map(), archivedMetricIds: new Set<string>(), products: new Map() }

function refusalOf(product: ProductInput, of: NewProductReferences = NOTHING): string | null {
  const created = createProduct(product, of, NOW)
  return created.ok ? null : `${created.error.code}: ${created.error.message}`
}

test('a usage product starts with what was asked for, and an empty group key is none', () => {
  const asked = input({ tags: ['ai'], pricingGroupKey: ['model'], presentationGroupKey: [] })
  expect(createProduct(asked, metric([['model']]), NOW)).toEqual({
    ok: true,
    value: {
      id: 'p1',
      type: 'USAGE',
      initial: {
        name: 'Tokens',
        tags: ['ai'],
        billableMetricId: 'm1',
        pricingGroupKey: ['model'],
        presentationGroupKey: undefined,
      },
      updates: [],
      customFields: {},
      createdAt: NOW,
      createdBy: 'ops',
      archivedAt: null,
    },
  })
})

test('usage products need a metric that exists and is not archived', () => {
  expect(refusalOf(input({ billableMetricId: undefined }))).toBe(
    'invalid: billable_metric_id: required for USAGE products',
  )
  expect(refusalOf(input())).toBe('not_found: billable_metric_id: no billable metric m1')
  expect(refusalOf(input(), metric([], true))).toBe(
    'invalid: billable_metric_id: billable metric m1 is archived and takes no new products',
  )
})

test('products of the other types need no metric, and have none', () => {
  for (const type of ['SUBSCRIPTION', 'FIXED', 'PRO_SERVICE'] as const) {
    const asked = input({ type, billableMetricId: undefined, pricingGroupKey: [] })
    expect(createProduct(asked, NOTHING, NOW)).toMatchObject({
      ok: true,
      value: { type, initial: { name: 'Tokens', tags: [] } },
    })
    expect(refusalOf(input({ type }), metric())).toBe(
      'invalid: billable_metric_id: applies to USAGE products only',
    )
  }
})

test('pricing and presentation keys together must be one declared group key, in any order (GK-10, GK-12)', () => {
  const asked = input({ pricingGroupKey: ['region', 'model'], presentationGroupKey: ['user'] })
  expect(refusalOf(asked, metric([['model'], ['user', 'model', 'region']]))).toBe(null)
  expect(refusalOf(asked, metric([['model', 'region'], ['user']]))).toBe(
    'invalid: pricing_group_key, presentation_group_key: the metric "Tokens used" declares no group key ["region","model","user"]; it declares ["model","region"], ["user"]',
  )
})

test('a larger declared group key does not do', () => {
  expect(refusalOf(input({ pricingGroupKey: ['model'] }), metric([['model', 'region']]))).toBe(
    'invalid: pricing_group_key: the metric "Tokens used" declares no group key ["model"]; it declares ["model","region"]',
  )
  expect(refusalOf(input({ presentationGroupKey: ['model'] }), metric())).toBe(
    'invalid: presentation_group_key: the metric "Tokens used" declares no group key ["model"]; it declares none',
  )
})

test('a property may be both pricing and presentation key', () => {
  const asked = input({ pricingGroupKey: ['model'], presentationGroupKey: ['model'] })
  expect(refusalOf(asked, metric([['model']]))).toBe(null)
})
