import { expect, test } from 'vitest'
import { groupKeyOf, productAt, type Product } from '../../../src/core/catalog/product.ts'

const INITIAL = { name: 'Calls', tags: ['a'], billableMetricId: 'm1', pricingGroupKey: ['model'] }
const by = { createdAt: 0, createdBy: 'ops' }

function product(updates: Product['updates']): Product {
  const times = { ...by, archivedAt: null }
  return { id: 'p1', type: 'USAGE', initial: INITIAL, updates, customFields: {}, ...times }
}

test('a change takes effect at its start and keeps what it leaves out', () => {
  const changed = product([{ ...by, startingAt: 100, name: 'Requests', tags: [] }])
  expect(productAt(changed, 99)).toEqual(INITIAL)
  expect(productAt(changed, 100)).toEqual({ ...INITIAL, name: 'Requests', tags: [] })
})

test('of changes in force the last one of the list wins, member by member', () => {
  const changed = product([
    { ...by, startingAt: 100, name: 'One', billableMetricId: 'm2' },
    { ...by, startingAt: 200, name: 'Two' },
    { ...by, startingAt: 300, name: 'Three' },
  ])
  expect(productAt(changed, 250)).toEqual({ ...INITIAL, name: 'Two', billableMetricId: 'm2' })
  expect(changed.initial).toEqual(INITIAL)
})

test('usage is grouped by the pricing key, then the presentation key, each property once', () => {
  const state = { name: 'x', tags: [] }
  expect(groupKeyOf(state)).toEqual([])
  expect(groupKeyOf({ ...state, presentationGroupKey: ['user'] })).toEqual(['user'])
  expect(
    groupKeyOf({
      ...state,
      pricingGroupKey: ['model', 'region'],
      presentationGroupKey: ['user', 'model'],
    }),
  ).toEqual(['model', 'region', 'user'])
})
