import { billingPeriodAt } from '../core/contracts/billing-period.ts'
import { ok, refuse, type Result } from '../core/result.ts'
import type { Period } from '../core/time.ts'
import { listContracts } from '../db/contracts.ts'
import type { Database } from '../db/database.ts'

/**
 * The current statement period of a customer: with several active contracts from the earliest start
 * to the latest end (UG-3).
 */
export async function readCurrentPeriod(
  db: Database,
  environmentId: string,
  customerId: string,
  now: number,
): Promise<Result<Period>> {
  const contracts = await listContracts(db, environmentId, customerId, { coveringDate: now })
  const periods = contracts.flatMap((contract) => billingPeriodAt(contract, now) ?? [])
  if (periods.length === 0) {
    return refuse('invalid', `current_period: customer ${customerId} has no active contract`)
  }
  return ok({
    startMs: Math.min(...periods.map(({ startMs }) => startMs)),
    endMs: Math.max(...periods.map(({ endMs }) => endMs)),
  })
}
