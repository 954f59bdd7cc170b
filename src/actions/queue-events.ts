import { dedupeLifetimeMs, type Environment } from '../core/environment.ts'
import { packMessages } from '../core/metering/pack-messages.ts'
import type { ValidEvent } from '../core/metering/event.ts'
import { openDatabase } from '../db/database.ts'
import { deleteQueuedBatches, insertQueuedBatches } from '../db/queued-batches.ts'
import type { Env } from '../env.ts'
import type { IngestBatch } from '../objects/meter-rpc.ts'

/** A message of the ingest queue: a batch, judged by the instant at which it was accepted. */
export interface QueuedBatch extends IngestBatch {
  /** Of its row in D1, which says that these events wait. */
  id: string
}

/**
 * Puts events into the queue, for when their meter is behind; they are safe when this answers.
 * @param now the environment's clock: windows and dedupe age are judged by it, not by the delivery
 */
export async function queueEvents(
  env: Env,
  environment: Environment,
  valid: ValidEvent[],
  now: number,
): Promise<void> {
  const db = openDatabase(env.DB)
  const packed = packMessages(
    valid.map(({ raw, event }) => ({ raw, timestampMs: event.timestampMs })),
  )
  const messages = packed.map(({ events, timeMin }) => ({
    row: {
      id: crypto.randomUUID(),
      environmentId: environment.id,
      timeMin,
      queuedAt: Date.now(),
    },
    events,
  }))
  try {
    // The rows come first: from here on a finalization waits for these events.
    await insertQueuedBatches(
      db,
      messages.map(({ row }) => row),
    )
    for (const { row, events } of messages) {
      const body: QueuedBatch = {
        id: row.id,
        environmentId: environment.id,
        configVersion: environment.configVersion,
        acceptedAtMs: now,
        dedupeLifetimeMs: dedupeLifetimeMs(environment),
        events,
        rejected: [],
      }
      await env.INGEST_QUEUE.send(body, { contentType: 'json' })
    }
  } catch (error) {
    // The sender is told to send all of it again; what is in the queue already will be duplicates.
    // Rows may be there though their insertion has failed: the answer may have been lost.
    await deleteQueuedBatches(
      db,
      messages.map(({ row }) => row.id),
    )
    throw error
  }
}
