import type { PropertyFilter, StreamingMetric } from './metric.ts'

export type JsonSchema = { [keyword: string]: unknown }

/**
 * What a metric demands of an event as JSON Schema over the event: the form in which the API
 * showed filters before it had `event_type_filter` and `property_filters` (BM-7). For reading
 * only: events are matched by `filter.ts`.
 */
export function toFilterSchema(
  metric: Pick<StreamingMetric, 'eventTypeFilter' | 'propertyFilters'>,
): JsonSchema {
  const { inValues, notInValues } = metric.eventTypeFilter ?? {}
  const byName = Map.groupBy(metric.propertyFilters, ({ name }) => name)
  // A property that an `in_values` list is for must be there to be listed (BF-5).
  const required = [...byName].flatMap(([name, filters]) =>
    filters.some(({ exists, inValues: values }) => exists === true || values !== undefined)
      ? [name]
      : [],
  )
  return {
    type: 'object',
    required: ['event_type', 'properties'],
    properties: {
      event_type: all([...listed(inValues), ...unlisted(notInValues)]),
      properties: {
        type: 'object',
        required,
        properties: Object.fromEntries(
          [...byName].map(([name, filters]) => [name, all(filters.flatMap(conditionsOf))]),
        ),
      },
    },
  }
}

function conditionsOf({ exists, inValues, notInValues }: PropertyFilter): JsonSchema[] {
  // Nothing satisfies `{ not: {} }`, so a property with it must be absent.
  const absent = exists === false ? [{ not: {} }] : []
  return [...absent, ...listed(inValues), ...unlisted(notInValues)]
}

function listed(values: string[] | undefined): JsonSchema[] {
  return values === undefined ? [] : [{ enum: values }]
}

function unlisted(values: string[] | undefined): JsonSchema[] {
  return values === undefined ? [] : [{ not: { enum: values } }]
}

function all(conditions: JsonSchema[]): JsonSchema {
  const [first, ...others] = conditions
  if (first === undefined) return {}
  return others.length === 0 ? first : { allOf: conditions }
}
