import { and, asc, eq, isNull, lte, notInArray, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { Contract } from '../core/contracts/contract.ts'
import type { Database } from './database.ts'
import { environments } from './schema.ts'
import { thresholdWatches } from './threshold-schema.ts'

export type ThresholdWatch = typeof thresholdWatches.$inferSelect

/** The statement that has a contract's thresholds evaluated at an instant, for a batch. */
export function upsertWatch(
  db: Database,
  environmentId: string,
  { id: contractId, customerId }: Pick<Contract, 'id' | 'customerId'>,
  dueAt: number,
): BatchItem<'sqlite'> {
  const state = { dueAt, attempts: 0, lastError: null }
  return db
    .insert(thresholdWatches)
    .values({ contractId, environmentId, customerId, ...state })
    .onConflictDoUpdate({ target: thresholdWatches.contractId, set: state })
}

/** The statement that ends the evaluation of a contract's thresholds, for a batch. */
export function deleteWatch(db: Database, contractId: string) {
  return db.delete(thresholdWatches).where(eq(thresholdWatches.contractId, contractId))
}

export async function postponeWatch(
  db: Database,
  contractId: string,
  dueAt: number,
  lastError: string,
): Promise<void> {
  await db
    .update(thresholdWatches)
    .set({ dueAt, lastError, attempts: sql`${thresholdWatches.attempts} + 1` })
    .where(eq(thresholdWatches.contractId, contractId))
}

/** What is to be evaluated at an instant in the environments that run in real time, in due order. */
export async function listDueWatches(
  db: Database,
  nowReal: number,
  limit: number,
): Promise<ThresholdWatch[]> {
  const rows = await db
    .select({ watch: thresholdWatches })
    .from(thresholdWatches)
    .innerJoin(environments, eq(environments.id, thresholdWatches.environmentId))
    .where(
      and(
        isNull(environments.clockMs),
        isNull(environments.deletedAt),
        lte(thresholdWatches.dueAt, nowReal),
      ),
    )
    .orderBy(asc(thresholdWatches.dueAt), asc(thresholdWatches.contractId))
    .limit(limit)
  return rows.map(({ watch }) => watch)
}

/**
 * What is to be evaluated first in an environment, up to and including an instant; null for nothing.
 * @param of only this customer's contracts, and none of some contracts
 */
export async function findNextWatch(
  db: Database,
  environmentId: string,
  until: number,
  { customerId, except = [] }: { customerId?: string; except?: string[] } = {},
): Promise<ThresholdWatch | null> {
  const row = await db
    .select()
    .from(thresholdWatches)
    .where(
      and(
        eq(thresholdWatches.environmentId, environmentId),
        lte(thresholdWatches.dueAt, until),
        customerId === undefined ? undefined : eq(thresholdWatches.customerId, customerId),
        notInArray(thresholdWatches.contractId, except),
      ),
    )
    .orderBy(asc(thresholdWatches.dueAt), asc(thresholdWatches.contractId))
    .get()
  return row ?? null
}
