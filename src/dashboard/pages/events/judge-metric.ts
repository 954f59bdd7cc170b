import { conditionsOf } from '../../../core/metering/filter.ts'
import { propertyOf } from '../../../core/metering/property.ts'
import type { FoundEvent, Metric } from '../../api/answers.ts'

/** Whether a metric counts an event, and if not, what it needs that the event does not have. */
export interface Verdict {
  metric: Metric
  isMatch: boolean
  /** Each condition that the event fails; none where that cannot be told. */
  unmet: string[]
  /** What the event has of the metric's group keys, for one that counts it. */
  groups: { name: string; value: string }[]
}

/** Holds an event against every metric, by the conditions that meter. */
export function judgeMetrics(event: FoundEvent, metrics: readonly Metric[]): Verdict[] {
  const matched = new Set(event.matched_billable_metrics.map(({ id }) => id))
  return metrics
    .map((metric) => {
      const isMatch = matched.has(metric.id)
      const unmet = isMatch ? [] : unmetConditions(event, metric)
      return { metric, isMatch, unmet, groups: isMatch ? groupsOf(event, metric) : [] }
    })
    .sort((a, b) => Number(b.isMatch) - Number(a.isMatch) || a.unmet.length - b.unmet.length)
}

function groupsOf(event: FoundEvent, { group_keys: keys = [] }: Metric): Verdict['groups'] {
  return [...new Set(keys.flat())].flatMap((name) => {
    const value = propertyOf({ properties: event.properties ?? {} }, name)
    return value === undefined ? [] : [{ name, value }]
  })
}

const REASON = /^The metric needs that ([^]*)\.$/

/** Of SQL the server says the first condition; of filters all are told here. */
function unmetConditions(event: FoundEvent, metric: Metric): string[] {
  if (metric.sql !== undefined) {
    const told = event.unmatched_billable_metrics?.find(({ id }) => id === metric.id)?.reason
    return told === undefined ? [] : [REASON.exec(told)?.[1] ?? told]
  }
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
