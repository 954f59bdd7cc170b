import type { Environment } from '../core/environment.ts'
import type { Balance } from '../core/ledger/balance.ts'
import { refuse, type Result } from '../core/result.ts'
import { findCustomer } from '../db/customers.ts'
import { openDatabase } from '../db/database.ts'
import type { Env } from '../env.ts'
import type { BalanceChange, NewBalance } from '../objects/account-balances.ts'
import { accountOf } from '../objects/account.ts'
import { finalizePast } from './create-contract.ts'

/**
 * Creates a commit or credit of a customer through its account. What it pays on dates that are
 * past is finalized as after `createContract`.
 * @param now the environment's clock
 */
export async function createBalance(
  env: Env,
  environment: Environment,
  asked: NewBalance & { customerId: string },
  now: number,
): Promise<Result<Balance>> {
  const { id: environmentId } = environment
  const { customerId } = asked
  const missing = await refuseUnknown(env, environmentId, customerId)
  if (missing !== null) return missing
  const account = accountOf(env, environmentId, customerId)
  const created = await account.createBalance({ ...asked, environmentId, now })
  if (created.ok) await finalizePaid(env, environment, created.value)
  return created
}

/**
 * Changes a commit or credit through its customer's account, whether a contract has it or not.
 * @param now the environment's clock
 */
export async function changeBalance(
  env: Env,
  environment: Environment,
  asked: BalanceChange & { customerId: string },
  now: number,
): Promise<Result<Balance>> {
  const { id: environmentId } = environment
  const { customerId } = asked
  const missing = await refuseUnknown(env, environmentId, customerId)
  if (missing !== null) return missing
  const account = accountOf(env, environmentId, customerId)
  const changed = await account.changeBalance({ ...asked, environmentId, now })
  if (changed.ok) await finalizePaid(env, environment, changed.value)
  return changed
}

/** An account is not woken for a customer that there is not. */
async function refuseUnknown(env: Env, environmentId: string, customerId: string) {
  const customer = await findCustomer(openDatabase(env.DB), environmentId, customerId)
  if (customer !== null) return null
  return refuse('not_found', `customer_id: no customer ${customerId}`)
}

async function finalizePaid(env: Env, environment: Environment, { payments }: Balance) {
  if (payments?.contractId == null) return
  await finalizePast(env, environment, payments.contractId)
}
