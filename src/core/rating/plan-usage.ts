import type { Catalog } from '../catalog/catalog.ts'
import { productStates } from '../catalog/product-states.ts'
import { groupKeyOf, type Product, type ProductState } from '../catalog/product.ts'
import { changePoints } from '../catalog/resolve-rate.ts'
import type { Rate } from '../catalog/rate.ts'
import {
  mayPayForProduct,
  payersOf,
  segmentChanges,
  type PayingBalances,
} from '../ledger/applicability.ts'
import type { Balance } from '../ledger/balance.ts'
import { groupKeyFor, isSqlMetric, type BillableMetric } from '../metering/metric.ts'
import type { UsageQuery } from '../metering/usage.ts'
import { assert } from '../result.ts'
import type { Period } from '../time.ts'
import { mayMatchProduct } from './match-override.ts'
import { filtersIn, filterSpans, isReadable, planReads, type UsageRead } from './plan-reads.ts'
import {
  compositeChanges,
  cutComposites,
  planComposites,
  type CompositeSpan,
  type HeldElsewhere,
} from './plan-composites.ts'
import { overrideChanges, type PricingTerms } from './resolve-terms.ts'

/** A part of the period throughout which a product's definition stays the same. */
export interface ProductSegment extends Period {
  product: Product
  state: ProductState
  /** What is charged in it: the windows of these spans, each by the index of its query. */
  sources: (Period & { query: number })[]
  /** Whether all of it is incurred in the period's last window (SG-4). */
  isAtEnd: boolean
  /** The properties by which its usage is read; null = all of it in one. */
  groupKey: string[] | null
  /** Whether the contract's usage filter is on a property by which the metric cannot be read. */
  isUnfilterable: boolean
  /** The balances that may pay for the product; absent for none. */
  payers?: readonly Balance[]
}

/** What a period's usage charges need to know of the usage, and for which products. */
export interface UsagePlan {
  queries: UsageQuery[]
  /** What to ask the meters for it (`joinReads`). */
  reads: UsageRead[]
  /** By product in the order of the card, then by start. */
  segments: ProductSegment[]
  /** What is charged of the spend. */
  composites: CompositeSpan[]
}

export interface PlanOptions {
  heldElsewhere?: HeldElsewhere
  /** Further instants at which windows are to meet. */
  cuts?: number[]
  /** What may be drawn on: lines are cut where it begins or ceases to be there (pricing 14.1). */
  drawing?: PayingBalances
}

/**
 * Decides which usage a period's charges need. The windows of a query meet wherever a rate or a
 * definition changes, so that each window has one price (pricing 14.5, step 4). Every query
 * begins with the period, whenever its product begins to use it: increments count from there (CD-1).
 */
export function planUsage(
  catalog: Catalog,
  period: Period,
  terms: PricingTerms = {},
  { heldElsewhere, cuts: asked = [], drawing }: PlanOptions = {},
): UsagePlan {
  const metrics = new Map(catalog.metrics.map((metric) => [metric.id, metric]))
  const ratesOf = Map.groupBy(catalog.rates, (rate) => rate.productId)
  const payers = drawing === undefined ? [] : payersOf(drawing)
  const planned = planComposites(catalog, period, terms, heldElsewhere)
  const composites = cutComposites(planned, payers)
  const inside = asked.filter((at) => at > period.startMs && at < period.endMs)
  const cuts = [...compositeChanges(composites, period), ...inside]
  const needs = catalog.products.flatMap((product) => {
    const rates = ratesOf.get(product.id)
    if (product.type !== 'USAGE' || rates === undefined) return []
    return chargeProduct(
      product,
      measureProduct(product, rates, metrics, { period, terms, cuts, payers }),
    )
  })
  // Products that measure the same by the same key share a query.
  const sources = needs.flatMap((need) => need.sources)
  const shared = Map.groupBy(sources, ({ query }) =>
    JSON.stringify([query.metricId, query.groupKey]),
  )
  const queries: UsageQuery[] = []
  const queryOf = new Map<UsageQuery, number>()
  for (const group of shared.values()) {
    for (const { query } of group) queryOf.set(query, queries.length)
    queries.push(mergeQueries(group.map(({ query }) => query)))
  }
  const segments = needs.map((need) => ({
    ...need,
    sources: need.sources.map(({ startMs, endMs, query }) => {
      return { startMs, endMs, query: queryOf.get(query)! }
    }),
  }))
  const reads = planReads(queries, metrics, terms.usageFilters ?? [])
  return { queries, reads, segments, composites }
}

