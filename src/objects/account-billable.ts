import {
  billableStatusAt,
  billableStatusOf,
  type BillableChange,
  type BillableStatus,
} from '../core/invoices/billable-status.ts'
import type { Invoice } from '../core/invoices/invoice.ts'
import { ok, refuse, type Result } from '../core/result.ts'
import { findCustomer } from '../db/customers.ts'
import type { Account } from './account-invoices.ts'
import type { AccountCall } from './account-rpc.ts'

export interface BillableCall extends AccountCall {
  status: BillableStatus
  effectiveAt: number
}

/**
 * Sets the customer's status from a date on, whatever was said of later dates before.
 * @returns the status of now
 */
export async function setBillableStatus(
  { db, storage }: Account,
  { environmentId, customerId, now, status, effectiveAt }: BillableCall,
): Promise<Result<BillableStatus>> {
  if ((await findCustomer(db, environmentId, customerId)) === null) {
    return refuse('not_found', `customer_id: no customer ${customerId}`)
  }
  storage.transactionSync(() => {
    storage.sql.exec('DELETE FROM billable_changes WHERE effective_at >= ?', effectiveAt)
    storage.sql.exec('INSERT INTO billable_changes VALUES (?, ?, ?)', effectiveAt, status, now)
  })
  return ok(billableStatusAt(listBillableChanges(storage.sql), now))
}

/** Invoices of the customer with what is said of whether they are billed. */
export function showBillableStatus({ storage }: Account, invoices: readonly Invoice[]): Invoice[] {
  const changes = listBillableChanges(storage.sql)
  return invoices.map((invoice) => {
    const billableStatus = billableStatusOf(invoice, changes)
    return billableStatus === undefined ? invoice : { ...invoice, billableStatus }
  })
}

function listBillableChanges(sql: SqlStorage): BillableChange[] {
  return sql
    .exec<{ effective_at: number; status: BillableStatus; set_at: number }>(
      'SELECT * FROM billable_changes',
    )
    .toArray()
    .map((row) => ({ effectiveAt: row.effective_at, status: row.status, setAt: row.set_at }))
}
