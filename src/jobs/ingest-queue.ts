import { ingestBatch } from '../actions/ingest-batch.ts'
import type { QueuedBatch } from '../actions/queue-events.ts'
import { HOUR_MS, SECOND_MS } from '../core/time.ts'
import { openDatabase } from '../db/database.ts'
import { findEnvironment } from '../db/environments.ts'
import { deleteQueuedBatches, noteFailure } from '../db/queued-batches.ts'
import type { Env } from '../env.ts'

const DELAY_MAX_S = HOUR_MS / SECOND_MS

/**
 * Takes queued events to their meters, as ingest would have. A message delivered twice changes
 * nothing: its events are duplicates then.
 */
export async function consumeIngestQueue(
  batch: MessageBatch<QueuedBatch>,
  env: Env,
): Promise<void> {
  await Promise.all(batch.messages.map((message) => consumeMessage(message, env)))
}

async function consumeMessage(message: Message<QueuedBatch>, env: Env): Promise<void> {
  const { id, ...events } = message.body
  try {
    const db = openDatabase(env.DB)
    const environment = await findEnvironment(db, events.environmentId)
    // Of a deleted sandbox: there is nobody left whose events these could be.
    if (environment === null) return message.ack()
    const outcome = await ingestBatch(env, environment, events)
    if (!outcome.ok) return await retry(message, env, outcome.error.message)
    await deleteQueuedBatches(db, [id])
    message.ack()
  } catch (error) {
    // The sandbox has been deleted meanwhile.
    if ((error as { status?: number }).status === 404) return message.ack()
    console.error(`Queued events ${id} could not be taken to their meters`, error)
    await retry(message, env, error instanceof Error ? error.message : String(error))
  }
}

async function retry(message: Message<QueuedBatch>, env: Env, failure: string): Promise<void> {
  const { attempts, body } = message
  message.retry({ delaySeconds: retryDelaySeconds(attempts) })
  if (attempts > 1) return
  // Should the message end as a dead letter, this says why; its delivery does not depend on it.
  await noteFailure(openDatabase(env.DB), body.id, failure).catch((error: unknown) =>
    console.error(`The failure of queued events ${body.id} could not be noted`, error),
  )
}

/** A delivery that fails is tried again after 2, 4, 8 … seconds, at most an hour. */
export function retryDelaySeconds(attempts: number): number {
  return Math.min(2 ** Math.min(attempts, 20), DELAY_MAX_S)
}
