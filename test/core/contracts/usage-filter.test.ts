import { expect, test } from 'vitest'
import {
  addUsageFilter,
  checkUsageFilter,
  usageFilterAt,
} from '../../../src/core/contracts/usage-filter.ts'
import { at, metric, product, rateCard } from '../../support/terms.ts'

function filter(startingAt: string, value = 'a') {
  return { groupKey: 'org', groupValues: [value], startingAt: at(startingAt) }
}

test('filters stay in the order of time, and one replaces another of the same instant', () => {
  const [march, april, again] = [
    filter('2026-03-01'),
    filter('2026-04-01'),
    filter('2026-03-01', 'b'),
  ]
  expect(addUsageFilter([april], march)).toEqual([march, april])
  expect(addUsageFilter([march, april], again)).toEqual([again, april])
})

test('the filter in force is the last one that has started', () => {
  const filters = [filter('2026-03-01', 'a'), filter('2026-04-01', 'b')]
  expect(usageFilterAt(filters, at('2026-03-01') - 1)).toBeNull()
  expect(usageFilterAt(filters, at('2026-03-01'))).toBe(filters[0])
  expect(usageFilterAt(filters, at('2026-04-01'))).toBe(filters[1])
})

test("a streaming metric declares the filter's property together with the product's keys", () => {
  const check = (groupKeys: string[][]) =>
    checkUsageFilter(
      filter('2026-03-01'),
      {
        rateCard: rateCard(),
        products: [product({ state: { pricingGroupKey: ['model'] } })],
        metrics: [metric({ groupKeys })],
      },
      'usage_filter.group_key',
    )
  expect(check([['org', 'model']])).toEqual({ ok: true, value: null })
  expect(check([['org'], ['model']])).toEqual({
    ok: false,
    error: {
      code: 'invalid',
      message:
        'usage_filter.group_key: the metric "Calls" of the product "API calls" declares no group key ["model","org"]',
    },
  })
})

test('without a card, or products that measure anything, every property will do', () => {
  expect(checkUsageFilter(filter('2026-03-01'), null, 'f').ok).toBe(true)
  const fixed = product({ type: 'FIXED', initial: { name: 'Fee', tags: [] } })
  const card = { rateCard: rateCard(), products: [fixed], metrics: [] }
  expect(checkUsageFilter(filter('2026-03-01'), card, 'f').ok).toBe(true)
})
