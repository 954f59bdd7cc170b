import type { Price } from '../catalog/price.ts'
import { Decimal, sum, toText, ZERO } from '../decimal.ts'
import {
  coverStep,
  restOf,
  type Coverable,
  type PriceAt,
  type Taken,
} from '../ledger/cover-step.ts'
import { applyOverride } from '../rating/apply-override.ts'
import { countIncrements, type Counted } from '../rating/convert-quantity.ts'
import { priceQuantity, type PricedQuantity } from '../rating/price-quantity.ts'
import { isSpendPrice, priceSpend } from '../rating/rate-composites.ts'
import { assert } from '../result.ts'
import type {
  AppliedLine,
  ChargingLine,
  CompositeLine,
  CountedBefore,
  LinePart,
  LinePriceUnder,
  LinePricing,
  LineTier,
  SubscriptionLine,
  UsageLine,
  WindowQuantity,
} from './invoice.ts'
import { proratePrice } from './prorate-price.ts'

/** What a line says that it costs; decimal texts. */
export type LineAmount = Pick<UsageLine, 'quantity' | 'unitPrice' | 'total'>

/** What a line that charges something is charged for in all, with the tier that it is of. */
type Charge = LineAmount & { tier?: LineTier }

/**
 * Computes a line again from its derivation alone: what was metered is converted and rounded, the
 * override is applied to the price of the card, and the ladder is walked. The line of a step is
 * told by its level. Of a charge that balances pay for, the part is taken that the line is of it:
 * what its balance had left pays for what those before it did not.
 */
export function replayLine(line: ChargingLine): LineAmount {
  if ('source' in line || line.part === undefined) return replayCharge(line, line)
  const { part, paidBy } = line
  const charge = readAmount(replayCharge(line, part.charge))
  const before = readTaken(part.before)
  if (paidBy === undefined) {
    const { quantity, total } = restOf(charge, before)
    return { quantity: toText(quantity), unitPrice: part.charge.unitPrice, total: toText(total) }
  }
  const under = part.under === undefined ? null : priceUnder(part.under)
  const price =
    under && line.type === 'subscription' ? proratePrice(under.price, line) : under?.price
  const priceAt = under && { price: price!, position: under.position }
  const step = coverStep(charge, before, priceAt, new Decimal(paidBy.remainingBefore))
  assert(step !== null, 'what is paid needs payment')
  return amountOf(step)
}

/** What is taken off for a line that is paid: by how much the balance shrank. */
export function replayApplied({ paidBy }: AppliedLine): string {
  return toText(new Decimal(paidBy.remainingAfter).minus(paidBy.remainingBefore))
}

/** The price under a balance, from that of the card and the override that won. */
export function priceUnder({ cardPrice, override, position }: LinePriceUnder): PriceAt {
  const price = effectivePrice({ listPrice: cardPrice, override })
  assert(price !== null, 'what is paid under a balance has a price')
  return { price, position: new Decimal(position) }
}

function replayCharge(line: ChargingLine, charge: Charge): LineAmount {
  if (line.type === 'subscription') return replaySubscription(line, charge)
  if (line.type !== 'usage') return replayProduct(charge)
  if (line.productType === 'CompositeProductListItem') {
    return amountOf(replayComposite(line, charge.tier))
  }
  const { increments, pricing } = line.derivation
  if (pricing === undefined) return replayFlat(line)
  const quantity = sum(replayIncrements(increments, pricing))
  const price = effectivePrice(pricing)
  assert(price !== null, 'a line has a price')
  const parts = priceParts(price, pricing, quantity)
  const part = parts.find(({ tier }) => tier === null || tier.level === charge.tier?.level)
  assert(part !== undefined, 'the derivation of a line leads to its step')
  return amountOf(part)
}

