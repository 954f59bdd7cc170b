import type { Metric } from '../../api/answers.ts'

/** How a property filter tells events. */
export type FilterMode = 'exists' | 'absent' | 'in' | 'not_in'

export interface DraftFilter {
  key: number
  name: string
  mode: FilterMode
  values: string[]
}

/** A streaming metric while it is put together. */
export interface MetricDraft {
  eventTypeMode: 'in' | 'not_in'
  eventTypes: string[]
  filters: DraftFilter[]
  aggregation: Aggregation
  aggregationKey: string
  /** Each is one simple or compound key. */
  groupKeys: string[][]
}

const AGGREGATIONS = ['COUNT', 'SUM', 'MAX', 'LATEST', 'UNIQUE'] as const
export type Aggregation = (typeof AGGREGATIONS)[number]

export const EMPTY_DRAFT: MetricDraft = {
  eventTypeMode: 'in',
  eventTypes: [],
  filters: [],
  aggregation: 'COUNT',
  aggregationKey: '',
  groupKeys: [],
}

/** What is still missing, in a sentence; null when nothing is. */
export function missingPart({ aggregation, aggregationKey, filters }: MetricDraft): string | null {
  if (aggregation !== 'COUNT' && aggregationKey === '') return 'Choose the property to aggregate.'
  const unfinished = filters.find(({ mode, name, values }) => {
    return name === '' || ((mode === 'in' || mode === 'not_in') && values.length === 0)
  })
  if (unfinished === undefined) return null
  return unfinished.name === ''
    ? 'A property filter has no property yet.'
    : `The filter on ${unfinished.name} has no values yet.`
}

/** The properties that must be there without a filter that says so: of the value and of keys. */
export function impliedProperties(draft: MetricDraft): string[] {
  const { aggregation, aggregationKey, groupKeys, filters } = draft
  const needed = [...(aggregation === 'COUNT' ? [] : [aggregationKey]), ...groupKeys.flat()]
  return [...new Set(needed)].filter((name) => {
    const said = filters.some((each) => {
      return each.name === name && (each.mode === 'exists' || each.mode === 'in')
    })
    return name !== '' && !said
  })
}

/** What was put together once. */
export function toDraft(metric: Metric): MetricDraft {
  const { event_type_filter: types, property_filters: filters = [], group_keys = [] } = metric
  return {
    eventTypeMode: types?.not_in_values === undefined ? 'in' : 'not_in',
    eventTypes: types?.in_values ?? types?.not_in_values ?? [],
    filters: filters
      .flatMap(({ name, exists, in_values, not_in_values }) => [
        ...(exists === true ? [{ name, mode: 'exists' as const, values: [] }] : []),
        ...(exists === false ? [{ name, mode: 'absent' as const, values: [] }] : []),
        ...(in_values ? [{ name, mode: 'in' as const, values: in_values }] : []),
        ...(not_in_values ? [{ name, mode: 'not_in' as const, values: not_in_values }] : []),
      ])
      .map((filter, key) => ({ ...filter, key })),
    aggregation: AGGREGATIONS.find((each) => each === metric.aggregation_type) ?? 'COUNT',
    aggregationKey: metric.aggregation_key ?? '',
    groupKeys: group_keys,
  }
}

/** The definition as the API takes it. */
export function toMetricBody(draft: MetricDraft) {
  const { eventTypes, eventTypeMode, filters, aggregation, aggregationKey, groupKeys } = draft
  const types = eventTypeMode === 'in' ? { in_values: eventTypes } : { not_in_values: eventTypes }
  return {
    aggregation_type: aggregation,
    ...(aggregation !== 'COUNT' && { aggregation_key: aggregationKey }),
    ...(eventTypes.length > 0 && { event_type_filter: types }),
    property_filters: [
      ...filters.map(toFilterBody),
      ...impliedProperties(draft).map((name) => ({ name, exists: true })),
    ],
    ...(groupKeys.length > 0 && { group_keys: groupKeys }),
  }
}

function toFilterBody({ name, mode, values }: DraftFilter) {
  if (mode === 'exists' || mode === 'absent') return { name, exists: mode === 'exists' }
  return mode === 'in' ? { name, in_values: values } : { name, not_in_values: values }
}

/**
 * The same question in SQL, as the preview runs it, grouped by the first group key. SQL has no names
 * with quotes or backslashes: metrics of such properties have no preview.
 */
export function toSql(draft: MetricDraft): string {
  const [keys = []] = draft.groupKeys
  const columns = keys.map(column)
  // The name of the quantity is taken.
  const selected = keys.map((name) => column(name) + (name === 'value' ? ' AS "value "' : ''))
  const lines = [`SELECT ${[`${toAggregate(draft)} AS value`, ...selected].join(', ')}`]
  const conditions = conditionsOf(draft)
  lines.push('FROM events')
  if (conditions.length > 0) lines.push(`WHERE ${conditions.join('\n  AND ')}`)
  if (columns.length > 0) lines.push(`GROUP BY ${columns.join(', ')}`)
  return lines.join('\n')
}

function toAggregate({ aggregation, aggregationKey }: MetricDraft): string {
  if (aggregation === 'COUNT') return 'COUNT(*)'
  const property = column(aggregationKey)
  return aggregation === 'UNIQUE' ? `COUNT(DISTINCT ${property})` : `${aggregation}(${property})`
}

function conditionsOf(draft: MetricDraft): string[] {
  const { eventTypes, eventTypeMode, filters } = draft
  const types = `event_type ${eventTypeMode === 'in' ? 'IN' : 'NOT IN'} (${list(eventTypes)})`
  return [
    ...(eventTypes.length > 0 ? [types] : []),
    ...filters.map(({ name, mode, values }) => {
      const property = column(name)
      if (mode === 'exists') return `${property} IS NOT NULL`
      if (mode === 'absent') return `${property} IS NULL`
      if (mode === 'in') return `${property} IN (${list(values)})`
      // An event without the property passes.
      return `(${property} IS NULL OR ${property} NOT IN (${list(values)}))`
    }),
    ...impliedProperties(draft).map((name) => `${column(name)} IS NOT NULL`),
  ]
}

const PLAIN_NAME = /^[a-z_][a-z0-9_]*$/

function column(name: string): string {
  return `properties.${PLAIN_NAME.test(name) ? name : `"${name.replaceAll('"', '""')}"`}`
}

function list(values: readonly string[]): string {
  return values.map((value) => `'${value.replaceAll("'", "''")}'`).join(', ')
}

/** An event that the metric counts, such as the customer's systems would send it. */
export function exampleEvent(draft: MetricDraft, timestamp: string) {
  const { eventTypes, eventTypeMode, filters, aggregation, aggregationKey } = draft
  const properties: Record<string, unknown> = {}
  for (const { name, mode, values } of filters) {
    if (name === '' || mode === 'absent') continue
    properties[name] = mode === 'in' ? (values[0] ?? 'value') : `some ${name}`
  }
  for (const name of impliedProperties(draft)) properties[name] ??= `some ${name}`
  const isFree = !filters.some(({ name, mode }) => name === aggregationKey && mode === 'in')
  if (['SUM', 'MAX', 'LATEST'].includes(aggregation) && aggregationKey !== '' && isFree) {
    properties[aggregationKey] = 12.5
  }
  const [type = 'request'] = eventTypeMode === 'in' ? eventTypes : []
  return {
    transaction_id: 'a-unique-id-of-the-event',
    customer_id: 'an-alias-of-the-customer',
    event_type: type,
    timestamp,
    properties,
  }
}
