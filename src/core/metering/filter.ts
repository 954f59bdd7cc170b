import type { UsageEvent } from './event.ts'
import type { EventTypeFilter, PropertyFilter, StreamingMetric } from './metric.ts'
import { propertyOf } from './property.ts'

/** One thing that an event must satisfy to feed a metric. */
export interface Condition {
  /** The event type, or the property, that the condition is about. */
  on: { eventType: true } | { property: string }
  /** What is expected, as a text for people. */
  expected: string
  /** Whether this event type, or this text of the property (if it has one), will do. */
  accepts(text: string | undefined): boolean
  holds(event: UsageEvent): boolean
}

type TextCondition = Omit<Condition, 'holds'>

/** Everything that a metric demands of an event: all of it must hold (BF-1 … BF-10, GK-6). */
export function conditionsOf(
  metric: Pick<StreamingMetric, 'eventTypeFilter' | 'propertyFilters' | 'groupKeys'>,
): Condition[] {
  const conditions = [
    ...eventTypeConditions(metric.eventTypeFilter ?? {}),
    ...metric.propertyFilters.flatMap(propertyConditions),
    ...[...new Set(metric.groupKeys.flat())].map(groupCondition),
  ]
  return conditions.map((condition) => {
    const { on, accepts } = condition
    return { ...condition, holds: (event) => accepts(textOn(on, event)) }
  })
}

function textOn(on: Condition['on'], event: UsageEvent): string | undefined {
  return 'eventType' in on ? event.eventType : propertyOf(event, on.property)
}

/** Whether an event feeds the metric of these conditions. */
export function matches(conditions: readonly Condition[], event: UsageEvent): boolean {
  for (const condition of conditions) if (!condition.holds(event)) return false
  return true
}

function eventTypeConditions({ inValues, notInValues }: EventTypeFilter): TextCondition[] {
  const conditions: TextCondition[] = []
  const on = { eventType: true } as const
  if (inValues !== undefined) {
    const values = new Set<string | undefined>(inValues)
    const expected = `event_type is one of ${list(inValues)}`
    conditions.push({ on, expected, accepts: (text) => values.has(text) })
  }
  if (notInValues !== undefined) {
    const values = new Set<string | undefined>(notInValues)
    const expected = `event_type is none of ${list(notInValues)}`
    conditions.push({ on, expected, accepts: (text) => !values.has(text) })
  }
  return conditions
}

function propertyConditions(filter: PropertyFilter): TextCondition[] {
  const { name, exists, inValues, notInValues } = filter
  const conditions: TextCondition[] = []
  const on = { property: name }
  if (exists === true && inValues === undefined) {
    const expected = `${name} is present`
    conditions.push({ on, expected, accepts: (text) => text !== undefined })
  }
  if (exists === false) {
    const expected = `${name} is absent`
    conditions.push({ on, expected, accepts: (text) => text === undefined })
  }
  if (inValues !== undefined) {
    // An absent property is not listed, so it fails (BF-5).
    const values = new Set<string | undefined>(inValues)
    const expected = `${name} is one of ${list(inValues)}`
    conditions.push({ on, expected, accepts: (text) => values.has(text) })
  }
  if (notInValues !== undefined) {
    // An absent property is not listed, so it passes (BF-6).
    const values = new Set<string | undefined>(notInValues)
    const expected = `${name} is none of ${list(notInValues)}`
    conditions.push({ on, expected, accepts: (text) => !values.has(text) })
  }
  return conditions
}

/** An event that lacks a property of any declared group key does not match at all (GK-6). */
function groupCondition(name: string): TextCondition {
  const expected = `${name} is present, as a group key needs it`
  return { on: { property: name }, expected, accepts: (text) => text !== undefined }
}

function list(values: string[]): string {
  return values.map((value) => JSON.stringify(value)).join(', ')
}
