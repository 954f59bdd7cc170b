import type { Environment } from '../core/environment.ts'
import { meterNames } from '../core/metering/place.ts'
import type { Cut, UsageQuery, UsageReading, WindowUsage } from '../core/metering/usage.ts'
import type { Env } from '../env.ts'

/** A customer's usage from every meter that may hold some of it, and up to where that was read. */
export async function readUsage(
  env: Env,
  environment: Pick<Environment, 'id' | 'configVersion'>,
  customerId: string,
  queries: UsageQuery[],
): Promise<UsageReading> {
  const { id: environmentId, configVersion } = environment
  const request = { environmentId, configVersion, customerId, queries }
  const readings = await Promise.all(
    meterNames(environmentId).map((name) => env.METER.getByName(name).readUsage(request)),
  )
  const usage = queries.map((_, i) =>
    readings.flatMap((reading): WindowUsage[] => reading.usage[i] ?? []),
  )
  const positions = Object.assign(
    {},
    ...readings.map(({ cut }) => cut.positions),
  ) as Cut['positions']
  const versions = readings.map(({ cut }) => cut.configVersion)
  return { cut: { configVersion: Math.max(configVersion, ...versions), positions }, usage }
}