/** A span of a product with what measures it. */
interface Measured extends Period {
  state: ProductState
  metric: BillableMetric
  query: UsageQuery
  isUnfilterable: boolean
  payers: readonly Balance[]
}

type Need = Omit<ProductSegment, 'sources'> & { sources: Measured[] }

function measureProduct(
  product: Product,
  rates: Rate[],
  metrics: Map<string, BillableMetric>,
  {
    period,
    terms,
    cuts: shared,
    payers: all,
  }: { period: Period; terms: PricingTerms; cuts: number[]; payers: readonly Balance[] },
): Measured[] {
  const { overrides = [], usageFilters = [] } = terms
  const states = productStates(product, period)
  const last = states.at(-1)!.state
  const lastMetric = metrics.get(last.billableMetricId ?? '')
  const isAtEnd = lastMetric !== undefined && isIncurredAtEnd(last, lastMetric)
  return states.flatMap(({ state, ...span }) => {
    // A product without a metric is never billed.
    if (state.billableMetricId === undefined) return []
    const metric = metrics.get(state.billableMetricId)
    assert(metric !== undefined, `product ${product.id} must have a known metric`)
    const own = overrides.filter((each) => mayMatchProduct(each, product.id, state.tags))
    const payers = all.filter((balance) =>
      mayPayForProduct(balance, { productId: product.id, tags: state.tags }),
    )
    const changes = [
      ...changePoints(rates, span),
      ...overrideChanges(own, span),
      ...payers.flatMap(segmentChanges).filter((at) => at > span.startMs && at < span.endMs),
    ]
    const filterStarts = filterSpans(usageFilters, period).map(({ startMs }) => startMs)
    const cuts = [...filterStarts, ...changes, ...shared, span.endMs, period.endMs]
    const groupKey = groupKeyOf(state)
    const metricKey = groupKey.length === 0 ? null : groupKeyFor(metric, groupKey)
    assert(
      groupKey.length === 0 || metricKey !== null,
      `metric ${metric.id} must have the key ${groupKey.join(', ')}`,
    )
    // What is incurred at the end is priced by the key that the product has then.
    const lastKey = isAtEnd ? groupKeyOf(last) : groupKey
    const key = lastKey.length === 0 ? null : (groupKeyFor(metric, lastKey) ?? metricKey)
    const query = { metricId: metric.id, groupKey: key, boundaries: sortUnique(cuts) }
    const isUnfilterable = !isReadable(metric, key, filtersIn(usageFilters, period))
    return [{ ...span, state, metric, query, isUnfilterable, payers }]
  })
}

/**
 * The segments in which a product is charged. Where a metric takes over from another within the
 * period, each of them adds what it grew by in its own span (SW-2, SW-3).
 */
function chargeProduct(product: Product, measured: Measured[]): Need[] {
  const last = measured.at(-1)
  if (last !== undefined && isIncurredAtEnd(last.state, last.metric)) {
    const isUnfilterable = measured.some((source) => source.isUnfilterable)
    return [{ ...segmentOf(product, last), sources: measured, isAtEnd: true, isUnfilterable }]
  }
  return measured.map((source) => ({
    ...segmentOf(product, source),
    sources: [source],
    isAtEnd: false,
  }))
}

function segmentOf(
  product: Product,
  { startMs, endMs, state, query: { groupKey }, isUnfilterable, payers }: Measured,
): Omit<Need, 'sources' | 'isAtEnd'> {
  const segment = { startMs, endMs, product, state, groupKey, isUnfilterable }
  return payers.length === 0 ? segment : { ...segment, payers }
}

function isIncurredAtEnd(state: ProductState, metric: BillableMetric): boolean {
  return isSqlMetric(metric) && state.sqlBreakdownGranularity !== 'HOUR'
}

function mergeQueries(queries: UsageQuery[]): UsageQuery {
  const [first] = queries
  assert(first !== undefined, 'a shared query has at least one user')
  return { ...first, boundaries: sortUnique(queries.flatMap((query) => query.boundaries)) }
}

function sortUnique(instants: number[]): number[] {
  return [...new Set(instants)].sort((a, b) => a - b)
}
