import { expect, test } from 'vitest'
import { Decimal, toText } from '../../../src/core/decimal.ts'
import { priceQuantity } from '../../../src/core/rating/price-quantity.ts'
import { rate } from '../../support/terms.ts'

function price(ratePrice: string, quantity: string): string[] {
  return priceQuantity(rate({ price: ratePrice }), new Decimal(quantity)).map((part) =>
    [part.quantity, part.unitPrice, part.total].map(toText).join(' '),
  )
}

test('a flat rate makes one part of any quantity, at its price', () => {
  expect(price('12.5', '8')).toEqual(['8 12.5 100'])
})

test('a negative quantity is credited and a zero price is free', () => {
  expect(price('0.3', '-7')).toEqual(['-7 0.3 -2.1'])
  expect(price('0', '123456789')).toEqual(['123456789 0 0'])
})
