import { groupKeyFor, isSqlMetric, type BillableMetric } from '../metering/metric.ts'
import { ok, refuse, type Result } from '../result.ts'
import {
  groupKeyOf,
  type Product,
  type ProductState,
  type ProductType,
  type SqlGranularity,
} from './product.ts'

/** A product as it is asked for. */
export interface ProductInput {
  id: string
  type: ProductType
  name: string
  tags: string[]
  billableMetricId?: string
  pricingGroupKey?: string[]
  presentationGroupKey?: string[]
  sqlBreakdownGranularity?: SqlGranularity
  customFields: Record<string, string>
  createdBy: string
}

/** The metric that the input names. */
export interface ProductMetric {
  definition: BillableMetric
  archivedAt: number | null
}

/**
 * Decides on a new product (pricing 2, GK-10, BM-10); refusals name the field as the API calls it.
 * @param metric null when the input names none, or one that does not exist
 */
export function createProduct(
  input: ProductInput,
  metric: ProductMetric | null,
  now: number,
): Result<Product> {
  const { id, type, name, tags, billableMetricId, customFields, createdBy } = input
  if (type !== 'USAGE') return refuse('invalid', 'type: only USAGE products can be created so far')
  if (billableMetricId === undefined) {
    return refuse('invalid', 'billable_metric_id: required for USAGE products')
  }
  if (metric === null) {
    return refuse('not_found', `billable_metric_id: no billable metric ${billableMetricId}`)
  }
  if (metric.archivedAt !== null) {
    return refuse(
      'invalid',
      `billable_metric_id: billable metric ${billableMetricId} is archived and takes no new products`,
    )
  }
  const initial: ProductState = {
    name,
    tags,
    billableMetricId,
    pricingGroupKey: unlessEmpty(input.pricingGroupKey),
    presentationGroupKey: unlessEmpty(input.presentationGroupKey),
    sqlBreakdownGranularity: input.sqlBreakdownGranularity,
  }
  const grouped = checkGroupKeys(initial, metric.definition)
  if (!grouped.ok) return grouped
  const times = { createdAt: now, archivedAt: null }
  return ok({ id, type, initial, updates: [], customFields, createdBy, ...times })
}

export function unlessEmpty(key: string[] | undefined): string[] | undefined {
  return key?.length === 0 ? undefined : key
}

/**
 * Usage of a streaming metric is kept by the group keys that it declares, each of them whole, and a
 * SQL metric has the columns of its result: so everything that the product is priced and presented
 * by must be one of them (GK-10 … GK-12, SQ-11).
 */
export function checkGroupKeys(state: ProductState, metric: BillableMetric): Result<null> {
  const properties = groupKeyOf(state)
  if (properties.length === 0 || groupKeyFor(metric, properties) !== null) return ok(null)
  const fields = [
    ...(state.pricingGroupKey === undefined ? [] : ['pricing_group_key']),
    ...(state.presentationGroupKey === undefined ? [] : ['presentation_group_key']),
  ].join(', ')
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
