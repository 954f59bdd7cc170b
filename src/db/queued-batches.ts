import { and, eq, gt, lt } from 'drizzle-orm'
import { DAY_MS } from '../core/time.ts'
import type { Database } from './database.ts'
import { inJson } from './keyset.ts'
import { insertRows } from './insert-rows.ts'
import { queuedBatches } from './schema.ts'

export type QueuedBatchRow = typeof queuedBatches.$inferInsert

/** A queue keeps a message for 14 days at most: a row older than this stands for nothing any more. */
const WAITING_MAX_MS = 15 * DAY_MS

export async function insertQueuedBatches(db: Database, rows: QueuedBatchRow[]): Promise<void> {
  await insertRows(db, queuedBatches, rows)
}

export async function deleteQueuedBatches(db: Database, ids: string[]): Promise<void> {
  await db.delete(queuedBatches).where(inJson(queuedBatches.id, ids))
}

/** Whether events of an environment from before an instant still wait in the queue. */
export async function areEventsQueued(
  db: Database,
  environmentId: string,
  before: number,
  nowReal: number,
): Promise<boolean> {
  const row = await db
    .select({ id: queuedBatches.id })
    .from(queuedBatches)
    .where(
      and(
        eq(queuedBatches.environmentId, environmentId),
        lt(queuedBatches.timeMin, before),
        gt(queuedBatches.queuedAt, nowReal - WAITING_MAX_MS),
      ),
    )
    .limit(1)
    .get()
  return row !== undefined
}
