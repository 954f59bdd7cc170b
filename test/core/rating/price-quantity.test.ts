import { expect, test } from 'vitest'
import type { Price } from '../../../src/core/catalog/price.ts'
import { Decimal, toText, ZERO } from '../../../src/core/decimal.ts'
import { priceQuantity } from '../../../src/core/rating/price-quantity.ts'
import { tiered } from '../../support/rate-events.ts'

function price(how: string | Price, quantity: string) {
  const of: Price = typeof how === 'string' ? { rateType: 'FLAT', price: how } : how
  const pricing = priceQuantity(of, ZERO, new Decimal(quantity))
  if ('unpriceable' in pricing) return pricing.unpriceable
  return pricing.parts.map((part) =>
    [part.quantity, part.unitPrice, part.total].map(toText).join(' '),
  )
}

test('a flat price makes one part of any quantity', () => {
  expect(price('12.5', '8')).toEqual(['8 12.5 100'])
})

test('a negative quantity is credited and a zero price is free', () => {
  expect(price('0.3', '-7')).toEqual(['-7 0.3 -2.1'])
  expect(price('0', '123456789')).toEqual(['123456789 0 0'])
})

test('a ladder makes a part of each step that the quantity reaches', () => {
  expect(price(tiered('5@0 5@100 @150'), '12')).toEqual(['5 0 0', '5 100 500', '2 150 300'])
})

test('prices that are not for usage charge nothing, and say why', () => {
  expect(price({ rateType: 'CUSTOM', customRate: '{}' }, '1')).toBe('custom_price')
  const percentage: Price = { rateType: 'PERCENTAGE', price: '0.1', minimum: null }
  expect(price(percentage, '1')).toBe('not_a_usage_price')
  const tiers = [{ size: null, price: '0.1' }]
  expect(price({ rateType: 'TIERED_PERCENTAGE', tiers, minimum: null }, '1')).toBe(
    'not_a_usage_price',
  )
  expect(
    price({ rateType: 'SUBSCRIPTION', price: '5', quantity: '1', isProrated: true }, '1'),
  ).toBe('not_a_usage_price')
})
