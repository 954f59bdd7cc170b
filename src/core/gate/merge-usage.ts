import { mergeStates } from '../metering/aggregate.ts'
import { isSqlMetric, type BillableMetric } from '../metering/metric.ts'
import type { WindowUsage } from '../metering/usage.ts'

/**
 * The usage of a query with some added. Where windows and groups are there already, states merge,
 * so that it does not grow with every gate; those of SQL metrics are listed side by side.
 */
export function mergeUsage(
  metric: BillableMetric,
  usage: readonly WindowUsage[],
  added: readonly WindowUsage[],
): WindowUsage[] {
  if (added.length === 0 || isSqlMetric(metric)) return [...usage, ...added]
  const waiting = new Map(added.map((each) => [keyOf(each), each]))
  const windows = new Set(added.map(({ window }) => window))
  const merged = usage.map((each) => {
    const more = windows.has(each.window) ? waiting.get(keyOf(each)) : undefined
    if (more === undefined) return each
    waiting.delete(keyOf(each))
    const { window, group, state } = each
    return { window, group, state: mergeStates(metric.aggregationType, state, more.state) }
  })
  return [...merged, ...waiting.values()]
}

function keyOf({ window, group }: WindowUsage): string {
  return JSON.stringify([window, ...group])
}
