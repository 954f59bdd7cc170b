import {
  checkMetric,
  type AggregationType,
  type EventTypeFilter,
  type PropertyFilter,
  type StreamingMetric,
} from '../metering/metric.ts'
import { ok, refuse, type Result } from '../result.ts'

/** A billable metric as it is asked for: its SQL, or what to count of which events. */
export interface MetricInput {
  name: string
  sql?: string
  aggregationType?: AggregationType
  aggregationKey?: string
  eventTypeFilter?: EventTypeFilter
  propertyFilters?: PropertyFilter[]
  groupKeys?: string[][]
}

/** Decides on a new metric (BM-3, GK-1 … GK-5); refusals name the fields as the API calls them. */
export function defineMetric(input: MetricInput): Result<Omit<StreamingMetric, 'id'>> {
  const { name, sql, aggregationType, aggregationKey, eventTypeFilter } = input
  if (sql !== undefined) return refuseSql(input)
  if (aggregationType === undefined) {
    return refuse('invalid', 'aggregation_type: required for a metric without sql')
  }
  if (aggregationType === 'COUNT' && aggregationKey !== undefined) {
    return refuse('invalid', 'aggregation_key: does not apply to COUNT, which counts events')
  }
  const { propertyFilters = [], groupKeys = [] } = input
  const metric = {
    name,
    aggregationType,
    aggregationKey,
    eventTypeFilter,
    propertyFilters,
    groupKeys,
  }
  const problem = checkMetric(metric)
  return problem === null ? ok(metric) : { ok: false, error: problem }
}

function refuseSql(input: MetricInput) {
  const streaming = {
    aggregation_type: input.aggregationType,
    event_type_filter: input.eventTypeFilter,
    property_filters: input.propertyFilters,
    aggregation_key: input.aggregationKey,
    group_keys: input.groupKeys,
  }
  const given = Object.entries(streaming).filter(([, value]) => value !== undefined)
  const names = given.map(([field]) => field).join(', ')
  if (names !== '') return refuse('invalid', `sql: cannot be combined with ${names}`)
  return refuse('invalid', 'sql: SQL metrics are not available yet')
}
