import type { ManualEntry } from '../core/ledger/draw.ts'
import type { Database } from './database.ts'
import { manualLedgerEntries } from './schema.ts'

/** Adds an entry to a balance of a customer; one that is there already stays as it is. */
export async function insertManualEntry(
  db: Database,
  owner: { environmentId: string; customerId: string },
  entry: ManualEntry,
): Promise<void> {
  await db
    .insert(manualLedgerEntries)
    .values({ ...entry, ...owner })
    .onConflictDoNothing()
}

export function fromManualEntryRow(row: typeof manualLedgerEntries.$inferSelect): ManualEntry {
  const { environmentId: _, customerId: __, seats, ...entry } = row
  return seats === null ? entry : { ...entry, seats }
}
