import type { BillableMetric } from '../metering/metric.ts'
import { ok, refuse, type Result } from '../result.ts'
import { isHourAligned } from '../time.ts'
import { checkGroupKeys, unlessEmpty } from './create-product.ts'
import { productAt, type Product, type ProductState, type ProductUpdate } from './product.ts'

/** A change of a product as it is asked for: what is omitted stays as it is. */
export interface ProductChange extends Partial<ProductState> {
  startingAt: number
  createdBy: string
}

/**
 * Decides on a change of a product from an hour on (pricing 2; SW-1), in the past or in the future;
 * refusals name the field as the API calls it.
 * @param metrics all that the product measures by before or after the change, by id
 * @returns the product's updates with the new one, in the order in which they take effect
 */
export function updateProduct(
  product: Product,
  { startingAt, createdBy, ...change }: ProductChange,
  metrics: ReadonlyMap<string, BillableMetric>,
  now: number,
): Result<ProductUpdate[]> {
  if (!isHourAligned(startingAt)) {
    return refuse(
      'invalid',
      'starting_at: expected the start of an hour, such as 2026-03-01T05:00:00Z',
    )
  }
  if (product.archivedAt !== null) {
    return refuse('invalid', `product_id: product ${product.id} is archived and cannot be changed`)
  }
  const usageOnly = {
    billable_metric_id: change.billableMetricId,
    pricing_group_key: change.pricingGroupKey,
    presentation_group_key: change.presentationGroupKey,
    sql_breakdown_granularity: change.sqlBreakdownGranularity,
  }
  for (const [field, value] of Object.entries(usageOnly)) {
    if (value !== undefined && product.type !== 'USAGE') {
      return refuse('invalid', `${field}: applies to USAGE products only`)
    }
  }
  const given = Object.entries(change).filter(([, value]) => value !== undefined)
  if (given.length === 0) return refuse('invalid', 'product_id: expected something to change')
  const update: ProductUpdate = {
    ...Object.fromEntries(given),
    startingAt,
    createdAt: now,
    createdBy,
  }
  const updates = [...product.updates, update].sort(
    (a, b) => a.startingAt - b.startingAt || a.createdAt - b.createdAt,
  )
  const changed = { ...product, updates }
  for (const later of updates.filter((other) => other.startingAt >= startingAt)) {
    const checked = checkState(productAt(changed, later.startingAt), metrics)
    if (!checked.ok) return checked
  }
  return ok(updates)
}

function checkState(
  state: ProductState,
  metrics: ReadonlyMap<string, BillableMetric>,
): Result<null> {
  const { billableMetricId } = state
  if (billableMetricId === undefined) return ok(null)
  const metric = metrics.get(billableMetricId)
  if (metric === undefined) {
    return refuse('not_found', `billable_metric_id: no billable metric ${billableMetricId}`)
  }
  const keyed = {
    ...state,
    pricingGroupKey: unlessEmpty(state.pricingGroupKey),
    presentationGroupKey: unlessEmpty(state.presentationGroupKey),
  }
  return checkGroupKeys(keyed, metric)
}
