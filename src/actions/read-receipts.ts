import type { Environment } from '../core/environment.ts'
import { receiptsOf, type Receipt } from '../core/metering/receipt.ts'
import { fromMetricRow, loadActiveMetrics } from '../db/billable-metrics.ts'
import { findHolders } from '../db/customers.ts'
import type { Database } from '../db/database.ts'
import type { IngestReport } from './ingest-events.ts'

/** Receipts of what was just ingested, told by the environment's customers and metrics now. */
export async function readReceipts(
  db: Database,
  environment: Environment,
  { valid, rejected, duplicates }: IngestReport,
): Promise<Receipt[]> {
  const ids = [...new Set(valid.map(({ event }) => event.ingestId))]
  const [holders, rows] = await Promise.all([
    findHolders(db, environment.id, ids),
    loadActiveMetrics(db, environment.id),
  ])
  return receiptsOf({ valid, rejected, duplicates, holders, metrics: rows.map(fromMetricRow) })
}
