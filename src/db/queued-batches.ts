import { and, eq, gt, isNull, lt } from 'drizzle-orm'
import { DAY_MS } from '../core/time.ts'
import type { Database } from './database.ts'
import { inJson } from './keyset.ts'
import { insertRows } from './insert-rows.ts'
import { deadLetters, queuedBatches } from './queue-schema.ts'

export type QueuedBatchRow = typeof queuedBatches.$inferInsert

/** A queue keeps a message for 14 days at most: a row older than this stands for nothing any more. */
const WAITING_MAX_MS = 15 * DAY_MS

export async function insertQueuedBatches(db: Database, rows: QueuedBatchRow[]): Promise<void> {
  await insertRows(db, queuedBatches, rows)
}

export async function deleteQueuedBatches(db: Database, ids: string[]): Promise<void> {
  await db.delete(queuedBatches).where(inJson(queuedBatches.id, ids))
}

/** Notes why a delivery failed, unless an earlier one did. */
export async function noteFailure(db: Database, id: string, failure: string): Promise<void> {
  await db
    .update(queuedBatches)
    .set({ failure: failure.slice(0, FAILURE_CHARACTERS_MAX) })
    .where(and(eq(queuedBatches.id, id), isNull(queuedBatches.failure)))
}

const FAILURE_CHARACTERS_MAX = 1_000

/**
 * Whether events of an environment from before an instant still wait: in the queue, or among the
 * dead letters, which wait for as long as nobody takes care of them.
 */
export async function areEventsQueued(
  db: Database,
  environmentId: string,
  before: number,
  nowReal: number,
): Promise<boolean> {
  const [queued, dead] = await db.batch([
    db
      .select({ id: queuedBatches.id })
      .from(queuedBatches)
      .where(
        and(
          eq(queuedBatches.environmentId, environmentId),
          lt(queuedBatches.timeMin, before),
          gt(queuedBatches.queuedAt, nowReal - WAITING_MAX_MS),
        ),
      )
      .limit(1),
    db
      .select({ id: deadLetters.id })
      .from(deadLetters)
      .where(and(eq(deadLetters.environmentId, environmentId), lt(deadLetters.timeMin, before)))
      .limit(1),
  ])
  return queued.length + dead.length > 0
}
