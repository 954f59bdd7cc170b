import type { Cut, UsageQuery, UsageReading, WindowUsage } from '../core/metering/usage.ts'
import type { BillableMetric } from '../core/metering/metric.ts'
import type { UsageNeed, UsageSource } from './usage-source.ts'

/** Usage that a draft was computed from. */
export interface RecordedUsage {
  metrics: BillableMetric[]
  queries: UsageQuery[]
  reading: UsageReading
}

/** A source that remembers what it answered, for a second opinion at the same cut. */
export function recordUsage(source: UsageSource): {
  source: UsageSource
  recorded: RecordedUsage[]
} {
  const recorded: RecordedUsage[] = []
  return {
    recorded,
    source: async (need) => {
      const reading = await source(need)
      const named = new Set(need.queries.map(({ metricId }) => metricId))
      const metrics = need.metrics.filter(({ id }) => named.has(id))
      recorded.push({ metrics, queries: need.queries, reading })
      return reading
    },
  }
}

/**
 * A source that answers with other usage to what was asked before, at the same cuts.
 * @param answers one for each of what was recorded
 */
export function answerUsage(
  recorded: readonly RecordedUsage[],
  answers: readonly WindowUsage[][][],
): UsageSource {
  const known = new Map<string, { cut: Cut; usage: WindowUsage[][] }>()
  for (const [i, { queries, reading }] of recorded.entries()) {
    known.set(JSON.stringify(queries), { cut: reading.cut, usage: answers[i] ?? [] })
  }
  return ({ queries }: UsageNeed) => {
    const answer = known.get(JSON.stringify(queries))
    if (answer !== undefined) return Promise.resolve(answer)
    return Promise.reject(new Error('rates or products were changed while the draft was computed'))
  }
}
