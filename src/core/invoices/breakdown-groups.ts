import type { Catalog } from '../catalog/catalog.ts'
import type { Price } from '../catalog/price.ts'
import { productStates } from '../catalog/product-states.ts'
import type { Product, ProductState } from '../catalog/product.ts'
import { groupKeyFor, isSqlMetric, type BillableMetric } from '../metering/metric.ts'
import { mayMatchProduct } from '../rating/match-override.ts'
import type { PricingTerms } from '../rating/resolve-terms.ts'
import type { Period } from '../time.ts'
import type { InvoiceLine } from './invoice.ts'

/** How spend is to be told apart (invoices 4.3). */
export interface SpendGrouping {
  /** The properties that lines are split by, in place of the products' own; absent for these. */
  groupKeys?: string[]
  /** Only usage with one of these values counts, by property; none: all values do. */
  groupFilters: Record<string, string[]>
}

/** A catalog whose products are grouped as asked, as far as each of them can be. */
export interface Regrouped {
  catalog: Catalog
  /** Products that are grouped and filtered as asked, with the properties that their lines show. */
  regrouped: ReadonlyMap<string, readonly string[]>
  /** Products whose own keys stand, for what they cost depends on these. */
  fixed: ReadonlySet<string>
}

/**
 * Groups the products of a catalog anew. A product whose price depends on how its usage is grouped
 * keeps its own keys, and is not filtered; one whose metric has no such key keeps them as well.
 */
export function regroupProducts(
  catalog: Catalog,
  terms: PricingTerms,
  period: Period,
  grouping: SpendGrouping,
): Regrouped {
  const regrouped = new Map<string, readonly string[]>()
  const fixed = new Set<string>()
  const metrics = new Map(catalog.metrics.map((metric) => [metric.id, metric]))
  const products = catalog.products.map((product) => {
    if (product.type !== 'USAGE') return product
    const states = productStates(product, period).map(({ state }) => state)
    if (isFixed(product, states, { catalog, terms, metrics })) {
      fixed.add(product.id)
      return product
    }
    const keys = states.map((state) => keyOf(state, metrics, grouping))
    const [key] = keys
    const isSame = keys.every((each) => JSON.stringify(each) === JSON.stringify(key))
    if (key === undefined || key === null || !isSame) return product
    regrouped.set(product.id, grouping.groupKeys ?? states[0]?.presentationGroupKey ?? [])
    const updates = product.updates.map((update) => ({ ...update, presentationGroupKey: key }))
    return { ...product, initial: { ...product.initial, presentationGroupKey: key }, updates }
  })
  return { catalog: { ...catalog, products }, regrouped, fixed }
}

/** The lines that were asked for: those that pass the filters, with the asked-for values only. */
export function showGroups(
  lines: readonly InvoiceLine[],
  { regrouped, fixed }: Regrouped,
  { groupFilters }: SpendGrouping,
): InvoiceLine[] {
  const filters = Object.entries(groupFilters).filter(([, values]) => values.length > 0)
  return lines.flatMap((line): InvoiceLine[] => {
    if (!('productId' in line) || !('pricingGroupValues' in line)) return []
    if (fixed.has(line.productId)) return [line]
    const shown = regrouped.get(line.productId)
    if (shown === undefined) return filters.length === 0 ? [line] : []
    const values = { ...line.pricingGroupValues, ...line.presentationGroupValues }
    if (!filters.every(([key, passing]) => passing.includes(values[key] ?? ''))) return []
    const kept = Object.entries(line.presentationGroupValues ?? {}).filter(([key]) =>
      shown.includes(key),
    )
    const presentationGroupValues = kept.length === 0 ? null : Object.fromEntries(kept)
    return [{ ...line, presentationGroupValues } as InvoiceLine]
  })
}

/** Whether the cost of a product is another if its usage is told apart otherwise. */
function isFixed(
  product: Product,
  states: readonly ProductState[],
  {
    catalog,
    terms: { overrides = [] },
    metrics,
  }: { catalog: Catalog; terms: PricingTerms; metrics: ReadonlyMap<string, BillableMetric> },
): boolean {
  const rates = catalog.rates.filter(({ productId }) => productId === product.id)
  const own = overrides.filter((override) =>
    states.some(({ tags }) => mayMatchProduct(override, product.id, tags)),
  )
  return (
    rates.some(({ price }) => isTiered(price)) ||
    states.some(({ quantityRounding }) => quantityRounding !== undefined) ||
    states.some(({ billableMetricId = '' }) => isMaximum(metrics.get(billableMetricId))) ||
    own.some(
      ({ change, isCommitSpecific, specifiers }) =>
        isCommitSpecific ||
        change?.type === 'TIERED' ||
        (change?.type === 'OVERWRITE' && isTiered(change.price)) ||
        specifiers.some(({ presentationGroupValues }) => presentationGroupValues !== undefined),
    )
  )
}

function isTiered(price: Price | null): boolean {
  return price?.rateType === 'TIERED'
}

function isMaximum(metric: BillableMetric | undefined): boolean {
  return metric !== undefined && !isSqlMetric(metric) && metric.aggregationType === 'MAX'
}

/**
 * The presentation key by which a product is read: it has all that is asked for, and what else the
 * metric's key has. Null where the metric has no key that fits, or what it measures of its groups
 * does not add up to what it measures of fewer.
 */
function keyOf(
  { billableMetricId = '', pricingGroupKey = [], presentationGroupKey = [] }: ProductState,
  metrics: ReadonlyMap<string, BillableMetric>,
  { groupKeys = presentationGroupKey, groupFilters }: SpendGrouping,
): string[] | null {
  const metric = metrics.get(billableMetricId)
  if (metric === undefined) return null
  const filterKeys = Object.keys(groupFilters)
  const wanted = [...new Set([...pricingGroupKey, ...groupKeys, ...filterKeys])]
  const key = wanted.length === 0 ? [] : keyWith(metric, wanted)
  if (key === null) return null
  const shown = new Set([...pricingGroupKey, ...groupKeys])
  const isAdding = isSqlMetric(metric) || ['COUNT', 'SUM'].includes(metric.aggregationType)
  // With one value that passes, there is nothing to add.
  const isOne = (name: string) => groupFilters[name]?.length === 1
  if (!isAdding && key.some((name) => !shown.has(name) && !isOne(name))) return null
  return key.filter((name) => !pricingGroupKey.includes(name))
}

/** The metric's smallest key that has all of these properties. */
function keyWith(metric: BillableMetric, wanted: readonly string[]): readonly string[] | null {
  if (isSqlMetric(metric)) return groupKeyFor(metric, wanted)
  const fitting = metric.groupKeys.filter((key) => wanted.every((name) => key.includes(name)))
  return fitting.toSorted((a, b) => a.length - b.length)[0] ?? null
}
