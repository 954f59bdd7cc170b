import { forEachOf } from '../actions/for-each-of.ts'
import { billingPeriodAt } from '../core/contracts/billing-period.ts'
import type { Contract } from '../core/contracts/contract.ts'
import { consolidatorOf } from '../core/contracts/hierarchy.ts'
import { usageInvoiceId } from '../core/invoices/usage-invoice.ts'
import { openDatabase } from '../db/database.ts'
import { listContractsLackingDueWork, sliceContracts } from '../db/due-work.ts'
import { findIndexedInvoices } from '../db/invoices.ts'
import type { Env } from '../env.ts'
import { accountOf } from '../objects/account.ts'

const PAGE_SIZE = 200
const PAGES_MAX = 20

/**
 * Compares one of n equal slices of all contracts with the due rows, kind by kind, and restores
 * those that are missing: what has none would never be invoiced. Nothing is known to lose them; this
 * is what finds out.
 * @returns for how many contracts some were restored
 */
export async function restoreDueWork(
  env: Env,
  part: { index: number; count: number },
  nowReal: number,
): Promise<number> {
  const db = openDatabase(env.DB)
  const slice = await sliceContracts(db, part)
  let restored = 0
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = await listContractsLackingDueWork(db, slice, PAGE_SIZE)
    const lastInvoiceIds = page.flatMap(({ contract }) => lastInvoiceId(contract) ?? [])
    const invoiced = await findIndexedInvoices(db, lastInvoiceIds)
    await forEachOf(page, async ({ environmentId, clockMs, contract, ...lacking }) => {
      const { id: contractId, customerId } = contract
      // A contract whose last usage invoice is final needs no due row for another one.
      const isUsageDone = invoiced.has(lastInvoiceId(contract) ?? '')
      const isConsolidating = consolidatorOf(contract)?.contractId === contractId
      const isUsageLost = lacking.lacksUsage && !isUsageDone
      if (!isUsageLost && !lacking.lacksScheduled && !isConsolidating) return
      const account = accountOf(env, environmentId, customerId)
      const call = { environmentId, customerId, contractId, now: clockMs ?? nowReal }
      if (!(await account.restoreDue(call))) return
      console.error(`Due rows of contract ${contractId} were missing and have been restored`)
      restored += 1
    })
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE_SIZE) break
    slice.fromRow = last.row + 1
  }
  return restored
}

/** The id of the invoice for the contract's last period; null while it has no end. */
function lastInvoiceId({ endingBefore, ...contract }: Contract): string | null {
  if (endingBefore === null) return null
  const period = billingPeriodAt({ ...contract, endingBefore }, endingBefore - 1)
  return period && usageInvoiceId(contract.id, period.startMs)
}
