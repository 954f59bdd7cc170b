import type { Contract } from '../core/contracts/contract.ts'
import type { Environment } from '../core/environment.ts'
import { HOUR_MS } from '../core/time.ts'
import { EVALUATION_INTERVAL_MS, firstEvaluation } from '../core/thresholds/next-evaluation.ts'
import { openDatabase } from '../db/database.ts'
import { postponeWatch, type ThresholdWatch } from '../db/threshold-watches.ts'
import type { Env } from '../env.ts'
import { accountOf } from '../objects/account.ts'

/**
 * Evaluates the thresholds of a contract; doing it again is harmless. What fails is tried again
 * later, ever more rarely: it must not hold back invoices, nor a sandbox's clock.
 * @param now the environment's clock
 * @returns whether it succeeded
 */
export async function evaluateThresholds(
  env: Env,
  watch: Pick<ThresholdWatch, 'environmentId' | 'customerId' | 'contractId' | 'attempts'>,
  now: number,
): Promise<boolean> {
  const { environmentId, customerId, contractId, attempts } = watch
  try {
    const account = accountOf(env, environmentId, customerId)
    await account.evaluateThresholds({ environmentId, customerId, contractId, now })
    return true
  } catch (error) {
    console.error(`Evaluating the thresholds of contract ${contractId} failed`, error)
    const message = error instanceof Error ? error.message : String(error)
    const delay = Math.min(EVALUATION_INTERVAL_MS * 2 ** Math.min(attempts, 10), HOUR_MS)
    await postponeWatch(openDatabase(env.DB), contractId, now + delay, message.slice(0, 1_000))
    return false
  }
}

/** Evaluates thresholds that a request has just set; should that fail, they are evaluated later. */
export async function evaluateAtOnce(
  env: Env,
  { id: environmentId }: Environment,
  contract: Contract,
  now: number,
): Promise<void> {
  if (firstEvaluation(contract, now) !== now) return
  const { id: contractId, customerId } = contract
  await evaluateThresholds(env, { environmentId, customerId, contractId, attempts: 0 }, now)
}
