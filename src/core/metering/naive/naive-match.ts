import type { StreamingMetric } from '../metric.ts'
import type { PropertyCondition } from '../../sql/run/restrict-fragment.ts'
import { textOf, type NaiveEvent } from './naive-event.ts'

/** Whether an event has one of the texts of each condition. */
export function meets(event: NaiveEvent, conditions: readonly PropertyCondition[] = []): boolean {
  return conditions.every(({ property, values }) => {
    const text = textOf(event, property)
    return text !== null && values.includes(text)
  })
}

/** Whether an event feeds a metric (BF-1 … BF-10, GK-6). */
export function isFed(metric: StreamingMetric, event: NaiveEvent): boolean {
  const types = metric.eventTypeFilter
  if (types?.inValues && !types.inValues.includes(event.eventType)) return false
  if (types?.notInValues && types.notInValues.includes(event.eventType)) return false
  for (const { name, exists, inValues, notInValues } of metric.propertyFilters) {
    const text = textOf(event, name)
    if (exists === true && text === null) return false
    if (exists === false && text !== null) return false
    if (inValues && (text === null || !inValues.includes(text))) return false
    if (notInValues && text !== null && notInValues.includes(text)) return false
  }
  return metric.groupKeys.flat().every((name) => textOf(event, name) !== null)
}
