import { SqlMatcher } from '../sql/match-event.ts'
import type { UsageEvent } from './event.ts'
import { conditionsOf } from './filter.ts'
import { isSqlMetric, type BillableMetric } from './metric.ts'

/** Tells which events feed a metric, by the rules that meter it. */
export interface EventMatcher {
  /** Null when the event feeds the metric, else what the metric expects and the event does not have. */
  unmet(event: UsageEvent): string | null
}

export function matcherOf(metric: BillableMetric): EventMatcher {
  if (isSqlMetric(metric)) return new SqlMatcher(metric.plan)
  const conditions = conditionsOf(metric)
  return {
    unmet: (event) => conditions.find((condition) => !condition.holds(event))?.expected ?? null,
  }
}
