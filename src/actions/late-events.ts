import type { Environment } from '../core/environment.ts'
import { parseJson } from '../core/json-number.ts'
import { storedEvent } from '../core/metering/event.ts'
import { matcherOf } from '../core/metering/match-event.ts'
import type { BillableMetric } from '../core/metering/metric.ts'
import type { Cut } from '../core/metering/usage.ts'
import type { Env } from '../env.ts'
import type { FoundEvent } from '../objects/meter-rpc.ts'
import type { ListedPosition } from './list-events.ts'
import { listMeters } from './list-meters.ts'

/** Which events came after a cut: in a period, under some ingest ids, feeding some metrics. */
export interface LateQuestion {
  cut: Cut | null
  startMs: number
  endMs: number
  /** The customer's, which it held by the cut: of them, what was accepted since. */
  heldIds: string[]
  /** Those that it got since: of them, all. */
  cameIds: string[]
  metrics: BillableMetric[]
}

/** A place in the list: first the ids that were held, in all meters, then those that came. */
export interface LatePosition extends ListedPosition {
  of: 'held' | 'came'
}

/**
 * A page of the events that a reading of usage did not have and that count now, in the order in
 * which each meter accepted them. It may hold fewer than asked for, even none, though more follow.
 * @returns null when no meter has the position's name
 */
export async function listLateEvents(
  env: Env,
  environment: Pick<Environment, 'id' | 'configVersion' | 'placementVersion' | 'settings'>,
  question: LateQuestion,
  from: LatePosition | null,
  limit: number,
): Promise<{ events: FoundEvent[]; next: LatePosition | null } | null> {
  const names = await listMeters(env, environment)
  if (from !== null && !names.includes(from.meterName)) return null
  const { cut, startMs, endMs, heldIds, cameIds } = question
  const isFed = metricTest(question.metrics)
  const places = [
    ...(heldIds.length > 0 ? names.map((meterName) => ({ of: 'held' as const, meterName })) : []),
    ...(cameIds.length > 0 ? names.map((meterName) => ({ of: 'came' as const, meterName })) : []),
  ]
  const isAt = (place: { of: string; meterName: string }) =>
    from === null || (place.of === from.of && place.meterName === from.meterName)
  const first = places.findIndex(isAt)
  const events: FoundEvent[] = []
  for (const [i, { of, meterName }] of places.entries()) {
    if (first < 0 || i < first) continue
    const seq = of === 'held' ? (cut?.positions[meterName] ?? 0) : 0
    const start = { source: 'log' as const, row: seq + 1, index: 0 }
    const page = await env.METER.getByName(meterName).listEvents({
      environmentId: environment.id,
      configVersion: environment.configVersion,
      filter: { ingestIds: of === 'held' ? heldIds : cameIds, startMs, endMs, isDuplicate: false },
      activeMetricIds: [],
      sinceMs: 0,
      from: i === first && from !== null ? from : start,
      limit: limit - events.length,
    })
    events.push(...page.events.filter(isFed))
    if (page.next !== null) return { events, next: { of, meterName, ...page.next } }
    const following = places[i + 1]
    if (events.length >= limit && following !== undefined) {
      const row = following.of === 'held' ? (cut?.positions[following.meterName] ?? 0) + 1 : 0
      return { events, next: { ...following, source: 'log', row, index: 0 } }
    }
  }
  return { events, next: null }
}

function metricTest(metrics: readonly BillableMetric[]): (event: FoundEvent) => boolean {
  const matchers = metrics.map(matcherOf)
  return ({ transactionId, ingestId, eventType, timestamp, properties }) => {
    const event = storedEvent({
      transaction_id: transactionId,
      customer_id: ingestId,
      event_type: eventType,
      timestamp,
      properties:
        properties === null ? undefined : (parseJson(properties) as Record<string, unknown>),
    })
    return matchers.some((matcher) => matcher.unmet(event) === null)
  }
}
