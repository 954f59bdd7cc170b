import { summarizeMessage } from '../core/metering/dead-letter.ts'
import { openDatabase } from '../db/database.ts'
import { insertDeadLetter } from '../db/dead-letters.ts'
import type { Env } from '../env.ts'
import { retryDelaySeconds } from './ingest-queue.ts'

/** Where messages of the ingest queue go that could not be delivered. */
export const DEAD_LETTER_QUEUE = 'tactus-ingest-dead'

/**
 * Keeps undeliverable messages in the database, for operators to replay or to delete: a queue
 * forgets them in the end. A message is let go only when it is kept.
 */
export async function keepDeadLetters(batch: MessageBatch, env: Env): Promise<void> {
  await Promise.all(batch.messages.map((message) => keepMessage(message, env)))
}

async function keepMessage(message: Message, env: Env): Promise<void> {
  const { body, attempts } = message
  const { id, environmentId } = (body ?? {}) as Record<string, unknown>
  if (typeof environmentId !== 'string') {
    console.error(`A dead letter belongs to no environment: ${JSON.stringify(body)}`)
    return message.ack()
  }
  try {
    await insertDeadLetter(openDatabase(env.DB), {
      id: typeof id === 'string' ? id : message.id,
      environmentId,
      ...summarizeMessage(body),
      receivedAt: Date.now(),
      message: JSON.stringify(body),
    })
    message.ack()
  } catch (error) {
    // Without the statement, which holds the events.
    const reason = (error as { cause?: unknown }).cause ?? error
    console.error(`The dead letter ${String(id)} could not be kept`, reason)
    message.retry({ delaySeconds: retryDelaySeconds(attempts) })
  }
}
