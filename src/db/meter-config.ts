import { and, asc, eq, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { BillableMetric } from '../core/metering/metric.ts'
import { assert } from '../core/result.ts'
import { fromMetricRow } from './billable-metrics.ts'
import type { Database } from './database.ts'
import { billableMetrics, ingestIds } from './schema.ts'

/** Who holds an ingest id now; null when nobody does any more. */
export interface HolderChange {
  ingestId: string
  customerId: string | null
  /** Of the configuration that made the change. */
  version: number
}

export interface MetricChange {
  metric: BillableMetric
  version: number
}

/** The metrics that changed after a version of the configuration, archived ones included. */
export function loadMetricChanges(
  db: Database,
  environmentId: string,
  afterVersion: number,
): AsyncGenerator<MetricChange[]> {
  const { version, id } = billableMetrics
  const load = async (from: Cursor) => {
    const rows = await db
      .select()
      .from(billableMetrics)
      .where(and(eq(billableMetrics.environmentId, environmentId), isAfter(version, id, from)))
      .orderBy(asc(version), asc(id))
      .limit(PAGE_ROWS)
    const items = rows.map((row) => ({ metric: fromMetricRow(row), version: row.version }))
    const last = rows.at(-1)
    return { items, last: last && { version: last.version, id: last.id } }
  }
  return changes(load, afterVersion)
}

/** The ingest ids whose holder changed after a version of the configuration. */
export function loadHolderChanges(
  db: Database,
  environmentId: string,
  afterVersion: number,
): AsyncGenerator<HolderChange[]> {
  const { version, ingestId, customerId } = ingestIds
  const load = async (from: Cursor) => {
    const rows = await db
      .select({ version, ingestId, customerId })
      .from(ingestIds)
      .where(and(eq(ingestIds.environmentId, environmentId), isAfter(version, ingestId, from)))
      .orderBy(asc(version), asc(ingestId))
      .limit(PAGE_ROWS)
    const last = rows.at(-1)
    return { items: rows, last: last && { version: last.version, id: last.ingestId } }
  }
  return changes(load, afterVersion)
}

interface Cursor {
  version: number
  id: string
}

const PAGE_ROWS = 1_000
/** A bound against a loop without end, beyond what an environment can hold. */
const PAGES_MAX = 100_000

// Above all ids; a row of the first version that sorts higher yet is merely loaded once more.
const ID_LAST = '\u{10ffff}'

function isAfter(version: SQLiteColumn, id: SQLiteColumn, from: Cursor) {
  return sql`(${version}, ${id}) > (${from.version}, ${from.id})`
}

/**
 * Pages in the order of the changes. A row that changes between two pages moves to the end and
 * comes (again) with its newest state, so none is missed.
 */
async function* changes<Item>(
  load: (from: Cursor) => Promise<{ items: Item[]; last: Cursor | undefined }>,
  afterVersion: number,
): AsyncGenerator<Item[]> {
  let from: Cursor = { version: afterVersion, id: ID_LAST }
  for (let page = 0; page < PAGES_MAX; page++) {
    const { items, last } = await load(from)
    if (items.length > 0) yield items
    if (items.length < PAGE_ROWS || last === undefined) return
    from = last
  }
  assert(false, 'the changes of a configuration end')
}
