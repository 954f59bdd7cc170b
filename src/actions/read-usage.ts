import type { Environment } from '../core/environment.ts'
import { meterNames } from '../core/metering/place.ts'
import type { Cut, UsageQuery, UsageReading, WindowUsage } from '../core/metering/usage.ts'
import type { Env } from '../env.ts'

/** What of an environment a reading of usage needs. */
export type MeteredEnvironment = Pick<Environment, 'id' | 'configVersion' | 'settings'>

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
  const { id: environmentId } = environment
  let { configVersion } = environment
  for (let attempt = 0; attempt < READINGS_MAX; attempt++) {
    const request = { environmentId, configVersion, customerId, queries }
    const readings = await Promise.all(
      meterNames(environment).map((name) => env.METER.getByName(name).readUsage(request)),
    )
    const versions = readings.map(({ cut }) => cut.configVersion)
    configVersion = Math.max(...versions)
    if (versions.every((version) => version === configVersion)) return merge(queries, readings)
  }
  throw unsettled()
}

function merge(queries: UsageQuery[], readings: UsageReading[]): UsageReading {
  const usage = queries.map((_, i) =>
    readings.flatMap((reading): WindowUsage[] => reading.usage[i] ?? []),
  )
  const positions = Object.assign(
    {},
    ...readings.map(({ cut }) => cut.positions),
  ) as Cut['positions']
  return { cut: { configVersion: readings[0]!.cut.configVersion, positions }, usage }
}

/** Its status makes it a 503 where it reaches a caller of the API. */
function unsettled(): Error {
  const message = 'Metrics or ingest aliases are being changed; try again shortly.'
  return Object.assign(new Error(message), { status: 503 })
}
