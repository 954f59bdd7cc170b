import type { Catalog } from '../catalog/catalog.ts'
import type { Price } from '../catalog/price.ts'
import { indexRates, type ProductRates } from '../catalog/resolve-rate.ts'
import { sum, ZERO, type Decimal } from '../decimal.ts'
import { dependsOnValues } from '../ledger/applicability.ts'
import { cutSpans } from '../ledger/cut-spans.ts'
import { assert } from '../result.ts'
import type { Period } from '../time.ts'
import { countIncrements, nothingCounted, type Counted } from './convert-quantity.ts'
import type { ProductSegment, UsagePlan } from './plan-usage.ts'
import {
  priceQuantity,
  type LadderTier,
  type PricedQuantity,
  type Unpriceable,
} from './price-quantity.ts'
import { resolveTerms, type PricingTerms, type TermSpan } from './resolve-terms.ts'
import {
  cellName,
  cellsOf,
  type CellIncrement,
  type CellValues,
  type GroupValues,
  type Increment,
  type UsageCell,
} from './usage-cells.ts'

/** A charge for usage of a product in a span of time at one unit price. */
export interface UsageCharge extends UsageCell, Period {
  segment: ProductSegment
  /** Why it has this price. */
  terms: TermSpan
  price: Price
  creditTypeId: string
  quantity: Decimal
  unitPrice: Decimal
  total: Decimal
  /** The step of the price's ladder, if it has one: each has a charge of its own. */
  tier: LadderTier | null
  /** What of the cell was billed before the span: ladders go on from there. */
  position: Decimal
}

/** Usage of a product on the card that is not billed, and why (pricing 3.3). */
export interface UnbilledUsage extends UsageCell, Period {
  segment: ProductSegment
  reason: UnbilledReason
  quantity: Decimal
}

export type UnbilledReason =
  | 'no_rate'
  | 'not_entitled'
  | Unpriceable
  /** The contract's usage filter is on a property by which the metric cannot be read. */
  | 'not_filterable'
  /** It is priced in a custom unit that the card does not convert. */
  | 'no_conversion'

export interface RatedUsage {
  charges: UsageCharge[]
  unbilled: UnbilledUsage[]
}

/**
 * Prices a period's usage (pricing 14.5, steps 3 to 6): each increment is converted and rounded,
 * and priced on the terms in force in its window (CD-4); one charge for each cell, span of time on
 * the same terms, and step of a ladder. In the order of the card's products, then by start,
 * pricing values, presentation values and step.
 * @param increments one list for each query of the plan
 */
export function rateUsage(
  catalog: Catalog,
  plan: UsagePlan,
  increments: readonly Increment[][],
  terms: PricingTerms = {},
): RatedUsage {
  assert(increments.length === plan.queries.length, 'every query must be answered')
  const rates = indexRates(catalog.rates)
  const rated = [...Map.groupBy(plan.segments, ({ product }) => product.id)].flatMap(
    ([productId, segments]) => {
      const productRates = rates.get(productId)
      assert(productRates !== undefined, 'a planned product must have rates')
      const product = openProduct(productRates, terms, segments)
      return segments.map((segment) =>
        rateSegment(segment, product, cellsOf(segment, plan.queries, increments)),
      )
    },
  )
  return {
    charges: rated.flatMap(({ charges }) => charges.sort(compareSpans)),
    unbilled: rated.flatMap(({ unbilled }) => unbilled.sort(compareSpans)),
  }
}

interface RatedProduct {
  rates: ProductRates
  terms: PricingTerms
  /** Whether what is billed may be another quantity than what was metered. */
  isConverting: boolean
  /** The terms of each segment, where they are the same for all values. */
  uniform: Map<ProductSegment, TermSpan[]> | null
  /** How far its cells have come in the period, by their names; null where nothing follows them. */
  cells: Map<string, CellProgress> | null
}

interface CellProgress {
  counted: Counted
  /** What was billed of it. */
  position: Decimal
}

const START: CellProgress = { counted: nothingCounted(), position: ZERO }

function openProduct(
  rates: ProductRates,
  terms: PricingTerms,
  segments: readonly ProductSegment[],
): RatedProduct {
  const isConverting = segments.some(
    ({ state }) => state.quantityConversion !== undefined || state.quantityRounding !== undefined,
  )
  const isFollowed = segments.length > 1 || segments.some((segment) => !hasPricingKey(segment))
  const uniform = areUniform(rates, terms, segments) ? new Map<ProductSegment, TermSpan[]>() : null
  return { rates, terms, isConverting, uniform, cells: isFollowed ? new Map() : null }
}

/** Whether no entry of the card, no override and no balance is for some values only. */
function areUniform(
  { specific }: ProductRates,
  { overrides = [] }: PricingTerms,
  segments: readonly ProductSegment[],
): boolean {
  const specifiers = overrides.flatMap((override) => override.specifiers)
  return (
    specific.size === 0 &&
    !segments.some(({ payers = [] }) => payers.some(dependsOnValues)) &&
    specifiers.every(
      ({ pricingGroupValues, presentationGroupValues }) =>
        pricingGroupValues === undefined && presentationGroupValues === undefined,
    )
  )
}

function rateSegment(
  segment: ProductSegment,
  product: RatedProduct,
  cells: UsageCell[],
): RatedUsage {
  const rated: RatedUsage = { charges: [], unbilled: [] }
  for (const cell of cells) {
    let { counted, position } = progressOf(product, cell)
    let { increments } = cell
    if (product.isConverting) {
      const billed = countIncrements(counted, segment.state, increments)
      ;({ counted, increments } = billed)
    }
    const spans = termsOf(segment, product, cell)
    for (const span of spans) {
      const inside = spans.length === 1 ? increments : cutAt(increments, span)
      if (inside.length === 0) continue
      position = rateSpan(rated, { segment, span, values: cell, increments: inside, position })
    }
    product.cells?.set(cellName(cell), { counted, position })
  }
  chargeNothing(rated, segment, product)
  return rated
}

