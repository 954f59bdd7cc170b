import type { Environment } from '../core/environment.ts'
import {
  groupMeters,
  placeOf,
  SHARED_GROUP,
  type PlacedEnvironment,
} from '../core/metering/place.ts'
import { openDatabase } from '../db/database.ts'
import { listGroups, loadCustomerHomes } from '../db/placements.ts'
import type { Env } from '../env.ts'

/**
 * All meters that may hold events of an environment, shared ones first.
 * @param environment without `placementVersion` where that is not known
 */
export async function listMeters(
  env: Env,
  environment: PlacedEnvironment & { placementVersion?: number },
): Promise<string[]> {
  const { id, placementVersion } = environment
  const own = placementVersion === 0 ? [] : await listGroups(openDatabase(env.DB), id)
  return [SHARED_GROUP, ...own].flatMap((group) => groupMeters(environment, group))
}

/** The meters that may take in events of a customer, and those that did. */
export async function listCustomerMeters(
  env: Env,
  environment: SearchedEnvironment,
  customerId: string,
): Promise<string[]> {
  const { id, placementVersion } = environment
  const db = openDatabase(env.DB)
  const placed = placementVersion === 0 ? null : await loadCustomerHomes(db, id, customerId)
  const groups = new Set([SHARED_GROUP])
  if (placed !== null) {
    groups.add(placed.group)
    for (const home of placed.homes) for (const group of home.groups) groups.add(group)
  }
  return [...groups].flatMap((group) => groupMeters(environment, group))
}

export type SearchedEnvironment = Pick<Environment, 'id' | 'settings' | 'placementVersion'>

/**
 * The meters that may hold events with these transaction ids: of each group one for each id. Nothing
 * is read for an environment in which no ingest id ever moved.
 */
export async function listMetersOf(
  env: Env,
  environment: SearchedEnvironment,
  transactionIds: string[],
): Promise<string[]> {
  const { id, placementVersion } = environment
  const own = placementVersion === 0 ? [] : await listGroups(openDatabase(env.DB), id)
  const names = [SHARED_GROUP, ...own].flatMap((group) => {
    const meters = groupMeters(environment, group)
    return transactionIds.map((transactionId) => meters[placeOf(transactionId, meters.length)]!)
  })
  return [...new Set(names)]
}
