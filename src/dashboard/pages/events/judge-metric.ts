import { conditionsOf } from '../../../core/metering/filter.ts'
import type { FoundEvent, Metric } from '../../api/answers.ts'

/** Whether a metric counts an event, and if not, what it needs that the event does not have. */
export interface Verdict {
  metric: Metric
  isMatch: boolean
  /** Each condition that the event fails; none where only the server can tell. */
  unmet: string[]
}

/** Holds an event against every metric, by the conditions that meter. */
export function judgeMetrics(event: FoundEvent, metrics: readonly Metric[]): Verdict[] {
  const matched = new Set(event.matched_billable_metrics.map(({ id }) => id))
  return metrics
    .map((metric) => {
      const isMatch = matched.has(metric.id)
      return { metric, isMatch, unmet: isMatch ? [] : unmetConditions(event, metric) }
    })
    .sort((a, b) => Number(b.isMatch) - Number(a.isMatch) || a.unmet.length - b.unmet.length)
}

function unmetConditions(event: FoundEvent, metric: Metric): string[] {
  if (metric.sql !== undefined) return []
  const { event_type_filter: types, property_filters: filters = [], group_keys = [] } = metric
  const conditions = conditionsOf({
    ...(types && {
      eventTypeFilter: {
        ...(types.in_values && { inValues: types.in_values }),
        ...(types.not_in_values && { notInValues: types.not_in_values }),
      },
    }),
    propertyFilters: filters.map(({ name, exists, in_values, not_in_values }) => ({
      name,
      ...(exists != null && { exists }),
      ...(in_values && { inValues: in_values }),
      ...(not_in_values && { notInValues: not_in_values }),
    })),
    groupKeys: group_keys,
  })
  const usage = {
    transactionId: event.transaction_id,
    ingestId: event.customer_id,
    eventType: event.event_type,
    timestampMs: Date.parse(event.timestamp),
    subMs: '',
    properties: event.properties ?? {},
  }
  return conditions.filter((each) => !each.holds(usage)).map(({ expected }) => expected)
}
