import {
  checkMetric,
  type AggregationType,
  type EventTypeFilter,
  type PropertyFilter,
  type SqlMetric,
  type StreamingMetric,
} from '../metering/metric.ts'
import { ok, refuse, type Refusal, type Result } from '../result.ts'
import { executionOf } from '../sql/run/split-plan.ts'
import { compileSql, type CompiledSql, type SqlRefusal } from '../sql/compile-sql.ts'

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

/** Why a metric is refused; of one in SQL, where in its text. */
export interface MetricRefusal extends Refusal {
  sql?: SqlRefusal
}

/** A refusal of the API, of what is wrong with some SQL. */
export function refuseSql(sql: SqlRefusal): { ok: false; error: MetricRefusal } {
  return { ok: false, error: { code: 'invalid', message: sql.message, sql } }
}

/** How a metric in SQL was understood; null for other metrics. */
export interface DefinedMetric {
  metric: Omit<StreamingMetric, 'id'> | Omit<SqlMetric, 'id'>
  compiled: { sql: string; tree: CompiledSql['tree'] } | null
}

/**
 * Decides on a new metric (BM-3, GK-1 … GK-5, SL-6); refusals name the fields as the API calls
 * them, and say where in the SQL they arise.
 */
export function defineMetric(input: MetricInput): Result<DefinedMetric, MetricRefusal> {
  if (input.sql !== undefined) return defineSqlMetric(input, input.sql)
  const metric = defineStreamingMetric(input)
  return metric.ok ? ok({ metric: metric.value, compiled: null }) : metric
}

function defineStreamingMetric(input: MetricInput): Result<Omit<StreamingMetric, 'id'>> {
  const { name, aggregationType, aggregationKey, eventTypeFilter } = input
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

function defineSqlMetric(input: MetricInput, sql: string): Result<DefinedMetric, MetricRefusal> {
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
  const compiled = compileSql(sql)
  if (!compiled.ok) return refuseSql(compiled.error)
  const { plan } = compiled.value
  const metric = { name: input.name, sql, plan, execution: executionOf(plan) }
  return ok({ metric, compiled: { sql, tree: compiled.value.tree } })
}
