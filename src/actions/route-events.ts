import type { Environment } from '../core/environment.ts'
import { SHARED_GROUP } from '../core/metering/place.ts'
import { openDatabase } from '../db/database.ts'
import { loadHomes, type IdHomes } from '../db/placements.ts'
import type { Env } from '../env.ts'
import { completeMoves } from './move-ids.ts'

/** Where events of an environment go, as far as this isolate knows: meters know better. */
export interface Routes {
  placementVersion: number
  homes: ReadonlyMap<string, IdHomes>
}

const NO_HOMES: ReadonlyMap<string, IdHomes> = new Map()
/** Environments whose routes are remembered. */
const CACHED_MAX = 100

const cache = new Map<string, Routes>()

/** Nothing is read for an environment in which no id ever moved. */
export async function readRoutes(
  env: Env,
  { id, placementVersion }: Pick<Environment, 'id' | 'placementVersion'>,
): Promise<Routes> {
  const cached = cache.get(id)
  if (cached !== undefined && cached.placementVersion >= placementVersion) return cached
  if (placementVersion === 0) return { placementVersion, homes: NO_HOMES }
  return refreshRoutes(env, id)
}

export async function refreshRoutes(env: Env, environmentId: string): Promise<Routes> {
  const loaded = await loadHomes(openDatabase(env.DB), environmentId)
  if (loaded === null) return { placementVersion: 0, homes: NO_HOMES }
  const homes = new Map(loaded.homes.map((home) => [home.ingestId, home]))
  const routes = { placementVersion: loaded.environment.placementVersion, homes }
  if (cache.size >= CACHED_MAX) cache.clear()
  cache.set(environmentId, routes)
  return routes
}

/** A move takes less than the first of these, unless it was left behind or much is known of its ids. */
const ARRIVAL_DELAYS_MS = [50, 100, 200, 400]

/**
 * Routes for events that a meter refused because their ids had moved. While they are on their way
 * they are waited for a little; then somebody seems to have left them behind.
 */
export async function followMoves(
  env: Env,
  environmentId: string,
  ingestIds: ReadonlySet<string>,
): Promise<Routes> {
  const isMoving = ({ homes }: Routes) => [...ingestIds].some((id) => homes.get(id)?.isMoving)
  let routes = await refreshRoutes(env, environmentId)
  for (const delayMs of ARRIVAL_DELAYS_MS) {
    if (!isMoving(routes)) return routes
    await scheduler.wait(delayMs)
    routes = await refreshRoutes(env, environmentId)
  }
  if (!isMoving(routes)) return routes
  await completeMoves(env, environmentId, ingestIds)
  return refreshRoutes(env, environmentId)
}

export function groupOf({ homes }: Routes, ingestId: string): string {
  return homes.get(ingestId)?.group ?? SHARED_GROUP
}
