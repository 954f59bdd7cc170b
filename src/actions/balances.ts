import type { Environment } from '../core/environment.ts'
import type { BalancesReading, ManualEntry } from '../core/ledger/draw.ts'
import type { ManualEntryInput } from '../core/ledger/manual-entry.ts'
import { refuse, type Result } from '../core/result.ts'
import { findCustomer } from '../db/customers.ts'
import { openDatabase } from '../db/database.ts'
import type { Env } from '../env.ts'
import { accountOf } from '../objects/account.ts'

/**
 * A customer's commits and credits with all that happened to them.
 * @param asked.isWithDrafts whether drafts of this moment are included: their usage is read then
 * @param now the environment's clock
 */
export async function readBalances(
  env: Env,
  environment: Pick<Environment, 'id'>,
  asked: { customerId: string; isWithDrafts: boolean },
  now: number,
): Promise<Result<BalancesReading>> {
  const { customerId, isWithDrafts } = asked
  const db = openDatabase(env.DB)
  const environmentId = environment.id
  // An account is not woken for a customer that there is not.
  if ((await findCustomer(db, environmentId, customerId)) === null) return noCustomer(customerId)
  const account = accountOf(env, environmentId, customerId)
  return account.readBalances({ environmentId, customerId, isWithDrafts, now })
}

/**
 * Adds an entry by hand to a commit or credit; drafts draw on what is left with it at once.
 * @param now the environment's clock
 */
export async function addManualEntry(
  env: Env,
  environment: Pick<Environment, 'id'>,
  { customerId, input }: { customerId: string; input: ManualEntryInput },
  now: number,
): Promise<Result<ManualEntry>> {
  const environmentId = environment.id
  const customer = await findCustomer(openDatabase(env.DB), environmentId, customerId)
  if (customer === null) return noCustomer(customerId)
  const account = accountOf(env, environmentId, customerId)
  return account.addManualEntry({ environmentId, customerId, input, now })
}

function noCustomer(customerId: string) {
  return refuse('not_found', `customer_id: no customer ${customerId}`)
}
