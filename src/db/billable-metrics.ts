import { and, asc, eq, isNull, or } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { BillableMetric } from '../core/metering/metric.ts'
import type { Database } from './database.ts'
import { bumpConfigVersion, currentConfigVersion } from './environments.ts'
import { after, inJson, type RowKey } from './keyset.ts'
import { billableMetrics } from './schema.ts'
import { hasText } from './text-search.ts'

export type MetricRow = typeof billableMetrics.$inferSelect

export interface MetricFilter {
  includeArchived: boolean
  /** Only metrics with these ids. */
  ids?: string[]
  /** Part of the name, or the id. */
  search?: string | undefined
}

export function fromMetricRow(row: MetricRow): BillableMetric {
  return { ...row.definition, id: row.id, name: row.name }
}

/** The environment's metrics with these ids, archived ones included, in no particular order. */
export async function loadMetrics(
  db: Database,
  environmentId: string,
  ids: string[],
): Promise<BillableMetric[]> {
  const rows = await db
    .select()
    .from(billableMetrics)
    .where(and(eq(billableMetrics.environmentId, environmentId), inJson(billableMetrics.id, ids)))
  return rows.map(fromMetricRow)
}

export async function findMetric(
  db: Database,
  environmentId: string,
  id: string,
): Promise<MetricRow | null> {
  const row = await db.select().from(billableMetrics).where(isMetric(environmentId, id)).get()
  return row ?? null
}

/** Metrics in the order of their creation. */
export function listMetrics(
  db: Database,
  environmentId: string,
  { includeArchived, ids, search }: MetricFilter,
  from: RowKey | null,
  limit: number,
): Promise<MetricRow[]> {
  return db
    .select()
    .from(billableMetrics)
    .where(
      and(
        eq(billableMetrics.environmentId, environmentId),
        includeArchived ? undefined : isNull(billableMetrics.archivedAt),
        ids === undefined ? undefined : inJson(billableMetrics.id, ids),
        search === undefined
          ? undefined
          : or(eq(billableMetrics.id, search), hasText(billableMetrics.name, search)),
        after(billableMetrics, from),
      ),
    )
    .orderBy(asc(billableMetrics.createdAt), asc(billableMetrics.id))
    .limit(limit)
}

/** @param others what is written with it, all or nothing */
export async function insertMetric(
  db: Database,
  environmentId: string,
  metric: BillableMetric,
  { customFields, createdAt }: Pick<MetricRow, 'customFields' | 'createdAt'>,
  others: BatchItem<'sqlite'>[] = [],
): Promise<void> {
  const { id, name, ...definition } = metric
  const version = currentConfigVersion(environmentId)
  await db.batch([
    bumpConfigVersion(db, environmentId),
    db
      .insert(billableMetrics)
      .values({ id, environmentId, name, definition, customFields, version, createdAt }),
    ...others,
  ])
}

/** False when the environment has no such metric. */
export async function renameMetric(
  db: Database,
  environmentId: string,
  id: string,
  name: string,
): Promise<boolean> {
  return updateMetric(db, environmentId, id, { name })
}

/** Archives a metric; false when the environment has no such metric. Repeating changes nothing. */
export async function archiveMetric(
  db: Database,
  environmentId: string,
  id: string,
  now: number,
): Promise<boolean> {
  const row = await findMetric(db, environmentId, id)
  if (row === null || row.archivedAt !== null) return row !== null
  return updateMetric(db, environmentId, id, { archivedAt: now })
}

async function updateMetric(
  db: Database,
  environmentId: string,
  id: string,
  changes: { name: string } | { archivedAt: number },
): Promise<boolean> {
  const version = currentConfigVersion(environmentId)
  const [, updated] = await db.batch([
    bumpConfigVersion(db, environmentId),
    db
      .update(billableMetrics)
      .set({ ...changes, version })
      .where(isMetric(environmentId, id)),
  ])
  return updated.meta.changes > 0
}

function isMetric(environmentId: string, id: string) {
  return and(eq(billableMetrics.environmentId, environmentId), eq(billableMetrics.id, id))
}

/** So many metrics an environment may have in use for showing which of them an event feeds. */
const ACTIVE_METRICS_MAX = 2_000

/** All metrics that are not archived, up to a bound that no environment should reach. */
export function loadActiveMetrics(db: Database, environmentId: string): Promise<MetricRow[]> {
  return listMetrics(db, environmentId, { includeArchived: false }, null, ACTIVE_METRICS_MAX)
}
