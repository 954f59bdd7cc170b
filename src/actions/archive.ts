import type { Environment } from '../core/environment.ts'
import { ok, refuse, type Result } from '../core/result.ts'
import { findCustomer } from '../db/customers.ts'
import { openDatabase } from '../db/database.ts'
import type { Env } from '../env.ts'
import { accountOf } from '../objects/account.ts'

/** A request archives a customer in so many calls of its account at most. */
const CALLS_MAX = 10

/**
 * Archives a contract as of now: its drafts disappear, and its finalized invoices stay or become
 * void. Repeated, it completes what is not done.
 * @param now the environment's clock
 */
export async function archiveContract(
  env: Env,
  environment: Pick<Environment, 'id'>,
  input: { customerId: string; contractId: string; isVoiding: boolean },
  now: number,
): Promise<Result<null>> {
  const { customerId } = input
  const environmentId = environment.id
  const customer = await findCustomer(openDatabase(env.DB), environmentId, customerId)
  if (customer === null) return refuse('not_found', `customer_id: no customer ${customerId}`)
  return accountOf(env, environmentId, customerId).archiveContract({ ...input, environmentId, now })
}

/**
 * Archives a customer for good, with its contracts and their invoices (CU-8).
 * @param now the environment's clock
 */
export async function archiveCustomer(
  env: Env,
  environment: Pick<Environment, 'id'>,
  id: string,
  now: number,
): Promise<Result<null>> {
  const environmentId = environment.id
  const customer = await findCustomer(openDatabase(env.DB), environmentId, id)
  if (customer === null) return refuse('not_found', `id: no customer ${id}`)
  if (customer.archivedAt !== null) return ok(null)
  const account = accountOf(env, environmentId, id)
  for (let calls = 0; calls < CALLS_MAX; calls += 1) {
    if (await account.archiveCustomer({ environmentId, customerId: id, now })) return ok(null)
  }
  return refuse('overloaded', 'Not all contracts are archived yet; send the request again.')
}
