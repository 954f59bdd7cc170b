import type { Price, Tier } from '../../catalog/price.ts'
import { Decimal, ZERO } from '../../decimal.ts'
import type { LadderTier, PricedQuantity } from '../price-quantity.ts'

/**
 * Each unit at the price of the step that it falls into (graduated): a step begins after its lower
 * bound and ends with its upper one. One part for each step that the quantity touches, the lowest
 * first; a negative quantity gives back the units that were counted last (pricing 14.4). Below zero
 * the first step goes on, as the last does above.
 */
export function priceTiered(
  { tiers }: Pick<Extract<Price, { rateType: 'TIERED' }>, 'tiers'>,
  position: Decimal,
  quantity: Decimal,
): PricedQuantity[] {
  const steps = ladderOf(tiers)
  const end = position.plus(quantity)
  if (quantity.isZero()) {
    const step = steps.find(({ to }) => to === null || end.lte(to)) ?? steps[0]!
    return [partOf(step, ZERO)]
  }
  return steps.flatMap((step) => {
    const part = clamp(end, step).minus(clamp(position, step))
    return part.isZero() ? [] : [partOf(step, part)]
  })
}

interface Step {
  tier: LadderTier
  price: Decimal
  /** Null: no bound. */
  from: Decimal | null
  to: Decimal | null
}

/** Where a ladder ends with a sized step, that step goes on. */
function ladderOf(tiers: readonly Tier[]): Step[] {
  let startingAt = ZERO
  return tiers.map(({ size, price }, i) => {
    const isLast = i === tiers.length - 1
    const tier = { level: i + 1, startingAt, size: size === null ? null : new Decimal(size) }
    startingAt = startingAt.plus(tier.size ?? ZERO)
    return {
      tier,
      price: new Decimal(price),
      from: i === 0 ? null : tier.startingAt,
      to: isLast ? null : startingAt,
    }
  })
}

function clamp(at: Decimal, { from, to }: Step): Decimal {
  if (from !== null && at.lt(from)) return from
  return to !== null && at.gt(to) ? to : at
}

function partOf({ tier, price }: Step, quantity: Decimal): PricedQuantity {
  return { quantity, unitPrice: price, total: quantity.times(price), tier }
}
