import { expect, test } from 'vitest'
import { rateKeyOf } from '../../../src/core/catalog/rate.ts'

test('entries are for the same when product, values and frequency are', () => {
  const rate = { productId: 'p1', pricingGroupValues: null, billingFrequency: null }
  expect(rateKeyOf(rate)).toEqual({ productId: 'p1', values: '', frequency: '' })
  expect(
    rateKeyOf({ ...rate, pricingGroupValues: { a: 'x' }, billingFrequency: 'WEEKLY' }),
  ).toEqual({ productId: 'p1', values: '{"a":"x"}', frequency: 'WEEKLY' })
})
