import type { QueuedBatch } from '../actions/queue-events.ts'
import { meterNames } from '../core/metering/place.ts'
import { HOUR_MS, SECOND_MS } from '../core/time.ts'
import { openDatabase } from '../db/database.ts'
import { deleteQueuedBatches } from '../db/queued-batches.ts'
import type { Env } from '../env.ts'

const DELAY_MAX_S = HOUR_MS / SECOND_MS

/**
 * Takes queued events to their meter, as ingest would have. A message delivered twice changes
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
    const [meterName = ''] = meterNames(events.environmentId)
    const outcome = await env.METER.getByName(meterName).ingest(events)
    if (!outcome.ok) return message.retry({ delaySeconds: retryDelaySeconds(message.attempts) })
    await deleteQueuedBatches(openDatabase(env.DB), [id])
    message.ack()
  } catch (error) {
    // The meter of a deleted sandbox: there is nobody left whose events these could be.
    if ((error as { status?: number }).status === 404) return message.ack()
    console.error(`Queued events ${id} could not be taken to their meter`, error)
    message.retry({ delaySeconds: retryDelaySeconds(message.attempts) })
  }
}

/** A delivery that fails is tried again after 2, 4, 8 … seconds, at most an hour. */
export function retryDelaySeconds(attempts: number): number {
  return Math.min(2 ** Math.min(attempts, 20), DELAY_MAX_S)
}
