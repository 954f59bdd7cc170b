import type { Environment } from '../core/environment.ts'
import type { RejectedEvent, ValidEvent } from '../core/metering/event.ts'
import { receiptsOf, type Receipt } from '../core/metering/receipt.ts'
import { fromMetricRow, loadActiveMetrics } from '../db/billable-metrics.ts'
import { findHolders } from '../db/customers.ts'
import type { Database } from '../db/database.ts'

/** What became of the events of one request. */
export interface IngestedEvents {
  valid: ValidEvent[]
  rejected: RejectedEvent[]
  /** Places in `valid` of the events that were duplicates. */
  duplicates: number[]
}

/** Receipts of what was just ingested, told by the environment's customers and metrics now. */
export async function readReceipts(
  db: Database,
  environment: Environment,
  { valid, rejected, duplicates }: IngestedEvents,
): Promise<Receipt[]> {
  const ids = [...new Set(valid.map(({ event }) => event.ingestId))]
  const [holders, rows] = await Promise.all([
    findHolders(db, environment.id, ids),
    loadActiveMetrics(db, environment.id),
  ])
  return receiptsOf({ valid, rejected, duplicates, holders, metrics: rows.map(fromMetricRow) })
}
