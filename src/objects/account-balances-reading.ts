import { allBalances } from '../core/ledger/all-balances.ts'
import type { BalancesReading } from '../core/ledger/draw.ts'
import { ok, refuse, type Result } from '../core/result.ts'
import { listManualEntries } from '../db/manual-entries.ts'
import { loadTerms } from '../db/terms.ts'
import type { Account } from './account-invoices.ts'
import type { AccountCall } from './account-rpc.ts'

/** The customer's balances, and what happened to them. */
export async function readCustomerBalances(
  { db }: Account,
  { environmentId, customerId, now }: AccountCall,
): Promise<Result<BalancesReading>> {
  const terms = await loadTerms(db, environmentId, customerId)
  if (terms === null) return refuse('not_found', `customer_id: no customer ${customerId}`)
  const manual = await listManualEntries(db, environmentId, customerId)
  const facts = { posted: [], manual, rollovers: [], trueups: [] }
  return ok({ balances: allBalances(terms, now), facts, reserved: [] })
}
