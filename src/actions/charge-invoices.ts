import type { Environment } from '../core/environment.ts'
import type { Env } from '../env.ts'
import { accountOf } from '../objects/account.ts'

/**
 * The invoices that a customer's fixed charges are on, final or drafts, by the charges' ids: those
 * of the schedule items that name them.
 * @param customerId of a customer that there is
 * @param now the environment's clock
 */
export async function readChargeInvoices(
  env: Env,
  environment: Pick<Environment, 'id'>,
  customerId: string,
  now: number,
): Promise<Map<string, string>> {
  const environmentId = environment.id
  const account = accountOf(env, environmentId, customerId)
  const invoiceIds = await account.chargeInvoices({ environmentId, customerId, now })
  return new Map(Object.entries(invoiceIds))
}
