import type { Catalog } from '../catalog/catalog.ts'
import {
  indexRates,
  resolveRates,
  type ProductRates,
  type RateSpan,
} from '../catalog/resolve-rate.ts'
import type { Rate } from '../catalog/rate.ts'
import { sum, ZERO, type Decimal } from '../decimal.ts'
import type { Group } from '../metering/group.ts'
import type { UsageQuery } from '../metering/usage.ts'
import { assert } from '../result.ts'
import type { Period } from '../time.ts'
import type { ProductSegment, UsagePlan } from './plan-usage.ts'
import { priceQuantity } from './price-quantity.ts'

/** What a group's metered value grew by in a window, counted from the period's start (CD-1). */
export interface Increment {
  /** The index of the window in its query. */
  window: number
  group: Group
  quantity: Decimal
}

/** Values by the names of their properties; null where a SQL metric's column is NULL. */
export type GroupValues = Record<string, string | null>

/** Values by which usage of a product is told apart, and what was used of it. */
export interface UsageCell {
  /** Null for a product without pricing group key. */
  pricingGroupValues: GroupValues | null
  /** Null for a product without presentation group key, and on lines that only say "nothing". */
  presentationGroupValues: GroupValues | null
  /** What each window added, in order; only windows with usage. */
  increments: (Period & { quantity: Decimal })[]
}

/** A charge for usage of a product in a span of time at one unit price. */
export interface UsageCharge extends UsageCell, Period {
  segment: ProductSegment
  rate: Rate
  quantity: Decimal
  unitPrice: Decimal
  total: Decimal
}

/** Usage of a product on the card that is not billed, and why (pricing 3.3). */
export interface UnbilledUsage extends UsageCell, Period {
  segment: ProductSegment
  reason: 'no_rate' | 'not_entitled'
  quantity: Decimal
}

export interface RatedUsage {
  charges: UsageCharge[]
  unbilled: UnbilledUsage[]
}

/**
 * Prices a period's usage: each increment at the rate in force in its window (CD-4), one charge
 * for each cell and span of time with the same entry of the card. In the order of the card's
 * products, then by start, pricing values and presentation values.
 * @param increments one list for each query of the plan
 */
export function rateUsage(
  catalog: Catalog,
  plan: UsagePlan,
  increments: readonly Increment[][],
): RatedUsage {
  assert(increments.length === plan.queries.length, 'every query must be answered')
  const rates = indexRates(catalog.rates)
  const rated = plan.segments.map((segment) => {
    const productRates = rates.get(segment.product.id)
    assert(productRates !== undefined, 'a planned product must have rates')
    const cells = cellsOf(segment, plan.queries, increments)
    return rateSegment(segment, productRates, cells)
  })
  return {
    charges: rated.flatMap(({ charges }) => charges.sort(compareSpans)),
    unbilled: rated.flatMap(({ unbilled }) => unbilled.sort(compareSpans)),
  }
}

function rateSegment(
  segment: ProductSegment,
  productRates: ProductRates,
  cells: UsageCell[],
): RatedUsage {
  const charges: UsageCharge[] = []
  const unbilled: UnbilledUsage[] = []
  for (const cell of cells) {
    for (const span of resolveRates(productRates, cell.pricingGroupValues, segment)) {
      const part = cutCell(cell, span)
      if (part.increments.length === 0) continue
      const quantity = sum(part.increments.map((increment) => increment.quantity))
      if (span.rate?.entitled === true)
        charges.push(...charge(segment, span, span.rate, part, quantity))
      else unbilled.push({ ...part, ...spanOf(span), segment, quantity, reason: reasonOf(span) })
    }
  }
  charges.push(...chargeNothing(segment, productRates, charges))
  return { charges, unbilled }
}

/**
 * A product without pricing group key shows that nothing was used (AG-11): a line of quantity 0
 * in each span in which it is on offer and has no other line.
 */
