import type { Refusal } from '../result.ts'
import type { SqlPlan } from '../sql/plan.ts'

export const AGGREGATION_TYPES = ['COUNT', 'SUM', 'MAX', 'LATEST', 'UNIQUE'] as const
export type AggregationType = (typeof AGGREGATION_TYPES)[number]

/** Which event types feed a metric (BF-1): listed ones, or all but listed ones. */
export interface EventTypeFilter {
  inValues?: string[]
  notInValues?: string[]
}

/** A condition on one property; a metric's conditions must all hold (BF-3 … BF-6). */
export interface PropertyFilter {
  name: string
  exists?: boolean
  inValues?: string[]
  notInValues?: string[]
}

/** What a streaming billable metric measures. Immutable once created, but for the name (BM-8). */
export interface StreamingMetric {
  id: string
  name: string
  aggregationType: AggregationType
  /** The property that is aggregated; absent for COUNT (GK-1). */
  aggregationKey?: string
  eventTypeFilter?: EventTypeFilter
  propertyFilters: PropertyFilter[]
  /** Each inner list is one simple or compound key (GK-4). */
  groupKeys: string[][]
}

/** A billable metric that is written in SQL (SQ-1 … SQ-17). Immutable but for its name, too. */
export interface SqlMetric {
  id: string
  name: string
  /** The query as it was given. */
  sql: string
  /** What runs of it. */
  plan: SqlPlan
  /** Whether it is added up while events come in, or computed when it is asked for. */
  execution: 'incremental' | 'scan'
}

export type BillableMetric = StreamingMetric | SqlMetric

/** Also tells definitions apart that have no id or no name yet. */
export function isSqlMetric<Metric extends object>(
  metric: Metric,
): metric is Extract<Metric, { sql: string }> {
  return 'sql' in metric
}

/** The rules that a definition must keep (GK-2, GK-3, GK-5); null when it keeps them. */
export function checkMetric(metric: Omit<StreamingMetric, 'id'>): Refusal | null {
  const problems = [...checkAggregationKey(metric), ...checkGroupKeys(metric)]
  if (problems.length === 0) return null
  return { code: 'invalid', message: problems.join(' ') }
}

function checkAggregationKey(metric: Omit<StreamingMetric, 'id'>): string[] {
  const { aggregationType, aggregationKey, propertyFilters } = metric
  if (aggregationType === 'COUNT') return []
  if (aggregationKey === undefined) {
    return [`aggregation_key is required when aggregation_type is ${aggregationType}.`]
  }
  if (propertyFilters.some((filter) => filter.name === aggregationKey)) return []
  return [
    `The specified aggregation key must be one of the property filter names (aggregation_key "${aggregationKey}").`,
  ]
}

function checkGroupKeys(metric: Omit<StreamingMetric, 'id'>): string[] {
  const problems: string[] = []
  for (const name of new Set(metric.groupKeys.flat())) {
    const filters = metric.propertyFilters.filter((filter) => filter.name === name)
    if (filters.length === 0) {
      problems.push(`Group key '${name}' does not match one of the property filter names.`)
    } else if (!filters.some((filter) => filter.exists === true || filter.inValues !== undefined)) {
      problems.push(
        `Group key '${name}' needs a property filter with exists: true or in_values (GK-5).`,
      )
    }
  }
  return problems
}

/**
 * The group key by which a metric's usage is read for these properties, in the metric's own names
 * and order: a declared key of exactly these (GK-10, GK-12), or, of a SQL metric, columns of its
 * result (SQ-11). Null where there is none.
 */
export function groupKeyFor(
  metric: BillableMetric,
  properties: readonly string[],
): string[] | null {
  if (!isSqlMetric(metric)) {
    return metric.groupKeys[findGroupKey(metric.groupKeys, properties)] ?? null
  }
  const columns = metric.plan.keys.map(({ name }) => name)
  return properties.every((name) => columns.includes(name)) ? [...properties] : null
}

/**
 * The index of the declared group key that has exactly these properties, in any order (GK-10,
 * GK-12); −1 for none.
 */
export function findGroupKey(groupKeys: string[][], properties: Iterable<string>): number {
  const wanted = new Set(properties)
  return groupKeys.findIndex(
    (key) => new Set(key).size === wanted.size && key.every((name) => wanted.has(name)),
  )
}
