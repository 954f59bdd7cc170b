import { dedupeLifetimeMs, type Environment } from '../core/environment.ts'
import { eventsOf } from '../core/metering/dead-letter.ts'
import { storedEvent } from '../core/metering/event.ts'
import { parseJson } from '../core/json-number.ts'
import { DAY_MS } from '../core/time.ts'
import { openDatabase } from '../db/database.ts'
import { deleteDeadLetters, findDeadLetter, type DeadLetterRow } from '../db/dead-letters.ts'
import type { Env } from '../env.ts'
import { findKnownEvents } from './find-known-events.ts'
import { ingestBatch } from './ingest-batch.ts'
import type { QueuedBatch } from './queue-events.ts'

export interface DeadLetterOutcome {
  id: string
  status: 'replayed' | 'failed' | 'not_found'
  accepted: number
  duplicates: number
  /** Why it failed; then the dead letter stays. */
  message?: string
}

/**
 * Takes the events of dead letters to their meters after all, as their delivery would have: judged
 * by the instant at which they were accepted. A letter is removed when its events are durable; if
 * this dies in between, they are duplicates the next time.
 * @param now the environment's clock
 * @returns an outcome for each id, in their order
 */
export async function replayDeadLetters(
  env: Env,
  environment: Environment,
  ids: string[],
  now: number,
): Promise<DeadLetterOutcome[]> {
  const outcomes: DeadLetterOutcome[] = []
  for (const id of ids) outcomes.push(await replayDeadLetter(env, environment, id, now))
  return outcomes
}

async function replayDeadLetter(
  env: Env,
  environment: Environment,
  id: string,
  now: number,
): Promise<DeadLetterOutcome> {
  const db = openDatabase(env.DB)
  const nothing = { id, accepted: 0, duplicates: 0 }
  const letter = await findDeadLetter(db, environment.id, id)
  if (letter === null) return { ...nothing, status: 'not_found' }
  try {
    const { events, known, ...batch } = await readBatch(env, environment, letter, now)
    const outcome = await ingestBatch(env, environment, { ...batch, events })
    if (!outcome.ok) return { ...nothing, status: 'failed', message: outcome.error.message }
    await deleteDeadLetters(db, environment.id, [id])
    const { accepted, duplicates } = outcome.value
    return { id, status: 'replayed', accepted, duplicates: duplicates.length + known }
  } catch (error) {
    console.error(`The dead letter ${id} could not be replayed`, error)
    const message = error instanceof Error ? error.message : String(error)
    return { ...nothing, status: 'failed', message }
  }
}

/**
 * A queue keeps messages for up to 14 days, and the meter remembers ids for that much longer than
 * their lifetime; of older messages, the log itself tells which events it has.
 */
const REMEMBERED_MS = 14 * DAY_MS

/** The letter's batch, without the events that the log has, though their ids may be forgotten. */
async function readBatch(
  env: Env,
  environment: Environment,
  { message, acceptedAt }: DeadLetterRow,
  now: number,
): Promise<Omit<QueuedBatch, 'id'> & { known: number }> {
  const { id: _, ...batch } = JSON.parse(message) as QueuedBatch
  if (eventsOf(batch) === null || !Number.isFinite(batch.acceptedAtMs + batch.dedupeLifetimeMs)) {
    throw new Error('The message is damaged: it can only be deleted.')
  }
  const dedupeMs = Math.max(batch.dedupeLifetimeMs, dedupeLifetimeMs(environment))
  const own = { ...batch, environmentId: environment.id, dedupeLifetimeMs: dedupeMs }
  if (now - acceptedAt < REMEMBERED_MS) return { ...own, known: 0 }
  const raws = parseJson(batch.events) as unknown[]
  const events = raws.map((raw) => ({ event: storedEvent(raw), receivedAtMs: acceptedAt, raw }))
  const known = await findKnownEvents(env, environment, events, dedupeMs)
  const fresh = events.filter((event) => !known.has(event)).map(({ raw }) => raw)
  return { ...own, events: JSON.stringify(fresh), known: known.size }
}
