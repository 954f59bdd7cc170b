import { assert } from '../result.ts'
import { scanUsage } from '../sql/scan-usage.ts'
import { nameLimit } from '../sql/sql-error.ts'
import {
  addContribution,
  contributionOf,
  emptyState,
  encodeState,
  type AggregateState,
} from './aggregate.ts'
import type { UsageEvent } from './event.ts'
import { conditionsOf, matches } from './filter.ts'
import { groupOf, groupText, parseGroup } from './group.ts'
import { findGroupKey, isSqlMetric, type BillableMetric, type StreamingMetric } from './metric.ts'
import type { UsageQuery, WindowUsage } from './usage.ts'

/**
 * What a meter would answer to a query if these events, none of them a duplicate, were all that it
 * holds of the customer (PE-3). Merged with what a meter does answer, it is the usage of both.
 */
export function previewUsage(
  metric: BillableMetric,
  query: UsageQuery,
  events: readonly UsageEvent[],
): WindowUsage[] {
  if (!isSqlMetric(metric)) return previewStreaming(metric, query, events)
  const { boundaries, eventFilter } = query
  return nameLimit(metric.name, () => scanUsage(metric.plan, boundaries, events, eventFilter))
}

function previewStreaming(
  metric: StreamingMetric,
  { groupKey, boundaries }: UsageQuery,
  events: readonly UsageEvent[],
): WindowUsage[] {
  assert(
    groupKey === null || findGroupKey(metric.groupKeys, groupKey) >= 0,
    `metric ${metric.id} must declare the key of a query`,
  )
  const conditions = conditionsOf(metric)
  const windows = boundaries.slice(1).map(() => new Map<string, AggregateState>())
  for (const event of events) {
    // Half-open windows: an event on a boundary belongs to the window that it starts (EV-25).
    const window = windows[boundaries.findLastIndex((boundary) => boundary <= event.timestampMs)]
    if (window === undefined || !matches(conditions, event)) continue
    const contribution = contributionOf(metric, event)
    if (contribution === null) continue
    const group = groupText(groupKey === null ? [] : groupOf(groupKey, event))
    let state = window.get(group)
    if (state === undefined) window.set(group, (state = emptyState(metric.aggregationType)))
    addContribution(state, contribution, event)
  }
  return windows.flatMap((groups, window) =>
    [...groups].map(([group, state]) => ({
      window,
      group: parseGroup(group),
      state: encodeState(state),
    })),
  )
}
