import type { Environment } from '../core/environment.ts'
import { mergeNewest, type EventKey, type NewestEvents } from '../core/metering/event-order.ts'
import type { Env } from '../env.ts'
import type { EventFilter } from '../objects/meter-event-filter.ts'
import type { FoundEvent } from '../objects/meter-rpc.ts'
import { listMeters } from './list-meters.ts'

/** So many meters are asked at once, … */
const METERS_AT_ONCE = 16
/** … for so much text in all; of each at least for so much. */
const PAGE_UNITS = 4 * 1024 * 1024
const METER_UNITS_MIN = 256 * 1024

export interface NewestListing {
  filter: EventFilter
  activeMetricIds: string[]
  /** Events accepted before this instant are left out. */
  sinceMs: number
  /** The last event of the page before; null: from the newest event on. */
  after: EventKey | null
  limit: number
}

/**
 * A page of an environment's events, newest acceptance first over all meters. It may hold fewer than
 * asked for, even none, though more follow: then much of the log was looked at for it.
 * @returns with `end`, after which the next page goes on; null where nothing follows
 */
export async function listNewestEvents(
  env: Env,
  environment: Pick<Environment, 'id' | 'configVersion' | 'placementVersion' | 'settings'>,
  listing: NewestListing,
): Promise<NewestEvents<FoundEvent>> {
  const { id: environmentId, configVersion } = environment
  const names = await listMeters(env, environment)
  const unitsMax = Math.max(METER_UNITS_MIN, Math.ceil(PAGE_UNITS / names.length))
  const query = { environmentId, configVersion, ...listing, unitsMax }
  let merged: NewestEvents<FoundEvent> = { events: [], end: null }
  for (let i = 0; i < names.length; i += METERS_AT_ONCE) {
    const asked = names.slice(i, i + METERS_AT_ONCE)
    const pages = await Promise.all(
      asked.map(async (name) => env.METER.getByName(name).listNewest(query)),
    )
    merged = mergeNewest([merged, ...pages], listing.limit)
  }
  return merged
}
