import type { Rate } from '../../catalog/rate.ts'
import { Decimal } from '../../decimal.ts'
import type { PricedQuantity } from '../price-quantity.ts'

/** Every unit costs the same. */
export function priceFlat(rate: Rate, quantity: Decimal): PricedQuantity {
  const unitPrice = new Decimal(rate.price)
  return { quantity, unitPrice, total: quantity.times(unitPrice) }
}
