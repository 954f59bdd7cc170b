import type { Price } from '../catalog/price.ts'
import { Decimal, sum, toText, ZERO } from '../decimal.ts'
import { applyOverride } from '../rating/apply-override.ts'
import { countIncrements, type Counted } from '../rating/convert-quantity.ts'
import { priceQuantity, type PricedQuantity } from '../rating/price-quantity.ts'
import { assert } from '../result.ts'
import type { CountedBefore, InvoiceLine, LinePricing, WindowQuantity } from './invoice.ts'

/** What a line says that it costs; decimal texts. */
export type LineAmount = Pick<InvoiceLine, 'quantity' | 'unitPrice' | 'total'>

/**
 * Computes a line again from its derivation alone: what was metered is converted and rounded, the
 * override is applied to the price of the card, and the ladder is walked. The line of a step is
 * told by its level.
 */
export function replayLine(line: InvoiceLine): LineAmount {
  const { increments, pricing } = line.derivation
  if (pricing === undefined) return replayFlat(line)
  const quantity = sum(replayIncrements(increments, pricing))
  const price = effectivePrice(pricing)
  assert(price !== null, 'a line has a price')
  const parts = priceParts(price, pricing, quantity)
  const part = parts.find(({ tier }) => tier === null || tier.level === line.tier?.level)
  assert(part !== undefined, 'the derivation of a line leads to its step')
  return amountOf(part)
}

/** The price of the card with the override that won; null where there is neither. */
export function effectivePrice({ listPrice, override }: LinePricing): Price | null {
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

/** Lines of rating version 1 have nothing but a flat price. */
function replayFlat({ unitPrice, derivation: { increments } }: InvoiceLine): LineAmount {
  const quantity = sum(increments.map((increment) => new Decimal(increment.quantity)))
  const total = quantity.times(unitPrice)
  return { quantity: toText(quantity), unitPrice, total: toText(total) }
}

function amountOf({ quantity, unitPrice, total }: PricedQuantity): LineAmount {
  return { quantity: toText(quantity), unitPrice: toText(unitPrice), total: toText(total) }
}
