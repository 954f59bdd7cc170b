import type { BatchItem } from 'drizzle-orm/batch'
import type { Contract } from '../core/contracts/contract.ts'
import { isChild } from '../core/contracts/hierarchy.ts'
import { assert, ok, refuse, type Result } from '../core/result.ts'
import { archiveCommitsOfContract } from '../db/commits.ts'
import { archiveContractRow, findContract, listContracts } from '../db/contracts.ts'
import { archiveCustomerRow } from '../db/customers.ts'
import { deleteContractDueUnits } from '../db/due-work.ts'
import { deleteContractHeldInvoices } from '../db/held-invoices.ts'
import {
  findIndexedInvoices,
  listFinalizedContractIds,
  upsertInvoiceRow,
  voidInvoiceRows,
} from '../db/invoices.ts'
import { consolidationWrites, releaseConsolidated } from './account-constituents.ts'
import type { Account } from './account-invoices.ts'
import type { AccountCall } from './account-rpc.ts'
import { releaseShared } from './account-shared.ts'
import { findInvoice, listInvoiceSummaries, voidInvoices } from './account-store.ts'

/** One call archives so many contracts at most; another one goes on from there. */
export const CONTRACTS_PER_CALL_MAX = 100

/** Archives a contract as of now, and voids its finalized invoices if asked (invoices 1.8). */
export async function archiveContract(
  account: Account,
  call: AccountCall & { contractId: string; isVoiding: boolean },
): Promise<Result<null>> {
  const { environmentId, customerId, contractId } = call
  const contract = await findContract(account.db, environmentId, customerId, contractId)
  if (contract === null) {
    return refuse('not_found', `contract_id: the customer has no contract ${contractId}`)
  }
  await endContract(account, call, contract)
  return ok(null)
}

/**
 * Archives the customer's contracts, voids its invoices, those of contracts archived before among
 * them, and then archives the customer itself (CU-8). What is still to be done is told by what is
 * stored, so a call that died is completed by the next one.
 */
export async function archiveCustomer(account: Account, call: AccountCall): Promise<boolean> {
  const { db, storage } = account
  const { environmentId, customerId, now } = call
  const contracts = await listContracts(db, environmentId, customerId, { includeArchived: true })
  const invoiced = await listFinalizedContractIds(db, environmentId, customerId)
  for (const { contractId, status } of listInvoiceSummaries(storage.sql)) {
    if (status === 'FINALIZED') invoiced.add(contractId)
  }
  const left = contracts.filter(({ id, archivedAt }) => archivedAt === null || invoiced.has(id))
  for (const contract of left.slice(0, CONTRACTS_PER_CALL_MAX)) {
    const ending = { ...call, contractId: contract.id, isVoiding: true }
    await endContract(account, ending, contract)
  }
  if (left.length > CONTRACTS_PER_CALL_MAX) return false
  await archiveCustomerRow(db, environmentId, customerId, now)
  return true
}

/**
 * Voids in the account first, whose word counts, then writes everything else as one batch: a call
 * that dies in between is completed by the next one.
 */
async function endContract(
  account: Account,
  call: AccountCall & { contractId: string; isVoiding: boolean },
  contract: Contract,
): Promise<void> {
  const { db, storage } = account
  const { environmentId, contractId, isVoiding, now } = call
  if (isVoiding) voidInvoices(storage.sql, contractId, now)
  await releaseShared(account, call, contract)
  const stored = listInvoiceSummaries(storage.sql).filter((own) => own.contractId === contractId)
  const voided = stored.filter(({ status }) => status === 'VOID').map(({ id }) => id)
  await releaseConsolidated(account, call, contract, voided)
  // What waits for a draft that disappears waits no more.
  const waiting = isChild(contract.terms.hierarchy)
    ? consolidationWrites(db, call, contract, crypto.randomUUID())
    : []
  // A finalization that died before it wrote the index would do so by its due row, which goes now.
  const unindexed = await unindexedInvoiceRows(account, environmentId, contractId)
  await db.batch([
    archiveContractRow(db, environmentId, contractId, now),
    archiveCommitsOfContract(db, environmentId, call, now),
    deleteContractDueUnits(db, contractId),
    deleteContractHeldInvoices(db, contractId),
    voidInvoiceRows(db, voided),
    ...unindexed,
    ...waiting,
  ])
}

/** The statements that put those final invoices of a contract into the index that it lacks. */
export async function unindexedInvoiceRows(
  { db, storage }: Account,
  environmentId: string,
  contractId: string,
): Promise<BatchItem<'sqlite'>[]> {
  const stored = listInvoiceSummaries(storage.sql).filter((own) => own.contractId === contractId)
  const storedIds = stored.map(({ id }) => id)
  const indexed = await findIndexedInvoices(db, storedIds)
  return storedIds
    .filter((id) => !indexed.has(id))
    .map((id) => {
      const invoice = findInvoice(storage.sql, id)
      assert(invoice !== null, `invoice ${id} must be stored`)
      return upsertInvoiceRow(db, environmentId, invoice)
    })
}
