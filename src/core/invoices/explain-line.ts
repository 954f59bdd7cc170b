import type { Price } from '../catalog/price.ts'
import { Decimal, sum, toText } from '../decimal.ts'
import type { AppliedLine, UsageLine, LinePricing, LineTier } from './invoice.ts'
import { effectivePrice, priceParts, type LineAmount } from './replay-line.ts'

/** How the amount of a line for usage came about, for people to follow; decimal texts. */
export interface LineExplanation {
  /** The price of the card with the override that won. */
  price: Price
  /** What all increments add up to: on a ladder, of all its steps together. */
  quantity: string
  /** The steps of the ladder that this quantity reaches; null where the price has no ladder. */
  ladder: { position: string; steps: LadderStep[] } | null
  /** `quantity × unit price = total`, of the line. */
  arithmetic: string
}

export interface LadderStep extends LineTier {
  quantity: string
  unitPrice: string
  total: string
}

export function explainLine(line: UsageLine): LineExplanation {
  const { unitPrice, derivation } = line
  const { increments, pricing } = derivation
  const billed = sum(increments.map((increment) => new Decimal(increment.quantity)))
  // Lines of rating version 1 have nothing but a flat price.
  const flat: Price = { rateType: 'FLAT', price: unitPrice }
  const price = pricing === undefined ? flat : (effectivePrice(pricing) ?? flat)
  return {
    price,
    quantity: toText(billed),
    ladder: pricing === undefined ? null : walkLadder(price, pricing, billed),
    arithmetic: arithmeticOf(line),
  }
}

/** `quantity × unit price = total`. */
export function arithmeticOf({ quantity, unitPrice, total }: LineAmount): string {
  return `${quantity} × ${unitPrice} = ${total}`
}

/** `balance before − amount = balance after`, of what a commit or credit pays. */
export function appliedArithmetic({ total, paidBy }: AppliedLine): string {
  const amount = toText(new Decimal(total).neg())
  return `${paidBy.remainingBefore} − ${amount} = ${paidBy.remainingAfter}`
}

function walkLadder(
  price: Price,
  pricing: LinePricing,
  quantity: Decimal,
): LineExplanation['ladder'] {
  const { position } = pricing
  if (position === undefined) return null
  const steps = priceParts(price, pricing, quantity).flatMap((part) => {
    if (part.tier === null) return []
    const { level, startingAt, size } = part.tier
    return [
      {
        level,
        startingAt: toText(startingAt),
        size: size && toText(size),
        quantity: toText(part.quantity),
        unitPrice: toText(part.unitPrice),
        total: toText(part.total),
      },
    ]
  })
  return { position, steps }
}
