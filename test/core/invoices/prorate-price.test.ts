import { expect, test } from 'vitest'
import type { SubscriptionDerivation } from '../../../src/core/invoices/invoice.ts'
import { proratePrice } from '../../../src/core/invoices/prorate-price.ts'
import { percentage } from '../../support/drafts.ts'
import { tiered } from '../../support/rate-events.ts'
import { at } from '../../support/terms.ts'

function prorate(price: Parameters<typeof proratePrice>[0], isProrated = true) {
  const whole = { startingAt: at('2026-04-01'), endingBefore: at('2026-05-01') }
  const rounding = { method: 'HALF_UP' as const, decimalPlaces: 0 }
  const derivation = { billingPeriod: whole, rounding } as SubscriptionDerivation
  return proratePrice(price, { isProrated, ...whole, startingAt: at('2026-04-21'), derivation })
}

test('a price of a period is prorated by time and rounded, step by step', () => {
  const flat = { rateType: 'FLAT' as const, price: '1000' }
  expect(prorate(flat)).toEqual({ rateType: 'FLAT', price: '333' })
  expect(prorate(tiered('5@300 @29'))).toEqual(tiered('5@100 @10'))
})

test('what is not prorated, or no price of a period, stays as it is', () => {
  expect(prorate({ rateType: 'FLAT', price: '1000' }, false)).toMatchObject({ price: '1000' })
  expect(prorate(percentage('0.1'))).toEqual(percentage('0.1'))
})
