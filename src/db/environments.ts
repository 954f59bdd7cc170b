import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Environment } from '../core/environment.ts'
import type { Database } from './database.ts'
import { environments } from './schema.ts'

export type EnvironmentRow = typeof environments.$inferSelect

export function fromEnvironmentRow(row: EnvironmentRow): Environment {
  const { id, kind, name, clockMs, configVersion, settings } = row
  return { id, kind, name, clockMs, configVersion, settings }
}

export async function findEnvironment(db: Database, id: string): Promise<Environment | null> {
  const row = await db
    .select()
    .from(environments)
    .where(and(eq(environments.id, id), isNull(environments.deletedAt)))
    .get()
  return row === undefined ? null : fromEnvironmentRow(row)
}

/**
 * The statement that every change of metrics or ingest ids begins with, in the same batch: rows
 * written after it carry `nextConfigVersion`.
 */
export function bumpConfigVersion(db: Database, environmentId: string) {
  return db
    .update(environments)
    .set({ configVersion: sql`${environments.configVersion} + 1` })
    .where(eq(environments.id, environmentId))
}

/** The version that `bumpConfigVersion` made, for rows written in the same batch. */
export function currentConfigVersion(environmentId: string) {
  return sql<number>`(SELECT config_version FROM environments WHERE id = ${environmentId})`
}
