import { and, asc, eq, gt, or, sql } from 'drizzle-orm'
import type { DeadLetterSummary } from '../core/metering/dead-letter.ts'
import type { Database } from './database.ts'
import { inJson } from './keyset.ts'
import { deadLetters, queuedBatches } from './queue-schema.ts'
import { environments } from './schema.ts'

export type DeadLetterRow = typeof deadLetters.$inferSelect

/** The place of a row in the order in which dead letters came. */
export interface DeadLetterKey {
  receivedAt: number
  id: string
}

/** Keeps a message, once however often it comes, unless its environment is gone. */
export async function insertDeadLetter(
  db: Database,
  letter: DeadLetterSummary & {
    id: string
    environmentId: string
    message: string
    receivedAt: number
  },
): Promise<void> {
  const { id, environmentId, eventCount, timeMin, acceptedAtMs, receivedAt, message } = letter
  await db.run(sql`
    INSERT OR IGNORE INTO ${deadLetters} (id, environment_id, event_count, time_min, accepted_at,
      received_at, reason, message)
    SELECT ${id}, ${environmentId}, ${eventCount}, ${timeMin}, ${acceptedAtMs}, ${receivedAt},
      (SELECT failure FROM ${queuedBatches} WHERE id = ${id}), ${message}
    WHERE EXISTS (
      SELECT 1 FROM ${environments} WHERE id = ${environmentId} AND deleted_at IS NULL)`)
}

/** The environment's dead letters in the order in which they came. */
export function listDeadLetters(
  db: Database,
  environmentId: string,
  from: DeadLetterKey | null,
  limit: number,
): Promise<DeadLetterRow[]> {
  const { receivedAt, id } = deadLetters
  const isAfter =
    from &&
    or(gt(receivedAt, from.receivedAt), and(eq(receivedAt, from.receivedAt), gt(id, from.id)))
  return db
    .select()
    .from(deadLetters)
    .where(and(eq(deadLetters.environmentId, environmentId), isAfter ?? undefined))
    .orderBy(asc(receivedAt), asc(id))
    .limit(limit)
}

export async function findDeadLetter(
  db: Database,
  environmentId: string,
  id: string,
): Promise<DeadLetterRow | null> {
  const row = await db
    .select()
    .from(deadLetters)
    .where(and(eq(deadLetters.environmentId, environmentId), eq(deadLetters.id, id)))
    .get()
  return row ?? null
}

/**
 * Removes dead letters, and what says that their events wait: finalization goes on without them.
 * @returns the ids of those that were there
 */
export async function deleteDeadLetters(
  db: Database,
  environmentId: string,
  ids: string[],
): Promise<string[]> {
  const isOne = and(eq(deadLetters.environmentId, environmentId), inJson(deadLetters.id, ids))
  const found = db.select({ id: deadLetters.id }).from(deadLetters).where(isOne)
  const [, deleted] = await db.batch([
    db.delete(queuedBatches).where(sql`${queuedBatches.id} IN ${found}`),
    db.delete(deadLetters).where(isOne).returning({ id: deadLetters.id }),
  ])
  return deleted.map(({ id }) => id)
}
