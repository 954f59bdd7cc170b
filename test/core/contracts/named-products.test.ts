import { expect, test } from 'vitest'
import { namedProducts } from '../../../src/core/contracts/named-products.ts'

test('a product that two thresholds sell by is named once', () => {
  const commit = { productId: 'top-up', priority: '100' }
  const prepaid = { commit: { ...commit, applicability: {} } }
  expect(namedProducts({})).toEqual([])
  expect(namedProducts({ spendThreshold: { commit }, prepaidThreshold: prepaid })).toEqual([
    'top-up',
  ])
})

test('the products of charges, discounts, services and royalties are named', () => {
  const [a, b] = [{ productId: 'a' }, { productId: 'b' }]
  const named = {
    scheduledCharges: [a, b],
    discounts: [b],
    professionalServices: [{ productId: 'c' }],
  }
  const resellerRoyalties = [{ applicableProductIds: ['a', 'd'] }, {}]
  expect(namedProducts({ ...named, resellerRoyalties })).toEqual(['a', 'b', 'c', 'd'])
})
