import { groupKeyFor, isSqlMetric, type BillableMetric } from '../metering/metric.ts'
import { parseDecimal } from '../decimal.ts'
import { ok, refuse, type Result } from '../result.ts'
import {
  groupKeyOf,
  type Product,
  type ProductChanges,
  type ProductState,
  type ProductType,
} from './product.ts'

/** What the definitions of products refer to, by id. */
export interface ProductReferences {
  metrics: ReadonlyMap<string, BillableMetric>
  /** The products that composites name, and those that these name, and so on. */
  products: ReadonlyMap<string, Product>
}

const USAGE: readonly ProductType[] = ['USAGE']
const COMPOSITE: readonly ProductType[] = ['COMPOSITE']
const METERED: readonly ProductType[] = ['USAGE', 'COMPOSITE']

/** The product types that a field is for; the other fields are for all. */
const TYPES_OF: Partial<Record<keyof ProductState, { name: string; types: typeof USAGE }>> = {
  billableMetricId: { name: 'billable_metric_id', types: USAGE },
  pricingGroupKey: { name: 'pricing_group_key', types: USAGE },
  presentationGroupKey: { name: 'presentation_group_key', types: USAGE },
  quantityConversion: { name: 'quantity_conversion', types: USAGE },
  quantityRounding: { name: 'quantity_rounding', types: USAGE },
  sqlBreakdownGranularity: { name: 'sql_breakdown_granularity', types: USAGE },
  compositeProductIds: { name: 'composite_product_ids', types: COMPOSITE },
  compositeTags: { name: 'composite_tags', types: COMPOSITE },
  compositeScope: { name: 'composite_scope', types: COMPOSITE },
  excludeFreeUsage: { name: 'exclude_free_usage', types: COMPOSITE },
  includeCompositeSpend: { name: 'include_composite_spend', types: COMPOSITE },
  netsuiteOverageItemId: { name: 'netsuite_overage_item_id', types: METERED },
}

/** Whether a product of this type may say all that is given; empty lists say nothing (pricing 2). */
export function checkFields(type: ProductType, given: ProductChanges): Result<null> {
  for (const [field, value] of Object.entries(given)) {
    const isSaid = value !== undefined && value !== null && !isEmptyList(value)
    const { name, types } = TYPES_OF[field as keyof ProductState] ?? { name: field, types: [type] }
    if (isSaid && !types.includes(type)) {
      return refuse('invalid', `${name}: applies to ${types.join(' and ')} products only`)
    }
  }
  const { quantityConversion: conversion } = given
  if (conversion && parseDecimal(conversion.factor)?.greaterThan(0) !== true) {
    return refuse(
      'invalid',
      'quantity_conversion.conversion_factor: expected a number greater than 0',
    )
  }
  return ok(null)
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}

/**
 * Whether a product can be this (pricing 2): usage has a metric, which keeps usage by the product's
 * keys, and a composite has something to be a part of.
 */
export function checkState(
  { id, type }: Pick<Product, 'id' | 'type'>,
  state: ProductState,
  references: ProductReferences,
): Result<null> {
  if (type === 'USAGE') {
    const { billableMetricId } = state
    if (billableMetricId === undefined) {
      return refuse('invalid', 'billable_metric_id: required for USAGE products')
    }
    const metric = references.metrics.get(billableMetricId)
    if (metric === undefined) {
      return refuse('not_found', `billable_metric_id: no billable metric ${billableMetricId}`)
    }
    return checkGroupKeys(state, metric)
  }
  if (type === 'COMPOSITE') return checkComposite(id, state, references)
  return ok(null)
}

/**
 * A composite charges a share of what other products cost. Its own charge is not part of that,
 * neither directly nor by way of other composites.
 */
function checkComposite(
  id: string,
  { compositeProductIds = [], compositeTags = [], includeCompositeSpend = false }: ProductState,
  { products }: ProductReferences,
): Result<null> {
  if (compositeProductIds.length === 0 && compositeTags.length === 0) {
    return refuse(
      'invalid',
      'composite_product_ids, composite_tags: at least one of them is required for COMPOSITE products',
    )
  }
  for (const [i, namedId] of compositeProductIds.entries()) {
    const field = `composite_product_ids[${i}]`
    const named = products.get(namedId)
    if (namedId === id) return refuse('invalid', `${field}: a product is no part of itself`)
    if (named === undefined) return refuse('not_found', `${field}: no product ${namedId}`)
    const isComposite = named.type === 'COMPOSITE'
    if (isComposite && !includeCompositeSpend) {
      return refuse(
        'invalid',
        `${field}: ${namedId} is a COMPOSITE product, whose spend counts only with include_composite_spend`,
      )
    }
    if (isComposite && reaches(named, id, products)) {
      return refuse('invalid', `${field}: ${namedId} is itself a share of this product`)
    }
    if (!isComposite && named.type !== 'USAGE' && named.type !== 'SUBSCRIPTION') {
      return refuse(
        'invalid',
        `${field}: expected a USAGE, SUBSCRIPTION or COMPOSITE product; ${namedId} is ${named.type}`,
      )
    }
  }
  return ok(null)
}

/** Whether a composite names a product, at whatever time, or names one that does. */
function reaches(from: Product, id: string, products: ReadonlyMap<string, Product>): boolean {
  const seen = new Set<string>()
  const open = [from]
  for (let product = open.pop(); product !== undefined; product = open.pop()) {
    if (seen.has(product.id)) continue
    seen.add(product.id)
    const named = namedProducts(product)
    if (named.includes(id)) return true
    open.push(...named.flatMap((other) => products.get(other) ?? []))
  }
  return false
}

/** The products that a composite names at any time. */
export function namedProducts({
  initial,
  updates,
}: Pick<Product, 'initial' | 'updates'>): string[] {
  const states = [initial, ...updates]
  return [...new Set(states.flatMap(({ compositeProductIds = [] }) => compositeProductIds))]
}

/**
 * Usage of a streaming metric is kept by the group keys that it declares, each of them whole, and a
 * SQL metric has the columns of its result: so everything that the product is priced and presented
 * by must be one of them (GK-10 … GK-12, SQ-11).
 */
function checkGroupKeys(state: ProductState, metric: BillableMetric): Result<null> {
  const properties = groupKeyOf(state)
  if (properties.length === 0 || groupKeyFor(metric, properties) !== null) return ok(null)
  const keys = {
    pricing_group_key: state.pricingGroupKey ?? [],
    presentation_group_key: state.presentationGroupKey ?? [],
  }
  const given = Object.entries(keys).filter(([, key]) => key.length > 0)
  const fields = given.map(([field]) => field).join(', ')
  if (isSqlMetric(metric)) {
    const columns = metric.plan.keys.map(({ name }) => name)
    const missing = properties.filter((name) => !columns.includes(name))
    return refuse(
      'invalid',
      `${fields}: the result of the metric "${metric.name}" has no column ${missing.join(', ')}; besides the quantity it has ${columns.join(', ') || 'none'}`,
    )
  }
  const declared = metric.groupKeys.map((key) => JSON.stringify(key)).join(', ') || 'none'
  return refuse(
    'invalid',
    `${fields}: the metric "${metric.name}" declares no group key ${JSON.stringify(properties)}; it declares ${declared}`,
  )
}
