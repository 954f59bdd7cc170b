import { and, eq, isNull, ne, sql } from 'drizzle-orm'
import {
  GRACE_DEFAULT_MS,
  type Environment,
  type EnvironmentSettings,
} from '../core/environment.ts'
import type { Seller } from '../core/seller.ts'
import type { Database } from './database.ts'
import { dueWork, environments } from './schema.ts'

export type EnvironmentRow = typeof environments.$inferSelect

export function fromEnvironmentRow(row: EnvironmentRow): Environment {
  const { id, kind, name, clockMs, configVersion, placementVersion, settings } = row
  return { id, kind, name, clockMs, configVersion, placementVersion, settings }
}

export async function findEnvironment(db: Database, id: string): Promise<Environment | null> {
  const row = await db
    .select()
    .from(environments)
    .where(and(eq(environments.id, id), isNull(environments.deletedAt)))
    .get()
  return row === undefined ? null : fromEnvironmentRow(row)
}

/** Settings to change: members that are left out stay, null takes the default again. */
export type SettingsChange = Change<Omit<EnvironmentSettings, 'seller'>> & {
  seller?: Change<Seller> | null
}

type Change<Settings> = { [Name in keyof Settings]: Settings[Name] | null }

/**
 * Changes settings at once, whoever else changes others of them; what is due falls due by the grace
 * that is in force then.
 */
export async function changeSettings(
  db: Database,
  environmentId: string,
  change: SettingsChange,
): Promise<void> {
  const graceMs = sql`coalesce(
    (SELECT settings ->> 'graceMs' FROM environments WHERE id = ${environmentId}),
    ${GRACE_DEFAULT_MS})`
  const dueAt = sql`${dueWork.periodEnd} + ${graceMs}`
  await db.batch([
    bumpConfigVersion(db, environmentId),
    db
      .update(environments)
      .set({ settings: sql`json_patch(${environments.settings}, ${JSON.stringify(change)})` })
      .where(eq(environments.id, environmentId)),
    db
      .update(dueWork)
      .set({ dueAt })
      .where(
        and(
          eq(dueWork.environmentId, environmentId),
          // Scheduled invoices have no grace.
          eq(dueWork.kind, 'finalize-usage-invoice'),
          ne(dueWork.dueAt, dueAt),
        ),
      ),
  ])
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
