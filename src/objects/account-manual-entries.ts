import type { ManualEntry } from '../core/ledger/draw.ts'
import { createManualEntry, type ManualEntryInput } from '../core/ledger/manual-entry.ts'
import { ok, type Result } from '../core/result.ts'
import { insertManualEntry } from '../db/manual-entries.ts'
import { readBalances } from './account-open.ts'
import type { Account } from './account-invoices.ts'
import type { AccountCall } from './account-rpc.ts'

/** Decides on an entry to a balance and writes it; asked again with the same id, answers the same. */
export async function addManualEntry(
  account: Account,
  call: AccountCall & { input: ManualEntryInput },
): Promise<Result<ManualEntry>> {
  const { environmentId, customerId, input, now } = call
  const read = await readBalances(account, { ...call, isWithDrafts: false })
  if (!read.ok) return read
  const { manual } = read.value.facts
  const existing = manual.find(({ id }) => id === input.id)
  if (existing !== undefined) return ok(existing)
  const created = createManualEntry(input, read.value.balances, now)
  if (!created.ok) return created
  await insertManualEntry(account.db, { environmentId, customerId }, created.value)
  return created
}
