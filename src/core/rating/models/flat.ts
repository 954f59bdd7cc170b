import type { Price } from '../../catalog/price.ts'
import { Decimal } from '../../decimal.ts'
import type { PricedQuantity } from '../price-quantity.ts'

/** Every unit costs the same. */
export function priceFlat(
  { price }: Extract<Price, { rateType: 'FLAT' }>,
  quantity: Decimal,
): PricedQuantity {
  const unitPrice = new Decimal(price)
  return { quantity, unitPrice, total: quantity.times(unitPrice), tier: null }
}
