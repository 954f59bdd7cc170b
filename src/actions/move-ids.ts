import { HASH_WORDS } from '../core/metering/chunk.ts'
import { groupMeters, placeOfHash, type PlacedEnvironment } from '../core/metering/place.ts'
import { openDatabase } from '../db/database.ts'
import { dedupeLifetimeMs, type Environment } from '../core/environment.ts'
import { finishMoves, listMovingEnvironments, loadHomes, type IdHomes } from '../db/placements.ts'
import type { Env } from '../env.ts'
import type { KnownEvents } from '../objects/meter-adopted.ts'
import type { MovedId } from '../objects/meter-homes.ts'
import { forEachOf } from './for-each-of.ts'

const LEFT_ENVIRONMENTS_MAX = 100

/** Ids that leave one group of meters for another, together. */
export interface Move {
  ids: MovedId[]
  from: string[]
  to: string[]
}

/**
 * Completes the moves that are under way, those that some ids take part in or all of an
 * environment. Each step is
 * durable and may be repeated, by several at once: so whoever comes upon a move that was left
 * behind goes on with it. No event is copied: the new home learns which transaction ids were
 * accepted, and the events stay where they are.
 */
export async function completeMoves(
  env: Env,
  environmentId: string,
  ingestIds?: ReadonlySet<string>,
): Promise<void> {
  const loaded = await loadHomes(openDatabase(env.DB), environmentId)
  if (loaded === null) return
  const { environment, homes } = loaded
  for (const move of listMoves(environment, homes)) {
    const isAsked = move.ids.some(({ ingestId }) => ingestIds?.has(ingestId) ?? true)
    if (isAsked) await completeMove(env, environment, move)
  }
}

/** Goes on with moves that were left behind; of a bounded number of environments. */
export async function completeLeftMoves(env: Env): Promise<void> {
  const ids = await listMovingEnvironments(openDatabase(env.DB), LEFT_ENVIRONMENTS_MAX)
  await forEachOf(ids, (id) => completeMoves(env, id))
}

/** The moves that are under way: ids with the same former and next home move together. */
export function listMoves(environment: PlacedEnvironment, homes: IdHomes[]): Move[] {
  const moving = homes.filter(({ isMoving }) => isMoving)
  const together = Map.groupBy(moving, ({ group, nextGroup }) => JSON.stringify([group, nextGroup]))
  return [...together.values()].map((ids) => ({
    ids: ids.map(({ ingestId, epoch }) => ({ ingestId, epoch })),
    from: groupMeters(environment, ids[0]!.group),
    to: groupMeters(environment, ids[0]!.nextGroup),
  }))
}

async function completeMove(env: Env, environment: Environment, move: Move): Promise<void> {
  // Most is copied while the former home still takes events in.
  const pages = await copyKnown(env, environment, move)
  const configVersion = await closeFormerHome(env, environment, move)
  await copyKnown(env, environment, move, pages)
  await openNextHome(env, environment, move, configVersion)
  await publish(env, environment, move)
}

/**
 * Tells the next home what the members of the former one know of the ids.
 * @param pages where to begin, by member
 * @returns the last page of each member's own log, which may have grown by the next time
 */
export async function copyKnown(
  env: Env,
  environment: PlacedEnvironment,
  { ids, from, to }: Move,
  pages: Map<string, number> = new Map(),
): Promise<Map<string, number>> {
  const environmentId = environment.id
  const ingestIds = ids.map(({ ingestId }) => ingestId)
  const last = new Map<string, number>()
  for (const member of from) {
    let page: number | null = pages.get(member) ?? 0
    while (page !== null) {
      const call = { environmentId, ingestIds, page }
      const told = await env.METER.getByName(member).readKnown(call)
      await Promise.all(
        // The types of calls between objects make arrays of tuples.
        dealKnown(told.known as KnownEvents[], to.length).map(async (known, i) => {
          if (known.length === 0) return
          const adoption = { environmentId, ids, member, page: told.page, known }
          await env.METER.getByName(to[i]!).adopt(adoption)
        }),
      )
      if (told.isOfLog) last.set(member, page)
      page = told.next
    }
  }
  return last
}

/** For each member of a group, the events whose transaction ids belong to it. */
function dealKnown(known: KnownEvents[], meterCount: number): KnownEvents[][] {
  return Array.from({ length: meterCount }, (_, meter) =>
    known.flatMap(({ hashes, places, ...rest }): KnownEvents[] => {
      const own = [...places.keys()].filter(
        (i) => placeOfHash(hashes, i * HASH_WORDS, meterCount) === meter,
      )
      if (own.length === 0) return []
      const words = own.flatMap((i) => [...hashes.subarray(i * HASH_WORDS, (i + 1) * HASH_WORDS)])
      return [{ ...rest, hashes: new Uint32Array(words), places: own.map((i) => places[i]!) }]
    }),
  )
}

/** @returns the latest configuration that any of its members has applied */
export async function closeFormerHome(
  env: Env,
  { id: environmentId, configVersion }: Pick<Environment, 'id' | 'configVersion'>,
  { ids, from }: Move,
): Promise<number> {
  const versions = await Promise.all(
    from.map((name) => env.METER.getByName(name).closeIds({ environmentId, configVersion, ids })),
  )
  return Math.max(configVersion, ...versions)
}

/** @param configVersion what was decided before by an earlier one is out of date */
export async function openNextHome(
  env: Env,
  environment: PlacedEnvironment,
  { ids, to }: Move,
  configVersion: number,
): Promise<void> {
  const lifetimeMs = dedupeLifetimeMs(environment)
  await Promise.all(
    to.map((name) =>
      env.METER.getByName(name).openIds({
        environmentId: environment.id,
        configVersion,
        ids,
        dedupeLifetimeMs: lifetimeMs,
      }),
    ),
  )
}

/** From here on everybody who looks finds the ids in their next home. */
export async function publish(env: Env, environment: PlacedEnvironment, move: Move): Promise<void> {
  await finishMoves(openDatabase(env.DB), environment.id, move.ids)
}
