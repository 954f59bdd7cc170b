import { incrementsOf } from '../metering/increment.ts'
import type { StreamingMetric } from '../metering/metric.ts'
import type { UsageQuery, WindowUsage } from '../metering/usage.ts'
import type { Increment } from './rate-usage.ts'

/**
 * The increments of a query (CD-1), of those windows only in which the group had usage. A gauge
 * that repeats its reading had usage and adds nothing; without usage there is no line (AG-11).
 * @param usage what the meters answered to the query, one after the other
 */
export function usageIncrements(
  metric: StreamingMetric,
  query: UsageQuery,
  usage: WindowUsage[],
): Increment[] {
  const used = new Set(usage.map(({ window, group }) => nameOf(window, group)))
  const shape = {
    aggregationType: metric.aggregationType,
    windowCount: query.boundaries.length - 1,
  }
  return incrementsOf(usage, shape).flatMap(({ group, increments }) =>
    increments
      .map((quantity, window) => ({ window, group, quantity }))
      .filter(({ window }) => used.has(nameOf(window, group))),
  )
}

function nameOf(window: number, group: string[]): string {
  return JSON.stringify([window, group])
}
