import { and, eq } from 'drizzle-orm'
import type { Database } from './database.ts'
import { insertRows } from './insert-rows.ts'
import { shownDrafts } from './schema.ts'

/** Notes whose some drafts are; what is noted already stays. */
export async function insertShownDrafts(
  db: Database,
  environmentId: string,
  customerId: string,
  invoiceIds: readonly string[],
): Promise<void> {
  const rows = invoiceIds.map((invoiceId) => ({ invoiceId, environmentId, customerId }))
  await insertRows(db, shownDrafts, rows).onConflictDoNothing()
}

/** The customer whose draft it is, or was; null for one that nobody has seen. */
export async function findShownDraft(
  db: Database,
  environmentId: string,
  invoiceId: string,
): Promise<{ customerId: string } | null> {
  const row = await db
    .select({ customerId: shownDrafts.customerId })
    .from(shownDrafts)
    .where(and(eq(shownDrafts.invoiceId, invoiceId), eq(shownDrafts.environmentId, environmentId)))
    .get()
  return row ?? null
}
