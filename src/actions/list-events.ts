import type { Environment } from '../core/environment.ts'
import type { Env } from '../env.ts'
import type { EventFilter } from '../objects/meter-event-filter.ts'
import type { EventPosition } from '../objects/meter-event-list.ts'
import type { FoundEvent } from '../objects/meter-rpc.ts'
import { listMeters } from './list-meters.ts'

/** A place among the events of all meters: one meter after the other. */
export interface ListedPosition extends EventPosition {
  meterName: string
}

export interface EventListing {
  filter: EventFilter
  activeMetricIds: string[]
  sinceMs: number
  /** Where to begin; null: at the beginning. */
  from: ListedPosition | null
  limit: number
}

/**
 * A page of an environment's events. It may hold fewer than asked for, even none, though more
 * follow: then much of the log was looked at for it.
 * @returns null when no meter has the position's name
 */
export async function listEvents(
  env: Env,
  environment: Pick<Environment, 'id' | 'configVersion' | 'placementVersion' | 'settings'>,
  { from, limit, ...question }: EventListing,
): Promise<{ events: FoundEvent[]; next: ListedPosition | null } | null> {
  const { id: environmentId, configVersion } = environment
  const names = await listMeters(env, environment)
  const first = from === null ? 0 : names.indexOf(from.meterName)
  if (first < 0) return null
  const events: FoundEvent[] = []
  for (const [i, meterName] of names.entries()) {
    if (i < first) continue
    const page = await env.METER.getByName(meterName).listEvents({
      environmentId,
      configVersion,
      ...question,
      from: i === first ? from : null,
      limit: limit - events.length,
    })
    events.push(...page.events)
    if (page.next !== null) return { events, next: { meterName, ...page.next } }
    const following = names[i + 1]
    if (events.length >= limit && following !== undefined) {
      return { events, next: { meterName: following, source: 'log', row: 0, index: 0 } }
    }
  }
  return { events, next: null }
}
