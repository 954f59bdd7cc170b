import { and, eq, inArray, isNull, lt } from 'drizzle-orm'
import type { Database } from './database.ts'
import { idempotencyKeys } from './schema.ts'

export type IdempotencyRow = typeof idempotencyKeys.$inferSelect

export interface KeyOwner {
  environmentId: string
  tokenId: string
  key: string
}

export async function findKey(db: Database, owner: KeyOwner): Promise<IdempotencyRow | null> {
  const row = await db.select().from(idempotencyKeys).where(isKey(owner)).get()
  return row ?? null
}

/** Takes the key for a request; false when another request took it first. */
export async function startKey(
  db: Database,
  owner: KeyOwner,
  requestHash: string,
  nowReal: number,
): Promise<boolean> {
  const result = await db
    .insert(idempotencyKeys)
    .values({ ...owner, requestHash, startedAt: nowReal })
    .onConflictDoNothing()
  return result.meta.changes === 1
}

/** Takes over a key whose request never finished; false when another request did so first. */
export async function restartKey(
  db: Database,
  owner: KeyOwner,
  startedAt: number,
  nowReal: number,
): Promise<boolean> {
  const result = await db
    .update(idempotencyKeys)
    .set({ startedAt: nowReal })
    .where(
      and(isKey(owner), isNull(idempotencyKeys.status), eq(idempotencyKeys.startedAt, startedAt)),
    )
  return result.meta.changes === 1
}

export async function finishKey(
  db: Database,
  owner: KeyOwner,
  status: number,
  body: string,
): Promise<void> {
  await db.update(idempotencyKeys).set({ status, body }).where(isKey(owner))
}

export async function releaseKey(db: Database, owner: KeyOwner): Promise<void> {
  await db.delete(idempotencyKeys).where(isKey(owner))
}

/** Forgets keys of requests that began before an instant, one page at a time; true when more remain. */
export async function deleteOldKeys(
  db: Database,
  before: number,
  pageSize: number,
): Promise<boolean> {
  const old = db
    .select({ key: idempotencyKeys.key })
    .from(idempotencyKeys)
    .where(lt(idempotencyKeys.startedAt, before))
    .limit(pageSize)
  const result = await db
    .delete(idempotencyKeys)
    .where(and(lt(idempotencyKeys.startedAt, before), inArray(idempotencyKeys.key, old)))
  return result.meta.changes >= pageSize
}

function isKey({ environmentId, tokenId, key }: KeyOwner) {
  return and(
    eq(idempotencyKeys.environmentId, environmentId),
    eq(idempotencyKeys.tokenId, tokenId),
    eq(idempotencyKeys.key, key),
  )
}
