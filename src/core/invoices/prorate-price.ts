import type { Price } from '../catalog/price.ts'
import { Decimal, toText } from '../decimal.ts'
import type { SubscriptionLine } from './invoice.ts'
import { proratedUnitPrice } from './subscription-line.ts'

type ProratedLine = Pick<
  SubscriptionLine,
  'isProrated' | 'startingAt' | 'endingBefore' | 'derivation'
>

/** What a price of a subscription's whole period is for the part of it that a line charges. */
export function proratePrice(price: Price, line: ProratedLine): Price {
  if (!line.isProrated) return price
  const { billingPeriod, rounding } = line.derivation
  const part = { startMs: line.startingAt, endMs: line.endingBefore }
  const whole = { startMs: billingPeriod.startingAt, endMs: billingPeriod.endingBefore }
  const prorate = (text: string) =>
    toText(proratedUnitPrice(new Decimal(text), part, whole, rounding))
  // How many there are, the line says.
  if (price.rateType === 'SUBSCRIPTION') return { rateType: 'FLAT', price: prorate(price.price) }
  if (price.rateType === 'FLAT') return { ...price, price: prorate(price.price) }
  if (price.rateType !== 'TIERED') return price
  return { ...price, tiers: price.tiers.map((tier) => ({ ...tier, price: prorate(tier.price) })) }
}
