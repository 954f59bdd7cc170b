import type { ContractEdit } from '../core/contracts/contract-edit.ts'
import type { EditInput } from '../core/contracts/edit-contract.ts'
import type { Environment } from '../core/environment.ts'
import { refuse, type Result } from '../core/result.ts'
import { setsThreshold } from '../core/thresholds/edit-thresholds.ts'
import { findContract } from '../db/contracts.ts'
import { findCustomer } from '../db/customers.ts'
import { openDatabase } from '../db/database.ts'
import type { Env } from '../env.ts'
import { accountOf } from '../objects/account.ts'
import { finalizePast } from './create-contract.ts'
import { evaluateAtOnce } from './evaluate-thresholds.ts'

/**
 * Edits a contract through its customer's account. Drafts show the edit at once, finalized
 * invoices stay as they are; a period that is past because the contract's end has moved is
 * finalized as after `createContract`.
 * @param now the environment's clock
 */
export async function editContract(
  env: Env,
  environment: Environment,
  input: EditInput,
  now: number,
): Promise<Result<ContractEdit>> {
  const { id: environmentId } = environment
  const { customerId } = input
  // An account is not woken for a customer that there is not.
  if ((await findCustomer(openDatabase(env.DB), environmentId, customerId)) === null) {
    return refuse('not_found', `customer_id: no customer ${customerId}`)
  }
  const account = accountOf(env, environmentId, customerId)
  const edited = await account.editContract({ environmentId, customerId, now, input })
  if (edited.ok && edited.value.changes.endingBefore !== undefined) {
    await finalizePast(env, environment, input.contractId)
  }
  if (edited.ok && setsThreshold(edited.value.changes)) {
    const { contractId } = input
    const contract = await findContract(openDatabase(env.DB), environmentId, customerId, contractId)
    if (contract !== null) await evaluateAtOnce(env, environment, contract, now)
  }
  return edited
}
