import type { Price } from '../catalog/price.ts'
import { Decimal, divide, ZERO } from '../decimal.ts'
import { priceQuantity, type LadderTier, type PricedQuantity } from '../rating/price-quantity.ts'
import { isSpendPrice, priceSpend } from '../rating/rate-composites.ts'

/** A quantity at one unit price, of which balances may pay; its total is not negative. */
export interface Coverable {
  quantity: Decimal
  unitPrice: Decimal
  total: Decimal
}

/** What of it is paid for: so many units, and what they cost at its own unit price. */
export interface Taken {
  quantity: Decimal
  total: Decimal
}

/** A price under a balance, and where the first of the units stands on its ladder. */
export interface PriceAt {
  price: Price
  position: Decimal
}

/** The next units that a balance pays, at one unit price. */
export interface CoveredStep {
  quantity: Decimal
  unitPrice: Decimal
  /** What they cost under the balance: what is drawn. */
  total: Decimal
  /** The step of the ladder under the balance; undefined at the charge's own price. */
  tier?: LadderTier | null
  taken: Taken
}

export const NOTHING_TAKEN: Taken = { quantity: ZERO, total: ZERO }

/**
 * The next units of a charge that a balance pays, in the order of the charge's ladder (pricing
 * 14.5, step 10); null where it pays nothing.
 *
 * The amount is what counts: it never exceeds what is available, and takes all of it if more is
 * left to pay. Where that is no whole number of units, the quantity is the amount divided by the
 * price, to 34 significant digits: only there `quantity × unit price` may differ from the total,
 * in the last of these digits. What is left has the quantity and the amount that remain, so that
 * the parts of a charge add up to it exactly.
 * @param before what of the charge is paid already
 * @param under the price under the balance; null for the charge's own
 * @param available more than 0
 */
export function coverStep(
  charge: Coverable,
  before: Taken,
  under: PriceAt | null,
  available: Decimal,
): CoveredStep | null {
  const rest = restOf(charge, before)
  const parts = under === null || rest.quantity.isZero() ? null : partsOf(under, before, rest)
  if (parts === null || parts.every((part) => part.unitPrice.eq(charge.unitPrice))) {
    return coverAmount(charge.unitPrice, rest, available)
  }
  const { unitPrice, tier, ...part } = parts[0]!
  const { quantity, total } = takeFrom(part, unitPrice, available)
  const isAll = quantity.eq(rest.quantity)
  const taken = { quantity, total: isAll ? rest.total : quantity.times(charge.unitPrice) }
  return { quantity, unitPrice, total, tier, taken }
}

/** What of a charge is not paid. */
export function restOf({ quantity, total }: Coverable, before: Taken): Taken {
  return { quantity: quantity.minus(before.quantity), total: total.minus(before.total) }
}

/** At the charge's own price, of which what costs nothing needs no payment. */
function coverAmount(unitPrice: Decimal, rest: Taken, available: Decimal): CoveredStep | null {
  if (!rest.total.gt(0)) return null
  const taken = takeFrom(rest, unitPrice, available)
  return { ...taken, unitPrice, taken }
}

function takeFrom(
  { quantity, total }: Pick<Taken, 'quantity' | 'total'>,
  unitPrice: Decimal,
  available: Decimal,
): Taken {
  if (total.lte(available)) return { quantity, total }
  return { quantity: Decimal.min(quantity, divide(available, unitPrice)), total: available }
}

/** What the rest of a charge costs under a balance, step by step; null for what cannot be priced. */
function partsOf(
  { price, position }: PriceAt,
  before: Taken,
  { quantity }: Taken,
): PricedQuantity[] | null {
  const at = position.plus(before.quantity)
  if (isSpendPrice(price)) return priceSpend(price, { position: at, base: quantity, minimum: null })
  const pricing = priceQuantity(price, at, quantity)
  return 'parts' in pricing ? pricing.parts : null
}