/** Windows never straddle a span, for they meet at every change. */
function cutAt(increments: readonly CellIncrement[], span: Period): CellIncrement[] {
  return increments.filter(({ startMs, endMs }) => startMs >= span.startMs && endMs <= span.endMs)
}

/** What some usage added in a span of time on the same terms. */
interface SpanUsage {
  segment: ProductSegment
  span: TermSpan
  values: CellValues
  increments: CellIncrement[]
  position: Decimal
}

/** Adds what becomes of it to what is rated; gives the position after it. */
function rateSpan(rated: RatedUsage, usage: SpanUsage): Decimal {
  const { segment, span, values, increments, position } = usage
  const { pricingGroupValues, presentationGroupValues } = values
  const { startMs, endMs } = span
  const quantity = sumOf(increments)
  const cell = { pricingGroupValues, presentationGroupValues, increments, segment, startMs, endMs }
  const pricing = priceSpan(segment, span, position, quantity)
  if ('reason' in pricing) {
    rated.unbilled.push({ ...cell, quantity, reason: pricing.reason })
    return position
  }
  const { price, creditTypeId, parts } = pricing
  for (const part of parts) {
    rated.charges.push({ ...cell, terms: span, price, creditTypeId, position, ...part })
  }
  return position.plus(quantity)
}

type SpanPricing =
  | { reason: UnbilledReason }
  | { price: Price; creditTypeId: string; parts: PricedQuantity[] }

function priceSpan(
  { isUnfilterable }: ProductSegment,
  { rate, isEntitled, price, creditTypeId }: TermSpan,
  position: Decimal,
  quantity: Decimal,
): SpanPricing {
  if (isUnfilterable) return { reason: 'not_filterable' }
  if (!isEntitled) return { reason: rate === null ? 'no_rate' : 'not_entitled' }
  if (price === null || creditTypeId === null) return { reason: 'no_rate' }
  const pricing = priceQuantity(price, position, quantity)
  if ('unpriceable' in pricing) return { reason: pricing.unpriceable }
  return { price, creditTypeId, parts: pricing.parts }
}

function sumOf(increments: readonly CellIncrement[]): Decimal {
  const [first] = increments
  return increments.length === 1 ? first!.quantity : sum(increments.map((each) => each.quantity))
}

/**
 * A product without pricing group key shows that nothing was used (AG-11): a line of quantity 0
 * in each span in which it is on offer and has no other line.
 */
function chargeNothing(rated: RatedUsage, segment: ProductSegment, product: RatedProduct): void {
  if (hasPricingKey(segment)) return
  const starts = new Set(rated.charges.map(({ startMs }) => startMs))
  const values = { pricingGroupValues: null, presentationGroupValues: null }
  const { position } = progressOf(product, values)
  const nothing: RatedUsage = { charges: [], unbilled: [] }
  // Where balances start or end, it is of no interest that nothing was used.
  for (const span of resolveFor({ ...segment, payers: [] }, product, values)) {
    const isCovered = [...starts].some((at) => span.startMs <= at && at < span.endMs)
    if (!isCovered) rateSpan(nothing, { segment, span, values, increments: [], position })
  }
  rated.charges.push(...nothing.charges)
}

function hasPricingKey({ state }: ProductSegment): boolean {
  return (state.pricingGroupKey ?? []).length > 0
}

function progressOf({ cells }: RatedProduct, values: CellValues): CellProgress {
  return cells?.get(cellName(values)) ?? START
}

function termsOf(segment: ProductSegment, product: RatedProduct, values: CellValues): TermSpan[] {
  const { pricingGroupValues } = values
  // A NULL among the pricing values has no price, whatever the others have.
  const isNull = pricingGroupValues !== null && Object.values(pricingGroupValues).includes(null)
  if (product.uniform === null || isNull) return resolveFor(segment, product, values)
  let spans = product.uniform.get(segment)
  if (spans === undefined) {
    spans = resolveFor(segment, product, values)
    product.uniform.set(segment, spans)
  }
  return spans
}

function resolveFor(
  segment: ProductSegment,
  { rates, terms }: RatedProduct,
  { pricingGroupValues, presentationGroupValues }: CellValues,
): TermSpan[] {
  const subject = {
    productId: segment.product.id,
    tags: segment.state.tags,
    pricingGroupValues,
    presentationGroupValues,
    billingFrequency: null,
  }
  const spans = resolveTerms(rates, terms, subject, segment)
  const { payers = [] } = segment
  return payers.length === 0 ? spans : cutSpans(spans, payers, subject)
}

function compareSpans(a: CellValues & Period, b: CellValues & Period): number {
  return (
    a.startMs - b.startMs ||
    compareValues(a.pricingGroupValues, b.pricingGroupValues) ||
    compareValues(a.presentationGroupValues, b.presentationGroupValues)
  )
}

/** Orders by one value after the other, by code unit; no values go first, a NULL last. */
function compareValues(a: GroupValues | null, b: GroupValues | null): number {
  const [left, right] = [Object.values(a ?? {}), Object.values(b ?? {})]
  for (let i = 0; i < Math.min(left.length, right.length); i += 1) {
    const [value, other] = [left[i] ?? null, right[i] ?? null]
    if (value === other) continue
    if (value === null || other === null) return value === null ? 1 : -1
    return value < other ? -1 : 1
  }
  return left.length - right.length
}
