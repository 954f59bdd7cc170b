import type { Account } from './account-invoices.ts'
import { readOpen } from './account-open.ts'
import type { AccountCall } from './account-rpc.ts'
import { listTakenCharges } from './account-store.ts'

/**
 * The invoices that a customer's fixed charges are on: final ones, and those that have a draft.
 * @returns the ids of the invoices by those of the charges, which for charges and payments that
 * schedules name are the ids of the schedules' items
 */
export async function chargeInvoices(
  account: Account,
  call: AccountCall,
): Promise<Record<string, string>> {
  const read = await readOpen(account, call)
  if (read === null) return {}
  const open = [...read.open.statements, ...read.open.scheduled].flatMap(({ header, charges }) =>
    charges.map(({ id }) => [id, header.id] as const),
  )
  const final = [...listTakenCharges(account.storage.sql)].flatMap(([chargeId, invoiceId]) =>
    invoiceId === null ? [] : [[chargeId, invoiceId] as const],
  )
  return Object.fromEntries([...open, ...final])
}
