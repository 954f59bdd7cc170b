import type { BatchItem } from 'drizzle-orm/batch'
import type { Invoice } from '../core/invoices/invoice.ts'
import { insertDueInvoice } from '../db/due-work.ts'
import type { Account } from './account-invoices.ts'
import { loadAllTerms, readDue } from './account-open.ts'
import type { AccountCall } from './account-rpc.ts'
import { reopenCharges } from './account-store.ts'

/**
 * Takes true-ups for open again that came to nothing, now that an invoice is void that drew on
 * their commits: with what takes its place they may come to something (pricing 6.3).
 * @returns the statements that make them due, for a batch
 */
export async function reopenTrueups(
  account: Account,
  call: AccountCall,
  { derivation: { draws = [] } }: Invoice,
): Promise<BatchItem<'sqlite'>[]> {
  const drawn = new Set(draws.map(({ balanceId }) => balanceId))
  const terms = drawn.size === 0 ? null : await loadAllTerms(account, call)
  if (terms === null) return []
  const owed = terms.balances.flatMap(({ id, type, payments }) =>
    type === 'POSTPAID' && drawn.has(id) && payments !== null ? [payments] : [],
  )
  if (owed.length === 0) return []
  const charges = owed.flatMap(({ schedule }) => schedule.items.map(({ id }) => id))
  reopenCharges(account.storage.sql, charges)
  const paying = new Set(owed.map(({ contractId }) => contractId))
  return terms.contracts
    .filter(({ id }) => paying.has(id))
    .flatMap((contract) => readDue(account, terms, contract, call.now))
    .map((unit) => insertDueInvoice(account.db, call.environmentId, unit))
}
