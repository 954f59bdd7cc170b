import { insertShownDrafts } from '../db/shown-drafts.ts'
import type { Account } from './account-invoices.ts'
import type { AccountCall } from './account-rpc.ts'

/**
 * Notes whose drafts these are, since callers may name them by their ids alone from now on: once
 * for each draft, however often it is shown.
 */
export async function noteShownDrafts(
  { db, storage }: Account,
  { environmentId, customerId }: AccountCall,
  drafts: Iterable<string>,
): Promise<void> {
  const known = (id: string) =>
    storage.sql.exec('SELECT 1 FROM shown_drafts WHERE invoice_id = ?', id).toArray().length > 0
  const fresh = [...drafts].filter((id) => !known(id))
  if (fresh.length === 0) return
  await insertShownDrafts(db, environmentId, customerId, fresh)
  for (const id of fresh) storage.sql.exec('INSERT OR IGNORE INTO shown_drafts VALUES (?)', id)
}
