import { Decimal } from '../decimal.ts'
import type { GroupValues } from '../rating/usage-cells.ts'
import type { ProductLine } from './invoice.ts'

/** What is used goes first, then subscriptions, then what is a fraction of them. */
const PRODUCT_TYPES: readonly ProductLine['productType'][] = [
  'UsageProductListItem',
  'SubscriptionProductListItem',
  'CompositeProductListItem',
]

/**
 * Lines by the type of the product, then by start, the highest unit price first, by name, values,
 * and at last by id (pricing 14.2). The steps of a ladder stay together and are climbed from below
 * (TV16): their place is that of the dearest.
 * @param productOrder of the rate card, if it has one: then its products go by it before all else
 */
export function orderLines<Line extends ProductLine>(
  lines: readonly Line[],
  productOrder: readonly string[],
): Line[] {
  const places = new Map(productOrder.map((id, i) => [id, i]))
  const placeOf = ({ productId }: Line) => places.get(productId) ?? places.size
  const prices = findPrices(lines)
  return lines.toSorted((a, b) => placeOf(a) - placeOf(b) || compareLines(a, b, prices))
}

/**
 * Lines in the order in which they draw on commits and credits (pricing 14.2): as they are shown,
 * but for the order of the card's products, and each step of a ladder by its own price.
 */
export function orderForPayment<Line extends ProductLine>(lines: readonly Line[]): Line[] {
  const prices = new Map<ProductLine, string>(lines.map((line) => [line, line.unitPrice]))
  return lines.toSorted((a, b) => compareLines(a, b, prices))
}

/** The prices that decide: of the steps of a ladder, that of the dearest. */
function findPrices(lines: readonly ProductLine[]): Map<ProductLine, string> {
  const dearest = new Map<string, string>()
  for (const line of lines) {
    if (line.tier === undefined) continue
    const name = ladderOf(line)
    const known = dearest.get(name)
    if (known === undefined || compareNumbers(line.unitPrice, known) > 0) {
      dearest.set(name, line.unitPrice)
    }
  }
  const priceOf = (line: ProductLine) =>
    line.tier === undefined ? line.unitPrice : dearest.get(ladderOf(line))!
  return new Map(lines.map((line) => [line, priceOf(line)]))
}

function ladderOf(line: ProductLine): string {
  const { productId, startingAt, pricingGroupValues, presentationGroupValues } = line
  return JSON.stringify([productId, startingAt, pricingGroupValues, presentationGroupValues])
}

function compareLines(
  a: ProductLine,
  b: ProductLine,
  prices: ReadonlyMap<ProductLine, string>,
): number {
  return (
    PRODUCT_TYPES.indexOf(a.productType) - PRODUCT_TYPES.indexOf(b.productType) ||
    a.startingAt - b.startingAt ||
    compareNumbers(prices.get(b)!, prices.get(a)!) ||
    compareTexts(a.name, b.name) ||
    compareValues(a.pricingGroupValues, b.pricingGroupValues) ||
    compareValues(a.presentationGroupValues, b.presentationGroupValues) ||
    compareTexts(a.productId, b.productId) ||
    (a.tier?.level ?? 0) - (b.tier?.level ?? 0)
  )
}

/** Most lines of an invoice have one of a few prices, and equal texts need no reading. */
function compareNumbers(a: string, b: string): number {
  return a === b ? 0 : new Decimal(a).comparedTo(b)
}

/** One value after the other; no values go first, a NULL last. */
function compareValues(a: GroupValues | null, b: GroupValues | null): number {
  const [left, right] = [Object.values(a ?? {}), Object.values(b ?? {})]
  for (let i = 0; i < Math.min(left.length, right.length); i += 1) {
    const [value, other] = [left[i] ?? null, right[i] ?? null]
    if (value === other) continue
    if (value === null || other === null) return value === null ? 1 : -1
    return compareTexts(value, other)
  }
  return left.length - right.length
}

/** By code unit: the same on every machine. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
