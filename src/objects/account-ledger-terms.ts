import type { ContractInput } from '../core/contracts/create-contract.ts'
import type { EditInput } from '../core/contracts/edit-contract.ts'
import type { Balance } from '../core/ledger/balance.ts'
import type { ChangeSurroundings } from '../core/ledger/change-balances.ts'
import { createBalances } from '../core/ledger/create-balance.ts'
import { namedInBalances } from '../core/ledger/named-in-balances.ts'
import { ok, type Result } from '../core/result.ts'
import { loadBalanceSurroundings } from '../db/balance-surroundings.ts'
import { finalCharges } from './account-final-charges.ts'
import type { Account } from './account-invoices.ts'
import type { AccountCall } from './account-rpc.ts'

/** Decides on the commits and credits of a new contract. */
export async function newContractBalances(
  { db }: Account,
  { environmentId, input, now }: AccountCall & { input: ContractInput },
): Promise<Result<Balance[]>> {
  const { id, customerId, balances = [], createdBy } = input
  if (balances.length === 0) return ok([])
  const named = namedInBalances(balances)
  const surroundings = await loadBalanceSurroundings(db, environmentId, customerId, named)
  return createBalances(balances, { customerId, contractId: id, createdBy }, surroundings, now)
}

/**
 * What an edit of a contract depends on of commits and credits.
 * @param balances the customer's that were made by request
 */
export async function editSurroundings(
  account: Account,
  { environmentId, customerId, input }: AccountCall & { input: EditInput },
  balances: Balance[],
): Promise<ChangeSurroundings | undefined> {
  const { addBalances = [], updateBalances = [], archiveBalances = [], addOverrides } = input
  const isTouched = addBalances.length + updateBalances.length + archiveBalances.length > 0
  if (!isTouched && addOverrides === undefined) return undefined
  const updates = updateBalances.map(({ update }) => update)
  const named = namedInBalances(addBalances, updates)
  const surroundings = await loadBalanceSurroundings(account.db, environmentId, customerId, named)
  return { ...surroundings, ...finalCharges(account), balances }
}
