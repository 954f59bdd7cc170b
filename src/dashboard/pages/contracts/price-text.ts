import type { ContractRate } from '../../api/answers.ts'
import { decimalText, groupDigits, shiftDecimal, type Numeric } from '../../format/decimal-text.ts'
import { moneyText, type Unit } from '../../format/money.ts'

/** A price as rates and overrides are answered with it. */
export type PriceShown = Pick<
  ContractRate['list_rate'],
  'rate_type' | 'price' | 'tiers' | 'quantity' | 'minimum_config'
>

/** A price in one line: every tier of it, with all its digits. */
export function priceText(price: PriceShown, unit: Unit): string {
  const { rate_type: type, tiers, minimum_config: minimum } = price
  const isShare = type === 'PERCENTAGE' || type === 'TIERED_PERCENTAGE'
  const one = (value: Numeric) => (isShare ? percentText(value) : moneyText(value, unit))
  const least = minimum === undefined ? '' : `, at least ${moneyText(minimum.minimum, unit)}`
  if (type === 'CUSTOM') return 'By its own calculation'
  if (tiers !== undefined && tiers.length > 0) return tiersText(tiers, one) + least
  const text = one(price.price ?? 0) + (isShare ? ' of the spend' : '') + least
  const quantity = decimalText(price.quantity ?? 1)
  return quantity === '1' ? text : `${groupDigits(quantity)} × ${text}`
}

/** `20%`, from a fraction. */
export function percentText(fraction: Numeric): string {
  return `${groupDigits(shiftDecimal(decimalText(fraction), -2))}%`
}

function tiersText(
  tiers: NonNullable<PriceShown['tiers']>,
  one: (value: Numeric) => string,
): string {
  const parts = tiers.map(({ size, price }, i) => {
    const text = one(price)
    if (size === undefined) return tiers.length === 1 ? text : `then ${text}`
    return `${i === 0 ? 'first' : 'next'} ${groupDigits(decimalText(size))} at ${text}`
  })
  return parts.join(', ')
}
