import type { Environment } from '../core/environment.ts'
import { groupMeters, SHARED_GROUP } from '../core/metering/place.ts'
import type { Cut, UsageQuery, UsageReading, WindowUsage } from '../core/metering/usage.ts'
import { openDatabase } from '../db/database.ts'
import { loadCustomerHomes } from '../db/placements.ts'
import type { Env } from '../env.ts'
import type { MeterReading, UsageRequest } from '../objects/meter-rpc.ts'
import { unsettled } from '../objects/unsettled.ts'
import { completeMoves } from './move-ids.ts'

/** What of an environment a reading of usage needs. */
export type MeteredEnvironment = Pick<
  Environment,
  'id' | 'configVersion' | 'placementVersion' | 'settings'
>

/** The configuration seldom changes; it does not change so often during one reading. */
const READINGS_MAX = 5

/**
 * A customer's usage from every meter that may hold some of it, and up to where that was read. All
 * meters answer by the same configuration, so that an ingest id which moves meanwhile is counted
 * for one customer, by all of them.
 * @throws with status 503 while the configuration changes faster than meters can follow
 */
export async function readUsage(
  env: Env,
  environment: MeteredEnvironment,
  customerId: string,
  queries: UsageQuery[],
): Promise<UsageReading> {
  let homes = sharedHomes(environment)
  if (environment.placementVersion > 0) homes = await loadMeters(env, environment.id, customerId)
  for (let attempt = 0; attempt < READINGS_MAX; attempt++) {
    const { configVersion, home, others } = homes
    // Only a meter that has everything can compute a result.
    const isAlone = home.length + others.length === 1
    const asked = isAlone ? queries : queries.map((query) => ({ ...query, isFinal: false }))
    const request = { environmentId: environment.id, configVersion, customerId, queries: asked }
    // The home of a customer's ids decides which events count, and tells the others before it
    // answers.
    const readings = await readAll(env, home, request)
    readings.push(...(await readAll(env, others, request)))
    if (isSettled(homes, readings)) return merge(queries, readings)
    const hasMoved = homes.isPlaced || readings.some(({ isMoved }) => isMoved)
    homes = hasMoved
      ? await loadMeters(env, environment.id, customerId)
      : { ...homes, configVersion: Math.max(...readings.map(({ cut }) => cut.configVersion)) }
  }
  throw unsettled()
}

/** The meters that may hold a customer's events. */
interface CustomerMeters {
  /** The configuration that this is of, at least. */
  configVersion: number
  /** Whether ids of the environment have moved between meters: the version must be exact then. */
  isPlaced: boolean
  home: string[]
  others: string[]
}

function sharedHomes(environment: MeteredEnvironment): CustomerMeters {
  const { configVersion } = environment
  const home = groupMeters(environment, SHARED_GROUP)
  return { configVersion, isPlaced: false, home, others: [] }
}

/** Looks up where a customer's events are; ids that are moving arrive first. */
async function loadMeters(
  env: Env,
  environmentId: string,
  customerId: string,
): Promise<CustomerMeters> {
  const db = openDatabase(env.DB)
  for (let attempt = 0; attempt < READINGS_MAX; attempt++) {
    const loaded = await loadCustomerHomes(db, environmentId, customerId)
    if (loaded === null) break
    const { environment, homes, group } = loaded
    const moving = homes.filter(({ isMoving }) => isMoving)
    if (moving.length === 0) {
      const groups = new Set([SHARED_GROUP, ...homes.flatMap((id) => id.groups)])
      groups.delete(group)
      return {
        configVersion: environment.configVersion,
        isPlaced: true,
        home: groupMeters(environment, group),
        others: [...groups].flatMap((other) => groupMeters(environment, other)),
      }
    }
    await completeMoves(env, environmentId, new Set(moving.map(({ ingestId }) => ingestId)))
  }
  throw unsettled()
}

function readAll(env: Env, names: string[], request: UsageRequest): Promise<MeterReading[]> {
  return Promise.all(names.map((name) => env.METER.getByName(name).readUsage(request)))
}

/** Whether all meters answered by one configuration, the one by which they were looked up. */
function isSettled({ isPlaced, configVersion }: CustomerMeters, readings: MeterReading[]): boolean {
  const version = isPlaced ? configVersion : readings[0]!.cut.configVersion
  return readings.every(
    ({ cut, isMoved, toldVersion }) =>
      cut.configVersion === version && toldVersion <= version && (isPlaced || !isMoved),
  )
}

function merge(queries: UsageQuery[], readings: MeterReading[]): UsageReading {
  const usage = queries.map((_, i) =>
    readings.flatMap((reading): WindowUsage[] => reading.usage[i] ?? []),
  )
  const positions = Object.assign(
    {},
    ...readings.map(({ cut }) => cut.positions),
  ) as Cut['positions']
  return { cut: { configVersion: readings[0]!.cut.configVersion, positions }, usage }
}
