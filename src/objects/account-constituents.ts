import type { Contract } from '../core/contracts/contract.ts'
import { consolidatorOf } from '../core/contracts/hierarchy.ts'
import { dueConsolidated } from '../core/invoices/due-invoice.ts'
import type { Database } from '../db/database.ts'
import { insertDueInvoice } from '../db/due-work.ts'
import { voidInvoiceRows } from '../db/invoices.ts'
import { accountOf } from './account.ts'
import type { Account } from './account-invoices.ts'
import type { AccountCall } from './account-rpc.ts'
import { listConsolidatedOf, voidInvoice } from './account-store.ts'

/**
 * The statements that have the consolidated invoices looked at again that a contract's usage
 * invoices may be on, for a batch; none for contracts whose invoices are on none.
 * @param cause the id of what has happened to one of these
 */
export function consolidationWrites(
  db: Database,
  { environmentId, now }: Pick<AccountCall, 'environmentId' | 'now'>,
  contract: Contract,
  cause: string,
) {
  const consolidator = consolidatorOf(contract)
  if (consolidator === null) return []
  return [insertDueInvoice(db, environmentId, dueConsolidated(consolidator, cause, now))]
}

/**
 * Makes the consolidated invoices void that void invoices of a contract are on, which may be in the
 * account of the customer above. What was drawn is given back by the void invoices themselves.
 */
export async function releaseConsolidated(
  account: Account,
  call: AccountCall,
  contract: Contract,
  invoiceIds: string[],
): Promise<void> {
  const consolidator = consolidatorOf(contract)
  if (consolidator === null || invoiceIds.length === 0) return
  const { environmentId, now } = call
  const { customerId } = consolidator
  const released = { environmentId, customerId, now, invoiceIds }
  // A contract's own account is in the midst of its turn.
  if (customerId === call.customerId) await voidConsolidated(account, released)
  else await accountOf(account.env, environmentId, customerId).voidConsolidated(released)
}

/** Makes the account's consolidated invoices void that any of some invoices is on. */
export async function voidConsolidated(
  { db, storage }: Account,
  { invoiceIds, now }: AccountCall & { invoiceIds: string[] },
): Promise<void> {
  const ids = listConsolidatedOf(storage.sql, invoiceIds)
  if (ids.length === 0) return
  for (const id of ids) voidInvoice(storage.sql, id, now)
  await voidInvoiceRows(db, ids)
}
