import { nestedNumberText, numberText } from './naive-number.ts'
import { readTime, type NaiveTime } from './naive-time.ts'

/** A stored event, read again from its JSON. */
export interface NaiveEvent {
  transactionId: string
  ingestId: string
  eventType: string
  time: NaiveTime
  properties: Record<string, NaiveValue>
}

/** A number of a JSON text, with the digits as they were written. */
class NumberSource {
  readonly source: string
  constructor(source: string) {
    this.source = source
  }
}

export type NaiveValue =
  | null
  | boolean
  | string
  | NumberSource
  | NaiveValue[]
  | { [name: string]: NaiveValue }

type Reviver = (key: string, value: unknown, context: { source: string }) => unknown
const parse = JSON.parse as (text: string, reviver: Reviver) => NaiveValue

/** The elements of a stored JSON array; null where the text is no such array. */
export function readElements(text: string): NaiveValue[] | null {
  try {
    const value = parse(text, (_key, member, { source }) =>
      typeof member === 'number' ? new NumberSource(source) : member,
    )
    return Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

/** The event that an element denotes, or what is wrong with it (EV-4 … EV-11). */
export function readNaiveEvent(element: NaiveValue): NaiveEvent | string {
  if (!isObject(element)) return 'it is no JSON object'
  const { transaction_id, customer_id, event_type, timestamp, properties = {} } = element
  if (!isId(transaction_id)) return 'its transaction_id is no string of 1 to 128 characters'
  if (!isId(customer_id)) return 'its customer_id is no string of 1 to 128 characters'
  if (typeof event_type !== 'string' || event_type === '') return 'its event_type is no text'
  const time = typeof timestamp === 'string' ? readTime(timestamp) : null
  if (time === null) return 'its timestamp is no RFC 3339 timestamp'
  if (!isObject(properties)) return 'its properties are no JSON object'
  if (Object.keys(properties).length > 2_000) return 'it has more than 2000 properties'
  const [transactionId, ingestId] = [transaction_id, customer_id]
  return { transactionId, ingestId, eventType: event_type, time, properties }
}

function isObject(value: NaiveValue): value is { [name: string]: NaiveValue } {
  if (typeof value !== 'object' || value === null) return false
  return !Array.isArray(value) && !(value instanceof NumberSource)
}

function isId(value: NaiveValue | undefined): value is string {
  return typeof value === 'string' && value !== '' && [...value].length <= 128
}

/** A property as the text by which it is filtered, grouped and counted (EV-14, EV-15, BF-7, BF-8). */
export function textOf(
  { properties }: Pick<NaiveEvent, 'properties'>,
  name: string,
): string | null {
  const value = Object.hasOwn(properties, name) ? properties[name] : null
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  if (value instanceof NumberSource) return numberText(value.source)
  return jsonText(value)
}

function jsonText(value: NaiveValue): string {
  if (value instanceof NumberSource) return nestedNumberText(value.source)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}:${jsonText(member)}`,
  )
  return `{${members.join(',')}}`
}
