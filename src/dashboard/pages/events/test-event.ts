import { conditionsOf } from '../../../core/metering/filter.ts'
import type { Customer, Metric } from '../../api/answers.ts'

/** An event as it is composed: texts of inputs. */
export interface EventDraft {
  transactionId: string
  /** The id or alias that it is sent for. */
  ingestId: string
  eventType: string
  /** As a date-time input has it, in UTC. */
  at: string
  /** JSON. */
  properties: string
}

/** An event as `POST /v1/ingest` takes it. */
export interface SentEvent {
  transaction_id: string
  customer_id: string
  event_type: string
  timestamp: string
  properties?: Record<string, unknown>
}

/**
 * What an event of a customer would look like that a metric counts, as far as its filters tell. Of a
 * metric in SQL, what its texts compare with is looked for in the query.
 */
export function draftEvent({
  customer,
  metric,
  now,
  unique,
}: {
  customer: Customer | undefined
  metric: Metric | undefined
  now: Date
  unique: string
}): EventDraft {
  const { eventType, properties } = metric === undefined ? NOTHING : exampleOf(metric)
  return {
    transactionId: `test-${unique}`,
    ingestId: customer?.ingest_aliases[0] ?? customer?.id ?? '',
    eventType,
    at: now.toISOString().slice(0, 19),
    properties: JSON.stringify(properties, null, 2),
  }
}

const NOTHING = { eventType: '', properties: {} }

interface Example {
  eventType: string
  properties: Record<string, string>
}

function exampleOf(metric: Metric): Example {
  if (metric.sql !== undefined) return exampleOfSql(metric.sql)
  const { event_type_filter: types, property_filters: filters = [], aggregation_key: key } = metric
  const names = filters.filter(({ exists, in_values }) => exists === true || in_values != null)
  const properties: Record<string, string> = {}
  for (const { name } of names) {
    const accepts = conditionsOf({
      propertyFilters: filters
        .filter((each) => each.name === name)
        .map(({ exists, in_values, not_in_values }) => ({
          name,
          ...(exists != null && { exists }),
          ...(in_values && { inValues: in_values }),
          ...(not_in_values && { notInValues: not_in_values }),
        })),
      groupKeys: [],
    })
    const listed = filters.flatMap((each) => (each.name === name ? (each.in_values ?? []) : []))
    const guesses = [...listed, name === key ? '1' : `example-${name}`, '1', 'example']
    const value = guesses.find((text) => accepts.every((condition) => condition.accepts(text)))
    properties[name] = value ?? ''
  }
  return { eventType: types?.in_values?.[0] ?? 'test', properties }
}

/** The texts and numbers that properties are compared with, and properties that are only named. */
function exampleOfSql(sql: string): Example {
  const properties: Record<string, string> = {}
  for (const [, name] of sql.matchAll(/properties\s*\.\s*"?([A-Za-z_][\w-]*)/gi)) {
    if (name !== undefined) properties[name] = '1'
  }
  const compared =
    /properties\s*\.\s*"?([A-Za-z_]\w*)"?\s*(?:=|in\s*\()\s*(?:'((?:[^']|'')*)'|(\d[\d.]*))/gi
  for (const [, name, text, number] of sql.matchAll(compared)) {
    if (name !== undefined) properties[name] = text?.replaceAll("''", "'") ?? number ?? ''
  }
  const type = /event_type\s*(?:=|in\s*\()\s*'((?:[^']|'')*)'/i.exec(sql)?.[1]
  return { eventType: type?.replaceAll("''", "'") ?? 'test', properties }
}

/** The event as it is sent, or what is wrong with its properties. */
export function toSentEvent(draft: EventDraft): { event: SentEvent } | { problem: string } {
  let properties: unknown
  try {
    properties = JSON.parse(draft.properties.trim() === '' ? '{}' : draft.properties)
  } catch {
    return { problem: 'This is not JSON.' }
  }
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) {
    return { problem: 'Expected a JSON object, such as {"tokens": "1"}.' }
  }
  const event = {
    transaction_id: draft.transactionId,
    customer_id: draft.ingestId,
    event_type: draft.eventType,
    timestamp: draft.at === '' ? '' : `${draft.at.length === 16 ? `${draft.at}:00` : draft.at}Z`,
    properties: properties as Record<string, unknown>,
  }
  return { event }
}
