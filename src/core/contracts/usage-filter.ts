import { groupKeyOf, productAt } from '../catalog/product.ts'
import { groupKeyFor, isSqlMetric } from '../metering/metric.ts'
import { ok, refuse, type Result } from '../result.ts'
import type { CardContents } from './card-contents.ts'

/**
 * From an instant on, a contract is billed only for usage whose property has one of the values
 * (pricing 4.2). A contract's filters are in the order of time; each replaces the one before.
 */
export interface UsageFilter {
  groupKey: string
  groupValues: string[]
  startingAt: number
}

/** The filters with another one, which replaces one that starts at the same instant. */
export function addUsageFilter(filters: UsageFilter[], added: UsageFilter): UsageFilter[] {
  const others = filters.filter(({ startingAt }) => startingAt !== added.startingAt)
  return [...others, added].sort((a, b) => a.startingAt - b.startingAt)
}

/** The filter that is in force at an instant, or null. */
export function usageFilterAt(filters: UsageFilter[], at: number): UsageFilter | null {
  return filters.findLast(({ startingAt }) => startingAt <= at) ?? null
}

/**
 * Usage of a streaming metric is kept by the group keys that it declares, so the filter's property
 * must be declared together with those of each product on the card; a SQL metric sees whole events.
 * @param field as the API calls it
 */
export function checkUsageFilter(
  { groupKey, startingAt }: UsageFilter,
  card: CardContents | null,
  field: string,
): Result<null> {
  for (const product of card?.products ?? []) {
    const state = productAt(product, startingAt)
    const metric = card?.metrics.find(({ id }) => id === state.billableMetricId)
    if (metric === undefined || isSqlMetric(metric)) continue
    const properties = [...new Set([...groupKeyOf(state), groupKey])]
    if (groupKeyFor(metric, properties) !== null) continue
    return refuse(
      'invalid',
      `${field}: the metric "${metric.name}" of the product "${state.name}" declares no group key ${JSON.stringify(properties)}`,
    )
  }
  return ok(null)
}
