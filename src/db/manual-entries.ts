import { and, asc, eq } from 'drizzle-orm'
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

/** The entries that were made by hand to a customer's balances, in the order of their creation. */
export async function listManualEntries(
  db: Database,
  environmentId: string,
  customerId: string,
): Promise<ManualEntry[]> {
  const rows = await db
    .select()
    .from(manualLedgerEntries)
    .where(
      and(
        eq(manualLedgerEntries.environmentId, environmentId),
        eq(manualLedgerEntries.customerId, customerId),
      ),
    )
    .orderBy(asc(manualLedgerEntries.createdAt), asc(manualLedgerEntries.id))
  return rows.map(fromManualEntryRow)
}

export function fromManualEntryRow(row: typeof manualLedgerEntries.$inferSelect): ManualEntry {
  const { environmentId: _, customerId: __, seats, ...entry } = row
  return seats === null ? entry : { ...entry, seats }
}
