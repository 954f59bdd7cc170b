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
