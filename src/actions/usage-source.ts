import type { UsageEvent } from '../core/metering/event.ts'
import type { BillableMetric } from '../core/metering/metric.ts'
import { previewUsage } from '../core/metering/preview-usage.ts'
import type { UsageQuery, UsageReading } from '../core/metering/usage.ts'
import { assert } from '../core/result.ts'
import type { Env } from '../env.ts'
import { readUsage, type MeteredEnvironment } from './read-usage.ts'

/** A customer's usage that a draft needs: the metrics are those that the queries name. */
export interface UsageNeed {
  environment: MeteredEnvironment
  customerId: string
  metrics: BillableMetric[]
  queries: UsageQuery[]
}

/** Where drafts take usage from. */
export type UsageSource = (need: UsageNeed) => Promise<UsageReading>

/** Usage as it is. */
export function meteredUsage(env: Env): UsageSource {
  return ({ environment, customerId, queries }) => readUsage(env, environment, customerId, queries)
}

export const PREVIEW_MODES = ['REPLACE', 'MERGE'] as const
export type PreviewMode = (typeof PREVIEW_MODES)[number]

/**
 * Usage as it would be with some events that are not ingested: with `REPLACE` they are all that
 * there is, with `MERGE` they are added to what another source has (PE-3).
 */
export function previewedUsage(
  source: UsageSource,
  { events, mode }: { events: UsageEvent[]; mode: PreviewMode },
): UsageSource {
  return async (need) => {
    const { environment, metrics, queries } = need
    const preview = queries.map((query) => {
      const metric = metrics.find(({ id }) => id === query.metricId)
      assert(metric !== undefined, `metric ${query.metricId} of a query must be known`)
      return previewUsage(metric, query, events)
    })
    if (mode === 'REPLACE') {
      return { cut: { configVersion: environment.configVersion, positions: {} }, usage: preview }
    }
    const { cut, usage } = await source(need)
    return { cut, usage: usage.map((metered, i) => [...metered, ...preview[i]!]) }
  }
}
