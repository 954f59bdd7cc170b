import { measureIncrements } from '../metering/measure-usage.ts'
import type { BillableMetric } from '../metering/metric.ts'
import type { UsageQuery, WindowUsage } from '../metering/usage.ts'
import type { Increment } from './usage-cells.ts'

/**
 * The increments of a query (CD-1), of those windows only in which the group had usage. A gauge
 * that repeats its reading had usage and adds nothing; without usage there is no line (AG-11).
 * @param usage what the meters answered to the query, one after the other
 */
export function usageIncrements(
  metric: BillableMetric,
  query: UsageQuery,
  usage: WindowUsage[],
): Increment[] {
  return measureIncrements(metric, query, usage).flatMap(({ group, increments }) =>
    increments.flatMap((quantity, window) =>
      quantity === null ? [] : [{ window, group, quantity }],
    ),
  )
}
