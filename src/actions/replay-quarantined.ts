import { dedupeLifetimeMs, settingsOf, type Environment } from '../core/environment.ts'
import { quarantineMeterName } from '../core/metering/place.ts'
import { readReplay, type ReplayableEvent } from '../core/metering/replay.ts'
import { ok, type Result } from '../core/result.ts'
import type { Env } from '../env.ts'
import { findKnownEvents } from './find-known-events.ts'
import { ingestBatch } from './ingest-batch.ts'

/** A quarantined event to replay: as it is, or with a correction in its place. */
export interface ReplayItem {
  id: number
  correction?: { event: unknown }
}

export interface ReplayOutcome {
  id: number
  status: 'accepted' | 'duplicate' | 'rejected'
  /** Why it was rejected. */
  message?: string
}

/** The meter that keeps the environment's rejected events. */
export function quarantineMeter(env: Env, environmentId: string) {
  return env.METER.getByName(quarantineMeterName(environmentId))
}

/**
 * Ingests quarantined events after all. Those that are ingested, or had been before, leave the
 * quarantine; the others stay, a stored event with the reason that it fails for now. When this dies
 * after ingesting, the events are duplicates the next time, and leave then.
 * @returns an outcome for each item, in their order
 */
export async function replayQuarantined(
  env: Env,
  environment: Environment,
  items: ReplayItem[],
  now: number,
): Promise<Result<ReplayOutcome[]>> {
  const environmentId = environment.id
  const meter = quarantineMeter(env, environmentId)
  const ids = items.map(({ id }) => id)
  const rows = await meter.findQuarantined({ environmentId, nowMs: now, ids })
  const stored = new Map(rows.map((row) => [row.id, row]))
  const requests = items.map(({ id, correction }) => {
    return { id, stored: stored.get(id) ?? null, correction }
  })
  const window = { ...settingsOf(environment), nowMs: now }
  const { replayable, refused } = readReplay(requests, window)
  const known = await findForgotten(env, environment, replayable, now)
  const fresh = replayable.filter(({ id }) => !known.has(id))
  const ingested = await ingestBatch(env, environment, {
    environmentId,
    configVersion: environment.configVersion,
    acceptedAtMs: now,
    dedupeLifetimeMs: dedupeLifetimeMs(environment),
    events: `[${fresh.map(({ text }) => text).join(',')}]`,
    rejected: [],
  })
  if (!ingested.ok) return ingested
  const duplicates = new Set(ingested.value.duplicates.map((i) => fresh[i]!.id))
  await meter.settleQuarantine({
    environmentId,
    removed: replayable.map(({ id }) => id),
    reasons: refused.flatMap(({ id, message, isReason }) =>
      isReason ? [{ id, reason: message }] : [],
    ),
  })
  const messages = new Map(refused.map(({ id, message }) => [id, message]))
  return ok(
    ids.map((id): ReplayOutcome => {
      const message = messages.get(id)
      if (message !== undefined) return { id, status: 'rejected', message }
      return { id, status: known.has(id) || duplicates.has(id) ? 'duplicate' : 'accepted' }
    }),
  )
}

/**
 * Which of the events the log has, though their ids may have been forgotten since they were
 * received. An event that is too old to be sent today may have been accepted longer ago than ids
 * are remembered (EV-47 holds for events in the window only), so the log itself is asked.
 */
async function findForgotten(
  env: Env,
  environment: Environment,
  events: ReplayableEvent[],
  now: number,
): Promise<Set<number>> {
  const fromMs = now - settingsOf(environment).backdatingMaxMs
  const old = events.filter(({ event }) => event.timestampMs < fromMs)
  const known = await findKnownEvents(env, environment, old, dedupeLifetimeMs(environment))
  return new Set([...known].map(({ id }) => id))
}
