import type { Environment } from '../core/environment.ts'
import { emptyWindow, type WindowVolume } from '../core/metering/event-volume.ts'
import type { Env } from '../env.ts'
import type { MeterVolume, VolumeCall } from '../objects/meter-volume.ts'
import { listMeters } from './list-meters.ts'

/** So many meters are asked at once. */
const METERS_AT_ONCE = 16

export type VolumeQuestion = Omit<VolumeCall, 'environmentId' | 'configVersion'>

/** How many events an environment has over time, by their timestamps, in all of its meters. */
export async function countVolume(
  env: Env,
  environment: Pick<Environment, 'id' | 'configVersion' | 'placementVersion' | 'settings'>,
  question: VolumeQuestion,
): Promise<MeterVolume> {
  const { id: environmentId, configVersion } = environment
  const names = await listMeters(env, environment)
  const call = { environmentId, configVersion, ...question }
  const counts: MeterVolume[] = []
  for (let i = 0; i < names.length; i += METERS_AT_ONCE) {
    const asked = names.slice(i, i + METERS_AT_ONCE)
    counts.push(
      ...(await Promise.all(
        asked.map(async (name) => env.METER.getByName(name).countVolume(call)),
      )),
    )
  }
  const wholeFrom = counts.flatMap(({ wholeFromMs }) => wholeFromMs ?? [])
  return {
    windows: addUp(counts, question),
    wholeFromMs: wholeFrom.length === 0 ? null : Math.max(...wholeFrom),
    forgottenDuplicates: counts.reduce((sum, each) => sum + each.forgottenDuplicates, 0),
  }
}

/** All windows of the range in order, those without events too. */
function addUp(counts: MeterVolume[], { startMs, endMs, windowMs }: VolumeQuestion) {
  const windows: WindowVolume[] = []
  for (let atMs = startMs; atMs < endMs; atMs += windowMs) windows.push(emptyWindow(atMs))
  for (const each of counts.flatMap((count) => count.windows)) {
    const window = windows[(each.startMs - startMs) / windowMs]!
    window.accepted += each.accepted
    window.duplicates += each.duplicates
    window.unmatched += each.unmatched
  }
  return windows
}
