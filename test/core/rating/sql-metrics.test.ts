import { expect, test } from 'vitest'
import type { Catalog } from '../../../src/core/catalog/catalog.ts'
import type { ProductState } from '../../../src/core/catalog/product.ts'
import { toText } from '../../../src/core/decimal.ts'
import { planUsage } from '../../../src/core/rating/plan-usage.ts'
import { rateUsage } from '../../../src/core/rating/rate-usage.ts'
import { usageIncrements } from '../../../src/core/rating/usage-increments.ts'
import { sqlMetric } from '../../support/sql-metric.ts'
import { at, catalog, period, product, rate } from '../../support/terms.ts'
import { answer, type TestEvent } from '../../support/usage.ts'

const MARCH = period('2026-03-01', '2026-04-01')

/** Charges and unbilled usage of March: days, values, `quantity × unit price`. */
function bill(terms: Catalog, events: TestEvent[]): { charges: string[]; unbilled: string[] } {
  const plan = planUsage(terms, MARCH)
  const { usage } = answer(plan.queries, terms.metrics, events)
  const increments = plan.queries.map((query, i) =>
    usageIncrements(
      terms.metrics.find(({ id }) => id === query.metricId)!,
      query,
      usage[i]!,
    ),
  )
  const { charges, unbilled } = rateUsage(terms, plan, increments)
  const days = ({ startMs, endMs }: { startMs: number; endMs: number }) =>
    [startMs, endMs].map((ms) => new Date(ms).getUTCDate()).join('..')
  const values = (of: (typeof unbilled)[number] | (typeof charges)[number]) =>
    JSON.stringify([
      ...Object.values(of.pricingGroupValues ?? {}),
      ...Object.values(of.presentationGroupValues ?? {}),
    ])
  return {
    charges: charges.map((charge) => {
      const sums = `${toText(charge.quantity)} × ${toText(charge.unitPrice)}`
      return `${days(charge)} ${values(charge)} ${sums}`
    }),
    unbilled: unbilled.map((item) => `${days(item)} ${values(item)} ${toText(item.quantity)}`),
  }
}

function use(day: number, n: number | string, properties: Record<string, string> = {}): TestEvent {
  const text = `2026-03-${String(day).padStart(2, '0')}T05`
  return { at: text, value: String(n), properties }
}

const SUM = sqlMetric('SELECT SUM(properties.value) AS value FROM events')
const RATES = [
  rate({ price: '2', startingAt: at('2026-01-01'), endingBefore: at('2026-03-10') }),
  rate({ price: '3', startingAt: at('2026-03-10') }),
]
const of = (state: Partial<ProductState>, updates: object[] = []) =>
  product({
    state,
    updates: updates.map((update) => ({ startingAt: 0, createdAt: 0, createdBy: '', ...update })),
  })

test('TV-19: by the hour at the rate then in force, or all of it in the last window', () => {
  const events = [use(1, 4), use(2, 6), use(3, 8)]
  const terms = (state: Partial<ProductState>) =>
    catalog({ products: [of(state)], rates: RATES, metrics: [SUM] })
  expect(bill(terms({ sqlBreakdownGranularity: 'HOUR' }), events).charges).toEqual([
    '1..10 [] 18 × 2',
    '10..1 [] 0 × 3',
  ])
  for (const state of [{}, { sqlBreakdownGranularity: 'SERVICE_PERIOD' as const }]) {
    const plan = planUsage(terms(state), MARCH)
    const { usage } = answer(plan.queries, [SUM], events)
    const increments = [usageIncrements(SUM, plan.queries[0]!, usage[0]!)]
    const { charges } = rateUsage(terms(state), plan, increments)
    const charge = charges.find(({ quantity }) => !quantity.isZero())!
    expect([toText(charge.quantity), toText(charge.total)]).toEqual(['18', '54'])
    expect(charge.increments).toMatchObject([{ startMs: at('2026-03-10'), endMs: MARCH.endMs }])
  }
})

test('SW-2: a metric that takes over adds what it grew by since then', () => {
  const average = sqlMetric('SELECT AVG(properties.value) AS value FROM events', 'average')
  const swap = [{ startingAt: at('2026-03-16'), billableMetricId: 'average' }]
  // SUM up to the 16th: 4 + 8. The average goes from 6 to 10: (4 + 8 + 18) / 3.
  const events = [use(1, 4), use(2, 8), use(20, 18)]
  const terms = (state: Partial<ProductState>) =>
    catalog({
      products: [of({ billableMetricId: 'metric', ...state }, swap)],
      rates: RATES,
      metrics: [SUM, average],
    })
  expect(bill(terms({ sqlBreakdownGranularity: 'HOUR' }), events).charges).toEqual([
    '1..10 [] 12 × 2',
    '10..16 [] 0 × 3',
    '16..1 [] 4 × 3',
  ])
  // Everything in the last window: 12 + 10 − 6.
  expect(bill(terms({}), events).charges).toEqual(['16..1 [] 16 × 3'])
})

test('a NULL in a pricing column has no rate, in a presentation column it is shown', () => {
  const metric = sqlMetric(
    'SELECT COUNT(*) AS value, properties.zone, properties.team FROM events GROUP BY zone, team',
  )
  const terms = (state: Partial<ProductState>) =>
    catalog({ products: [of(state)], rates: [rate({ price: '5' })], metrics: [metric] })
  const events = [use(1, 1, { zone: 'eu', team: 'a' }), use(2, 1, { zone: 'eu' }), use(3, 1)]
  expect(bill(terms({ pricingGroupKey: ['zone'] }), events)).toEqual({
    charges: ['1..1 ["eu"] 2 × 5'],
    unbilled: ['1..1 [null] 1'],
  })
  expect(
    bill(terms({ pricingGroupKey: ['zone'], presentationGroupKey: ['team'] }), events).charges,
  ).toEqual(['1..1 ["eu","a"] 1 × 5', '1..1 ["eu",null] 1 × 5'])
})

test('a product whose keys change together with its metric is charged by the last ones', () => {
  const byZone = sqlMetric(
    'SELECT COUNT(*) AS value, properties.zone FROM events GROUP BY zone',
    'by zone',
  )
  const swap = [
    { startingAt: at('2026-03-16'), billableMetricId: 'by zone', presentationGroupKey: ['zone'] },
  ]
  const terms = catalog({ products: [of({}, swap)], rates: [rate({})], metrics: [SUM, byZone] })
  expect(bill(terms, [use(1, 10), use(20, 1, { zone: 'eu' })]).charges).toEqual([
    '16..1 ["eu"] 1 × 1',
    '16..1 [null] 10 × 1',
  ])
})

test('TV25: 5, 10 and 15 by the hour at $10 and then $20 are $300; incurred at the end, $600', () => {
  const rates = [rate({ price: '1000' }), rate({ price: '2000', startingAt: at('2026-03-15') })]
  const events = [use(1, 5), use(2, 10), use(3, 15)]
  const billed = (sqlBreakdownGranularity: 'HOUR' | 'SERVICE_PERIOD') => {
    const products = [of({ sqlBreakdownGranularity })]
    return bill(catalog({ products, rates, metrics: [SUM] }), events).charges
  }
  expect(billed('HOUR')).toEqual(['1..15 [] 30 × 1000', '15..1 [] 0 × 2000'])
  expect(billed('SERVICE_PERIOD')).toEqual(['1..15 [] 0 × 1000', '15..1 [] 30 × 2000'])
})
