import type { Price, Tier } from '../catalog/price.ts'
import type { OverrideChange } from '../contracts/override.ts'
import { Decimal, toText, ZERO } from '../decimal.ts'
import { unreachable } from '../result.ts'

/**
 * The price that an override makes of another (pricing 5.1, 5.3): a multiplier is on the price of
 * every step, and of a percentage on the fraction; a ladder of multipliers makes a ladder of
 * prices. What has no price of its own stays as it is.
 */
export function applyOverride(price: Price, change: OverrideChange): Price {
  switch (change.type) {
    case 'OVERWRITE':
      return change.price
    case 'MULTIPLIER':
      return multiply(price, change.multiplier)
    case 'TIERED':
      return overlay(price, change.tiers)
    default:
      return unreachable(change)
  }
}

function multiply(price: Price, multiplier: string): Price {
  switch (price.rateType) {
    case 'FLAT':
    case 'PERCENTAGE':
    case 'SUBSCRIPTION':
      return { ...price, price: times(price.price, multiplier) }
    case 'TIERED':
    case 'TIERED_PERCENTAGE':
      return {
        ...price,
        tiers: price.tiers.map((tier) => ({ ...tier, price: times(tier.price, multiplier) })),
      }
    case 'CUSTOM':
      return price
    default:
      return unreachable(price)
  }
}

type MultiplierStep = Extract<OverrideChange, { type: 'TIERED' }>['tiers'][number]

function overlay(price: Price, steps: readonly MultiplierStep[]): Price {
  switch (price.rateType) {
    case 'FLAT':
      return {
        rateType: 'TIERED',
        tiers: overlayTiers([{ size: null, price: price.price }], steps),
      }
    case 'PERCENTAGE': {
      const tiers = overlayTiers([{ size: null, price: price.price }], steps)
      return { rateType: 'TIERED_PERCENTAGE', tiers, minimum: price.minimum }
    }
    case 'TIERED':
    case 'TIERED_PERCENTAGE':
      return { ...price, tiers: overlayTiers(price.tiers, steps) }
    case 'SUBSCRIPTION':
    case 'CUSTOM':
      return price
    default:
      return unreachable(price)
  }
}

/** A ladder with a bound wherever one of the two has one; beyond the last step, times 1. */
function overlayTiers(tiers: readonly Tier[], steps: readonly MultiplierStep[]): Tier[] {
  const prices = boundsOf(tiers)
  // What follows the steps has the price itself.
  const multipliers = [...boundsOf(steps), { to: null, item: { multiplier: '1' } }]
  const merged: Tier[] = []
  let [at, priceAt, multiplierAt] = [ZERO, 0, 0]
  for (;;) {
    const price = prices[Math.min(priceAt, prices.length - 1)]!
    const step = multipliers[multiplierAt]!
    const priceEnd = priceAt < prices.length - 1 ? price.to : null
    const to = earlier(priceEnd, step.to)
    const size = to === null ? null : toText(to.minus(at))
    merged.push({ size, price: times(price.item.price, step.item.multiplier) })
    if (to === null) return merged
    if (priceEnd !== null && to.eq(priceEnd)) priceAt += 1
    if (step.to !== null && to.eq(step.to)) multiplierAt += 1
    at = to
  }
}

function boundsOf<T extends { size: string | null }>(
  items: readonly T[],
): { to: Decimal | null; item: T }[] {
  let at = ZERO
  return items.map((item) => {
    if (item.size === null) return { to: null, item }
    at = at.plus(item.size)
    return { to: at, item }
  })
}

function earlier(a: Decimal | null, b: Decimal | null): Decimal | null {
  if (a === null || b === null) return a ?? b
  return Decimal.min(a, b)
}

function times(price: string, multiplier: string): string {
  return toText(new Decimal(price).times(multiplier))
}
