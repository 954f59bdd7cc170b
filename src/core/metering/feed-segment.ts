import type { UsageEvent } from './event.ts'
import { conditionsOf } from './filter.ts'
import { matcherOf } from './match-event.ts'
import { isSqlMetric, type BillableMetric } from './metric.ts'

/** The columns of a sealed segment that tell what its events feed. */
export interface FedColumns {
  count: number
  eventTypes: string[]
  propertyTexts(name: string): (string | undefined)[]
  events(): { event: UsageEvent }[]
}

/**
 * Which events of a segment feed at least one of some metrics, by the rules that meter them. Only
 * the columns are read that conditions are about; for metrics in SQL, all of the events that no
 * other metric counts.
 * @returns 1 for each event that does
 */
export function feedSegment(segment: FedColumns, metrics: readonly BillableMetric[]): Uint8Array {
  const fed = new Uint8Array(segment.count)
  for (const metric of metrics) {
    if (isSqlMetric(metric)) continue
    const conditions = conditionsOf(metric).map((condition) => {
      const { on } = condition
      const texts = 'eventType' in on ? segment.eventTypes : segment.propertyTexts(on.property)
      return (i: number) => condition.accepts(texts[i])
    })
    for (let i = 0; i < fed.length; i++) {
      if (conditions.every((holdsAt) => holdsAt(i))) fed[i] = 1
    }
  }
  const matchers = metrics.filter((metric) => isSqlMetric(metric)).map(matcherOf)
  if (matchers.length === 0 || !fed.includes(0)) return fed
  for (const [i, { event }] of segment.events().entries()) {
    if (fed[i] === 0 && matchers.some((matcher) => matcher.unmet(event) === null)) fed[i] = 1
  }
  return fed
}
