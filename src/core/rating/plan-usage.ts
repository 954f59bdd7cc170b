import type { Catalog } from '../catalog/catalog.ts'
import { groupKeyOf, productAt, type Product, type ProductState } from '../catalog/product.ts'
import { changePoints } from '../catalog/resolve-rate.ts'
import type { Rate } from '../catalog/rate.ts'
import { findGroupKey, type StreamingMetric } from '../metering/metric.ts'
import type { UsageQuery } from '../metering/usage.ts'
import { assert } from '../result.ts'
import type { Period } from '../time.ts'

/** A part of the period throughout which a product's definition stays the same. */
export interface ProductSegment extends Period {
  product: Product
  state: ProductState
  /** The index of the query that measures it. */
  query: number
}

/** What a period's usage charges need to know of the usage, and for which products. */
export interface UsagePlan {
  queries: UsageQuery[]
  /** By product in the order of the card, then by start. */
  segments: ProductSegment[]
}

/**
 * Decides which usage a period's charges need. The windows of a query meet wherever a rate or a
 * definition changes, so that each window has one price (pricing 14.5, step 4). Every query
 * begins with the period, whenever its product begins to use it: increments count from there (CD-1).
 */
export function planUsage(catalog: Catalog, period: Period): UsagePlan {
  const metrics = new Map(catalog.metrics.map((metric) => [metric.id, metric]))
  const ratesOf = Map.groupBy(catalog.rates, (rate) => rate.productId)
  const needs = catalog.products.flatMap((product) => {
    const rates = ratesOf.get(product.id)
    if (product.type !== 'USAGE' || rates === undefined) return []
    return measureProduct(product, rates, metrics, period)
  })
  // Products that measure the same by the same key share a query.
  const shared = Map.groupBy(needs, ({ query }) => JSON.stringify([query.metricId, query.groupKey]))
  const queries: UsageQuery[] = []
  const queryOf = new Map<UsageQuery, number>()
  for (const group of shared.values()) {
    for (const { query } of group) queryOf.set(query, queries.length)
    queries.push(mergeQueries(group.map(({ query }) => query)))
  }
  const segments = needs.map(({ segment, query }) => ({ ...segment, query: queryOf.get(query)! }))
  return { queries, segments }
}

interface Need {
  segment: Omit<ProductSegment, 'query'>
  query: UsageQuery
}

function measureProduct(
  product: Product,
  rates: Rate[],
  metrics: Map<string, StreamingMetric>,
  period: Period,
): Need[] {
  return productStates(product, period).flatMap(({ state, ...span }) => {
    // A product without a metric is never billed.
    if (state.billableMetricId === undefined) return []
    const metric = metrics.get(state.billableMetricId)
    assert(metric !== undefined, `product ${product.id} must have a known metric`)
    const cuts = [period.startMs, ...changePoints(rates, span), span.endMs, period.endMs]
    const groupKey = declaredGroupKey(metric, groupKeyOf(state))
    return {
      segment: { ...span, product, state },
      query: { metricId: metric.id, groupKey, boundaries: sortUnique(cuts) },
    }
  })
}

function mergeQueries(queries: UsageQuery[]): UsageQuery {
  const [first] = queries
  assert(first !== undefined, 'a shared query has at least one user')
  return { ...first, boundaries: sortUnique(queries.flatMap((query) => query.boundaries)) }
}

/** The definitions of a product in the course of a period: every update of it makes a cut. */
function productStates(product: Product, period: Period): (Period & { state: ProductState })[] {
  const changes = product.updates.map((update) => update.startingAt)
  const inside = changes.filter((at) => at > period.startMs && at < period.endMs)
  const starts = sortUnique([period.startMs, ...inside])
  return starts.map((startMs, i) => ({
    startMs,
    endMs: starts[i + 1] ?? period.endMs,
    state: productAt(product, startMs),
  }))
}

/** The metric's declared key with these properties (GK-10); null when there is nothing to group by. */
function declaredGroupKey(metric: StreamingMetric, properties: string[]): string[] | null {
  if (properties.length === 0) return null
  const groupKey = metric.groupKeys[findGroupKey(metric.groupKeys, properties)]
  assert(
    groupKey !== undefined,
    `metric ${metric.id} must declare the key ${properties.join(', ')}`,
  )
  return groupKey
}

function sortUnique(instants: number[]): number[] {
  return [...new Set(instants)].sort((a, b) => a - b)
}
