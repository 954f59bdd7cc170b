import { UnmetConditions } from '../sql/unmet-condition.ts'
import { matcherOf, type EventMatcher } from './match-event.ts'
import { isSqlMetric, type BillableMetric } from './metric.ts'

/**
 * As `matcherOf`, but of metrics in SQL it says which condition an event fails, as far as that can be
 * told. It is for events that someone asks about: it costs more than telling which events match.
 */
export function explainerOf(metric: BillableMetric): EventMatcher {
  const matcher = matcherOf(metric)
  if (!isSqlMetric(metric)) return matcher
  let conditions: UnmetConditions | null = null
  return {
    unmet: (event) => {
      const unmet = matcher.unmet(event)
      if (unmet === null) return null
      conditions ??= new UnmetConditions(metric.sql)
      return conditions.firstOf(event) ?? unmet
    },
  }
}
