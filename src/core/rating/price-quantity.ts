import type { Price } from '../catalog/price.ts'
import type { Decimal } from '../decimal.ts'
import { unreachable } from '../result.ts'
import { priceCustom } from './models/custom.ts'
import { priceFlat } from './models/flat.ts'
import { priceTiered } from './models/tiered.ts'

/** A part of a quantity that has one unit price. `total` is exactly `quantity × unitPrice`. */
export interface PricedQuantity {
  quantity: Decimal
  unitPrice: Decimal
  total: Decimal
  /** The step of the ladder that the part lies in; null where the price has no ladder. */
  tier: LadderTier | null
}

export interface LadderTier {
  /** The first is 1. */
  level: number
  /** The quantity that lies below the step. */
  startingAt: Decimal
  /** Null: the step never ends. */
  size: Decimal | null
}

/** Why a price charges nothing for usage. */
export type Unpriceable = 'custom_price' | 'not_a_usage_price'

export type Pricing =
  /** The parts add up to the quantity, and each becomes a line. */
  { parts: PricedQuantity[] } | { unpriceable: Unpriceable }

/**
 * Prices a quantity of usage.
 * @param position what was billed of the cell in the period before: ladders go on from there
 */
export function priceQuantity(price: Price, position: Decimal, quantity: Decimal): Pricing {
  switch (price.rateType) {
    case 'FLAT':
      return { parts: [priceFlat(price, quantity)] }
    case 'TIERED':
      return { parts: priceTiered(price, position, quantity) }
    case 'CUSTOM':
      return priceCustom()
    case 'PERCENTAGE':
    case 'TIERED_PERCENTAGE':
    case 'SUBSCRIPTION':
      // They price spend and time; usage has neither.
      return { unpriceable: 'not_a_usage_price' }
    default:
      return unreachable(price)
  }
}
