import type { Rate } from '../catalog/rate.ts'
import type { Decimal } from '../decimal.ts'
import { assert } from '../result.ts'
import { priceFlat } from './models/flat.ts'

/** A part of a quantity that has one unit price. `total` is exactly `quantity × unitPrice`. */
export interface PricedQuantity {
  quantity: Decimal
  unitPrice: Decimal
  total: Decimal
}

/** Prices a quantity at a rate; the parts add up to the quantity, and each becomes a line. */
export function priceQuantity(rate: Rate, quantity: Decimal): PricedQuantity[] {
  const { price } = rate
  assert(price.rateType === 'FLAT', `a price of type ${price.rateType} cannot be charged so far`)
  return [priceFlat(price, quantity)]
}
