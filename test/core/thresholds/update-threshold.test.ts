import { expect, test } from 'vitest'
import {
  updatePrepaidThreshold,
  updateSpendThreshold,
} from '../../../src/core/thresholds/update-threshold.ts'
import { prepaidThreshold, spendThreshold } from '../../support/thresholds.ts'

test('an update of nothing changes nothing', () => {
  const discount = { paymentFraction: '0.9', cap: { spendTrackerAlias: 'a', amount: '1' } }
  const commit = { productId: 'top-up', priority: '7', name: 'Refill', description: 'Automatic' }
  const spend = spendThreshold({ discount, commit })
  expect(updateSpendThreshold(spend, {})).toEqual(spend)
  const prepaid = prepaidThreshold({
    discount,
    customCreditTypeId: 'token',
    commit: { ...commit, applicability: { productTags: ['ai'] } },
    balanceSpecifiers: [{ exclude: [] }],
  })
  expect(updatePrepaidThreshold(prepaid, {})).toEqual(prepaid)
})

test('null takes away what is there, and the priority goes back to 100', () => {
  const prepaid = prepaidThreshold({
    discount: { paymentFraction: '0.9' },
    customCreditTypeId: 'token',
    commit: { productId: 'top-up', priority: '7', applicability: { productIds: ['a'] } },
    balanceSpecifiers: [{ exclude: [] }],
  })
  const updated = updatePrepaidThreshold(prepaid, {
    discount: null,
    customCreditTypeId: null,
    commit: { priority: null, productIds: null, specifiers: [{ productId: 'b' }] },
    balanceSpecifiers: null,
  })
  expect(updated).toEqual(
    prepaidThreshold({
      commit: {
        productId: 'top-up',
        priority: '100',
        applicability: { specifiers: [{ productId: 'b' }] },
      },
    }),
  )
})

test('the cap of a discount is taken away alone, and the discount with its fraction', () => {
  const cap = { spendTrackerAlias: 'a', amount: '1' }
  const discounted = spendThreshold({ discount: { paymentFraction: '0.9', cap } })
  const after = (discount: Parameters<typeof updateSpendThreshold>[1]['discount']) =>
    updateSpendThreshold(discounted, { discount }).discount
  expect(after({ cap: null })).toEqual({ paymentFraction: '0.9' })
  expect(after({ paymentFraction: '0.8' })).toEqual({ paymentFraction: '0.8', cap })
  expect(after({ paymentFraction: null })).toBeUndefined()
  expect(updateSpendThreshold(spendThreshold(), { discount: { cap } }).discount).toEqual({
    paymentFraction: '1',
    cap,
  })
})
