import type { InvoicedItems } from '../contracts/edit-schedule.ts'
import { ok, refuse, type Result } from '../result.ts'
import type { Balance } from './balance.ts'

/**
 * Lets a postpaid commit end without an invoice for what was not used of it (pricing 6.3). Asked
 * again, it stays as it is.
 * @param contractId of the contract that has the commit, or that would invoice it
 */
export function disableTrueup(
  balance: Balance,
  contractId: string,
  invoiced: InvoicedItems,
  now: number,
): Result<Balance> {
  const { id, type, payments, archivedAt, trueupDisabledAt } = balance
  if (type !== 'POSTPAID') {
    return refuse('invalid', `commit_id: expected a POSTPAID commit; ${id} is ${type}`)
  }
  if (![balance.contractId, payments?.contractId].includes(contractId)) {
    return refuse('not_found', `contract_id: commit ${id} is not on contract ${contractId}`)
  }
  if (archivedAt !== null) return refuse('invalid', `commit_id: commit ${id} is archived`)
  if (trueupDisabledAt !== undefined) return ok(balance)
  if (payments?.schedule.items.some((item) => invoiced.get(item.id) === 'FINALIZED') === true) {
    return refuse('invalid', `commit_id: the true-up invoice of commit ${id} is finalized`)
  }
  return ok({ ...balance, trueupDisabledAt: now })
}
