import type { Decimal } from '../decimal.ts'
import { sqlIncrements, sqlValues } from '../sql/measure-usage.ts'
import { nameLimit } from '../sql/sql-error.ts'
import type { Group } from './group.ts'
import { incrementsOf, windowValues, type GroupValues } from './increment.ts'
import { isSqlMetric, type BillableMetric, type StreamingMetric } from './metric.ts'
import type { UsageQuery, WindowUsage } from './usage.ts'

/** What a group of a metric's usage is billed for. */
export interface BilledIncrements {
  group: Group
  /**
   * By window; negative where the metric's value falls (CD-4). Null where the group had no usage: a
   * gauge that repeats its reading had some, and adds nothing (AG-11).
   */
  increments: (Decimal | null)[]
}

/**
 * What each window adds to a metric's value since the first boundary, by group (CD-1): the one
 * rule by which usage is billed, whatever the metric.
 * @param usage what the meters answered to the query, one after the other
 * @throws SqlLimitError where a SQL metric takes more than it may
 */
export function measureIncrements(
  metric: BillableMetric,
  query: UsageQuery,
  usage: WindowUsage[],
): BilledIncrements[] {
  if (isSqlMetric(metric)) {
    return nameLimit(metric.name, () => sqlIncrements(metric.plan, query, usage))
  }
  const used = new Set(usage.map(({ window, group }) => nameOf(window, group)))
  return incrementsOf(usage, shapeOf(metric, query)).map(({ group, increments }) => ({
    group,
    increments: increments.map((quantity, window) =>
      used.has(nameOf(window, group)) ? quantity : null,
    ),
  }))
}

/**
 * The metric's value inside each window alone, by group, as usage queries answer it (UQ-10, UQ-11,
 * SL-5).
 * @throws SqlLimitError where a SQL metric takes more than it may
 */
export function measureValues(
  metric: BillableMetric,
  query: UsageQuery,
  usage: WindowUsage[],
): GroupValues[] {
  if (isSqlMetric(metric)) {
    return nameLimit(metric.name, () => sqlValues(metric.plan, query, usage))
  }
  return windowValues(usage, shapeOf(metric, query))
}

function shapeOf({ aggregationType }: StreamingMetric, { boundaries }: UsageQuery) {
  return { aggregationType, windowCount: boundaries.length - 1 }
}

function nameOf(window: number, group: string[]): string {
  return JSON.stringify([window, group])
}
