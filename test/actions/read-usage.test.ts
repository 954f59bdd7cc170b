import { expect, test } from 'vitest'
import { readUsage } from '../../src/actions/read-usage.ts'
import type { Env } from '../../src/env.ts'
import type { UsageRequest } from '../../src/objects/meter-rpc.ts'

const environment = {
  id: 'e',
  configVersion: 3,
  placementVersion: 0,
  settings: { sharedMeters: 2 },
}
const QUERIES = [{ metricId: 'm', groupKey: null, boundaries: [0, 1] }]

/** Meters that answer at these versions of the configuration, one call after the other. */
function metersAt(versions: Record<string, number[]>) {
  const asked: [string, number][] = []
  const getByName = (name: string) => ({
    readUsage: async ({ configVersion }: UsageRequest) => {
      asked.push([name, configVersion])
      const version = versions[name]!.shift()!
      const usage = [[{ window: 0, group: [], state: `${name} at ${version}` }]]
      const cut = { configVersion: version, positions: { [name]: version } }
      return { cut, usage, toldVersion: 0, isMoved: false }
    },
  })
  return { env: { METER: { getByName } } as unknown as Env, asked }
}

test('meters that answer by different configurations are asked again, until they agree', async () => {
  const { env, asked } = metersAt({ 'e/0': [3, 4, 5], 'e/1': [4, 5, 5] })
  const reading = await readUsage(env, environment, 'c', QUERIES)
  expect(reading.cut).toEqual({ configVersion: 5, positions: { 'e/0': 5, 'e/1': 5 } })
  expect(reading.usage[0]!.map(({ state }) => state)).toEqual(['e/0 at 5', 'e/1 at 5'])
  expect(asked.map(([, version]) => version)).toEqual([3, 3, 4, 4, 5, 5])
})

test('a reading that meters never agree on is refused, to be asked for again', async () => {
  const rising = Array.from({ length: 50 }, (_, i) => i + 3)
  const { env } = metersAt({ 'e/0': [...rising], 'e/1': rising.map((version) => version + 1) })
  await expect(readUsage(env, environment, 'c', QUERIES)).rejects.toMatchObject({ status: 503 })
})

test('a meter that heard of decisions by a later configuration is asked again', async () => {
  const asked: number[] = []
  const readMeter = async ({ configVersion }: UsageRequest) => {
    asked.push(configVersion)
    // It applies what it hears of only when it is asked for that.
    const version = asked.length === 1 ? 3 : 4
    const cut = { configVersion: version, positions: { 'e/0': version } }
    return { cut, usage: [[]], toldVersion: 4, isMoved: false }
  }
  const env = { METER: { getByName: () => ({ readUsage: readMeter }) } } as unknown as Env
  const reading = await readUsage(env, { ...environment, settings: {} }, 'c', QUERIES)
  expect(reading.cut.configVersion).toBe(4)
  expect(asked).toHaveLength(2)
})