function chargeNothing(
  segment: ProductSegment,
  productRates: ProductRates,
  charges: UsageCharge[],
): UsageCharge[] {
  if ((segment.state.pricingGroupKey ?? []).length > 0) return []
  const covered = new Set(charges.map(({ startMs }) => startMs))
  const nothing = { pricingGroupValues: null, presentationGroupValues: null, increments: [] }
  return resolveRates(productRates, null, segment).flatMap((span) => {
    if (span.rate?.entitled !== true || covered.has(span.startMs)) return []
    return charge(segment, span, span.rate, nothing, ZERO)
  })
}

function charge(
  segment: ProductSegment,
  span: RateSpan,
  rate: Rate,
  cell: UsageCell,
  quantity: Decimal,
): UsageCharge[] {
  return priceQuantity(rate, quantity).map((part) => ({
    ...cell,
    ...spanOf(span),
    segment,
    rate,
    ...part,
  }))
}

/** The cells of a product with usage in a segment, from the increments of its queries. */
function cellsOf(
  segment: ProductSegment,
  queries: readonly UsageQuery[],
  increments: readonly Increment[][],
): UsageCell[] {
  const parts = segment.sources.flatMap((source) =>
    cellsOfSource(segment, source, queries[source.query]!, increments[source.query]!),
  )
  const merged = segment.sources.length === 1 ? parts : mergeCells(parts)
  if (!segment.isAtEnd) return merged
  return merged.map((cell) => ({
    ...cell,
    increments: [moveToEnd(segment, queries, cell.increments)],
  }))
}

function cellsOfSource(
  { state }: ProductSegment,
  span: Period,
  { groupKey, boundaries }: UsageQuery,
  increments: readonly Increment[],
): UsageCell[] {
  const inside = increments.filter(
    ({ window }) => boundaries[window]! >= span.startMs && boundaries[window + 1]! <= span.endMs,
  )
  const byGroup = Map.groupBy(inside, ({ group }) => JSON.stringify(group))
  return [...byGroup.values()].map((own) => {
    const values = new Map(groupKey?.map((name, i) => [name, own[0]!.group[i] ?? null]))
    const inOrder = own.toSorted((a, b) => a.window - b.window)
    return {
      pricingGroupValues: pick(values, state.pricingGroupKey),
      presentationGroupValues: pick(values, state.presentationGroupKey),
      increments: inOrder.map(({ window, quantity }) => ({
        startMs: boundaries[window]!,
        endMs: boundaries[window + 1]!,
        quantity,
      })),
    }
  })
}

/** Several metrics may have usage of the same values, one after the other. */
function mergeCells(cells: UsageCell[]): UsageCell[] {
  const byValues = Map.groupBy(cells, ({ pricingGroupValues, presentationGroupValues }) =>
    JSON.stringify([pricingGroupValues, presentationGroupValues]),
  )
  return [...byValues.values()].map((same) => ({
    ...same[0]!,
    increments: same.flatMap(({ increments }) => increments),
  }))
}

/** The whole quantity, incurred in the last window of the period (SG-4). */
function moveToEnd(
  { sources, endMs }: ProductSegment,
  queries: readonly UsageQuery[],
  increments: UsageCell['increments'],
): UsageCell['increments'][number] {
  const last = queries[sources.at(-1)!.query]!
  const startMs = last.boundaries.at(-2)!
  return { startMs, endMs, quantity: sum(increments.map(({ quantity }) => quantity)) }
}

/** `fromEntries` defines own members, so a property may have any name, `__proto__` too. */
function pick(values: Map<string, string | null>, names: string[] = []): GroupValues | null {
  if (names.length === 0) return null
  return Object.fromEntries(names.map((name) => [name, values.get(name) ?? null]))
}

/** The increments inside a span; windows never straddle one, for they meet at every change. */
function cutCell(cell: UsageCell, span: Period): UsageCell {
  const inside = cell.increments.filter(
    ({ startMs, endMs }) => startMs >= span.startMs && endMs <= span.endMs,
  )
  return { ...cell, increments: inside }
}

function spanOf({ startMs, endMs }: Period): Period {
  return { startMs, endMs }
}

function reasonOf({ rate }: RateSpan): UnbilledUsage['reason'] {
  return rate === null ? 'no_rate' : 'not_entitled'
}

function compareSpans(a: UsageCell & Period, b: UsageCell & Period): number {
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