/** How many there are is told by the terms; on a ladder, the whole of it is walked. */
function replaySubscription(line: SubscriptionLine, { quantity, tier }: Charge): LineAmount {
  const price = effectivePrice(line.derivation)
  assert(price !== null, 'a line has a price')
  const { ladder = { position: '0', quantity } } = line.derivation
  const position = new Decimal(ladder.position)
  const priced = priceQuantity(proratePrice(price, line), position, new Decimal(ladder.quantity))
  assert('parts' in priced, 'what was charged has a price for quantities')
  const part = priced.parts.find((each) => each.tier === null || each.tier.level === tier?.level)
  assert(part !== undefined, 'the derivation of a line leads to its step')
  return amountOf(part)
}

function readAmount({ quantity, unitPrice, total }: LineAmount): Coverable {
  return {
    quantity: new Decimal(quantity),
    unitPrice: new Decimal(unitPrice),
    total: new Decimal(total),
  }
}

function readTaken({ quantity, total }: LinePart['before']): Taken {
  return { quantity: new Decimal(quantity), total: new Decimal(total) }
}

/** The price of the card with the override that won; null where there is neither. */
export function effectivePrice({
  listPrice,
  override,
}: Pick<LinePricing, 'listPrice' | 'override'>): Price | null {
  if (override === null) return listPrice
  const { change } = override
  if (change.type === 'OVERWRITE') return change.price
  return listPrice && applyOverride(listPrice, change)
}

/** All steps of the ladder that the increments of a line reach, in order; without one, one part. */
export function priceParts(
  price: Price,
  { position }: LinePricing,
  quantity: Decimal,
): PricedQuantity[] {
  const from = position === undefined ? ZERO : new Decimal(position)
  const priced = priceQuantity(price, from, quantity)
  assert('parts' in priced, 'what was charged has a price for usage')
  return priced.parts
}

function replayIncrements(
  increments: readonly WindowQuantity[],
  { conversion, rounding, counted }: LinePricing,
): Decimal[] {
  if (counted === undefined) return increments.map(({ quantity }) => new Decimal(quantity))
  const rules = { quantityConversion: conversion, quantityRounding: rounding }
  const metered = increments.map(({ startingAt, endingBefore, raw, quantity }) => {
    return { startMs: startingAt, endMs: endingBefore, quantity: new Decimal(raw ?? quantity) }
  })
  const replayed = countIncrements(readCounted(counted), rules, metered)
  return replayed.increments.map(({ quantity }) => quantity)
}

function readCounted({ base, raw, quantity, conversion }: CountedBefore): Counted {
  return {
    base: new Decimal(base),
    raw: new Decimal(raw),
    quantity: new Decimal(quantity),
    conversion,
  }
}

/** What is converted is told by the other lines of the invoice, what is fixed by the terms. */
function replayProduct({ quantity, unitPrice }: Omit<LineAmount, 'total'>): LineAmount {
  return { quantity, unitPrice, total: toText(new Decimal(quantity).times(unitPrice)) }
}

function replayComposite(
  { derivation }: CompositeLine,
  tier: LineTier | undefined,
): PricedQuantity {
  const { shares, position = '0', minimum = null } = derivation
  const price = effectivePrice(derivation)
  assert(price !== null && isSpendPrice(price), 'a composite line has a fraction for its price')
  const base = sum(shares.map(({ amount, converted = amount }) => new Decimal(converted)))
  const least = minimum === null ? null : new Decimal(minimum)
  const parts = priceSpend(price, { position: new Decimal(position), base, minimum: least })
  const part = parts.find((each) => each.tier === null || each.tier.level === tier?.level)
  assert(part !== undefined, 'the derivation of a line leads to its step')
  return part
}

/** Lines of rating version 1 have nothing but a flat price. */
function replayFlat({ unitPrice, derivation: { increments } }: UsageLine): LineAmount {
  const quantity = sum(increments.map((increment) => new Decimal(increment.quantity)))
  const total = quantity.times(unitPrice)
  return { quantity: toText(quantity), unitPrice, total: toText(total) }
}

function amountOf({ quantity, unitPrice, total }: Omit<PricedQuantity, 'tier'>): LineAmount {
  return { quantity: toText(quantity), unitPrice: toText(unitPrice), total: toText(total) }
}
