import { expect, test } from 'vitest'
import { planUsage } from '../../../src/core/rating/plan-usage.ts'
import { at, catalog, metric, period, product, rate } from '../../support/terms.ts'

const MARCH = period('2026-03-01', '2026-04-01')

test('the windows of a query meet wherever a rate of its product starts or ends in the period', () => {
  const rates = [
    rate({ startingAt: at('2026-02-10') }),
    rate({ startingAt: at('2026-03-20'), endingBefore: at('2026-04-20') }),
    rate({ pricingGroupValues: { region: 'eu' }, endingBefore: at('2026-03-05T10') }),
    rate({ startingAt: at('2026-05-01') }),
  ]
  expect(planUsage(catalog({ rates }), MARCH).queries).toEqual([
    {
      metricId: 'metric',
      groupKey: null,
      boundaries: ['2026-03-01', '2026-03-05T10', '2026-03-20', '2026-04-01'].map(at),
    },
  ])
})

test('usage is asked for by the key as the metric declares it', () => {
  const grouped = product({
    state: { pricingGroupKey: ['region', 'tier'], presentationGroupKey: ['team', 'region'] },
  })
  const metrics = [metric({ groupKeys: [['region'], ['team', 'tier', 'region']] })]
  const terms = catalog({ products: [grouped], metrics, rates: [rate()] })
  expect(planUsage(terms, MARCH).queries[0]?.groupKey).toEqual(['team', 'tier', 'region'])
})

test('products that measure the same share one query with the windows of both', () => {
  const products = [product({ id: 'a' }), product({ id: 'b' })]
  const rates = [
    rate({ productId: 'a', startingAt: at('2026-03-10') }),
    rate({ productId: 'b', startingAt: at('2026-03-20') }),
  ]
  const plan = planUsage(catalog({ products, rates }), MARCH)
  expect(plan.queries.map(({ boundaries }) => boundaries)).toEqual([
    ['2026-03-01', '2026-03-10', '2026-03-20', '2026-04-01'].map(at),
  ])
  expect(plan.segments.map(({ product: { id }, sources }) => [id, sources[0]?.query])).toEqual([
    ['a', 0],
    ['b', 0],
  ])
})

test('a metric that is used from mid-period on is asked for from the start of the period', () => {
  const swapped = product({
    updates: [
      { startingAt: at('2026-03-16'), billableMetricId: 'new', createdAt: 0, createdBy: 'test' },
    ],
  })
  const metrics = [metric(), metric({ id: 'new' })]
  const plan = planUsage(catalog({ products: [swapped], metrics, rates: [rate()] }), MARCH)
  const boundaries = ['2026-03-01', '2026-03-16', '2026-04-01'].map(at)
  expect(plan.queries).toEqual([
    { metricId: 'metric', groupKey: null, boundaries },
    { metricId: 'new', groupKey: null, boundaries },
  ])
  expect(
    plan.segments.map(({ startMs, endMs, sources }) => [startMs, endMs, sources[0]?.query]),
  ).toEqual([
    [at('2026-03-01'), at('2026-03-16'), 0],
    [at('2026-03-16'), at('2026-04-01'), 1],
  ])
})

test('a product whose key its metric does not declare is a defect, not free of charge', () => {
  const terms = catalog({
    products: [product({ state: { pricingGroupKey: ['region'] } })],
    rates: [rate()],
  })
  expect(() => planUsage(terms, MARCH)).toThrow('metric metric must have the key region')
})
