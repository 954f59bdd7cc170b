import type { Books, Contract, Override, Rate, Tier } from './books.ts'
import { Decimal, ZERO } from './exact.ts'
import type { Cell } from './usage.ts'

/** The prices of a cell at an instant, and what they come from; null where it has none. */
export interface Terms {
  tiers: Tier[]
  /** Two spans on the same terms have the same one. */
  key: string
}

/** The instants at which what a cell costs may change. */
export function priceChanges(books: Books, contract: Contract, cell: Cell): number[] {
  const spans = [
    ...books.rates.filter((rate) => isForCell(rate, cell)),
    ...contract.overrides.filter((override) => isOverFor(override, cell)),
  ]
  return spans.flatMap(({ startMs, endMs }) => (endMs === null ? [startMs] : [startMs, endMs]))
}

export function termsAt(books: Books, contract: Contract, cell: Cell, atMs: number): Terms | null {
  const holds = (span: { startMs: number; endMs: number | null }) =>
    span.startMs <= atMs && atMs < (span.endMs ?? Infinity)
  const rates = books.rates.filter((rate) => holds(rate) && isForCell(rate, cell))
  // What was added last holds.
  const rate = rates.at(-1)
  if (rate === undefined) return null
  const number = books.rates.indexOf(rate)
  const overrides = contract.overrides.filter((each) => holds(each) && isOverFor(each, cell))
  const overwrite = overrides.findLast(({ change }) => 'price' in change)
  if (overwrite !== undefined && 'price' in overwrite.change) {
    const { price } = overwrite.change
    const key = `${number} over ${contract.overrides.indexOf(overwrite)}`
    return { tiers: [{ size: null, price }], key }
  }
  let lowest: { override: Override; multiplier: Decimal } | null = null
  for (const override of overrides) {
    if (!('multiplier' in override.change)) continue
    const multiplier = new Decimal(override.change.multiplier)
    if (lowest === null || multiplier.lte(lowest.multiplier)) lowest = { override, multiplier }
  }
  if (lowest === null) return { tiers: rate.tiers, key: String(number) }
  const { multiplier } = lowest
  const tiers = rate.tiers.map(({ size, price }) => {
    return { size, price: multiplier.times(price).toString() }
  })
  return { tiers, key: `${number} times ${contract.overrides.indexOf(lowest.override)}` }
}

function isForCell({ productId, pricingValues }: Rate, cell: Cell): boolean {
  return productId === cell.product.id && hasValues(cell, pricingValues)
}

function isOverFor({ productId, tag, pricingValues }: Override, cell: Cell): boolean {
  if (productId !== null && productId !== cell.product.id) return false
  if (tag !== null && !cell.product.tags.includes(tag)) return false
  return hasValues(cell, pricingValues)
}

function hasValues(
  { product, pricingValues }: Cell,
  wanted: Record<string, string> | null,
): boolean {
  return Object.entries(wanted ?? {}).every(
    ([name, value]) => pricingValues[product.pricingKey.indexOf(name)] === value,
  )
}

export interface Charge {
  unitPrice: Decimal
  quantity: Decimal
  amount: Decimal
}

/** What it costs to get from one position on a ladder to another, step by step. */
export function chargesBetween(tiers: readonly Tier[], from: Decimal, to: Decimal): Charge[] {
  const [low, high] = from.lte(to) ? [from, to] : [to, from]
  const charges: Charge[] = []
  let bottom = ZERO
  for (const [i, { size, price }] of tiers.entries()) {
    const top = size === null ? null : bottom.plus(size)
    // What lies below nothing is on the first step.
    const start = i === 0 ? low : Decimal.max(low, bottom)
    const end = top === null ? high : Decimal.min(high, top)
    if (end.gt(start)) {
      const length = end.minus(start)
      const quantity = from.lte(to) ? length : length.negated()
      charges.push({ unitPrice: new Decimal(price), quantity, amount: quantity.times(price) })
    }
    bottom = top ?? bottom
  }
  return charges
}
