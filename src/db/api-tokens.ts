import { and, asc, eq, isNull, lt, or, sql } from 'drizzle-orm'
import type { Environment } from '../core/environment.ts'
import type { Database } from './database.ts'
import { fromEnvironmentRow } from './environments.ts'
import { after, inJson, type RowKey } from './keyset.ts'
import { apiTokens, environments } from './schema.ts'

export type ApiTokenRow = typeof apiTokens.$inferSelect

/** The token with this hash, if it works: neither revoked nor of a deleted environment. */
export async function findLiveToken(
  db: Database,
  tokenHash: string,
): Promise<{ token: ApiTokenRow; environment: Environment } | null> {
  let statement = liveTokens.get(db)
  if (statement === undefined) liveTokens.set(db, (statement = prepareLiveToken(db)))
  const row = await statement.get({ tokenHash })
  if (row === undefined) return null
  return { token: row.token, environment: fromEnvironmentRow(row.environment) }
}

/** Every request asks this: writing the statement takes longer than answering it. */
const liveTokens = new WeakMap<Database, ReturnType<typeof prepareLiveToken>>()

function prepareLiveToken(db: Database) {
  return db
    .select({ token: apiTokens, environment: environments })
    .from(apiTokens)
    .innerJoin(environments, eq(environments.id, apiTokens.environmentId))
    .where(
      and(
        eq(apiTokens.tokenHash, sql.placeholder('tokenHash')),
        isNull(apiTokens.revokedAt),
        isNull(environments.deletedAt),
      ),
    )
    .prepare()
}

/** Notes when a token was used, unless a later use is noted already. */
export async function noteTokenUse(db: Database, id: string, usedAt: number): Promise<void> {
  const isLater = or(isNull(apiTokens.lastUsedAt), lt(apiTokens.lastUsedAt, usedAt))
  await db
    .update(apiTokens)
    .set({ lastUsedAt: usedAt })
    .where(and(eq(apiTokens.id, id), isLater))
}

/** Those of some tokens that are not revoked. */
export async function findLiveTokenIds(db: Database, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .select({ id: apiTokens.id })
    .from(apiTokens)
    .where(and(inJson(apiTokens.id, ids), isNull(apiTokens.revokedAt)))
  return new Set(rows.map(({ id }) => id))
}

/** The environment's tokens, revoked ones included, in the order of their creation. */
export function listTokens(
  db: Database,
  environmentId: string,
  from: RowKey | null,
  limit: number,
): Promise<ApiTokenRow[]> {
  return db
    .select()
    .from(apiTokens)
    .where(and(eq(apiTokens.environmentId, environmentId), after(apiTokens, from)))
    .orderBy(asc(apiTokens.createdAt), asc(apiTokens.id))
    .limit(limit)
}

/** Marks a token as revoked; false when the environment has no such token. Repeating is harmless. */
export async function revokeToken(
  db: Database,
  environmentId: string,
  id: string,
  now: number,
): Promise<boolean> {
  const found = await db
    .select({ revokedAt: apiTokens.revokedAt })
    .from(apiTokens)
    .where(and(eq(apiTokens.environmentId, environmentId), eq(apiTokens.id, id)))
    .get()
  if (found === undefined) return false
  if (found.revokedAt === null) {
    await db.update(apiTokens).set({ revokedAt: now }).where(eq(apiTokens.id, id))
  }
  return true
}
