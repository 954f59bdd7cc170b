import type { Contract } from '../core/contracts/contract.ts'
import type { ContractInput } from '../core/contracts/create-contract.ts'
import type { Environment } from '../core/environment.ts'
import type { Result } from '../core/result.ts'
import { openDatabase } from '../db/database.ts'
import { findEnvironment } from '../db/environments.ts'
import type { Env } from '../env.ts'
import { accountOf } from '../objects/account.ts'
import { catchUp } from './advance-clock.ts'
import { evaluateAtOnce } from './evaluate-thresholds.ts'

/**
 * Creates a contract through its customer's account. Periods that are past already are finalized
 * by cron within a minute; in a frozen sandbox, which cron leaves alone, at once.
 * @param now the environment's clock
 */
export async function createContract(
  env: Env,
  environment: Environment,
  input: ContractInput,
  now: number,
): Promise<Result<Contract>> {
  const { id: environmentId } = environment
  const account = accountOf(env, environmentId, input.customerId)
  const created = await account.createContract({
    environmentId,
    customerId: input.customerId,
    now,
    input,
  })
  if (created.ok) {
    await evaluateAtOnce(env, environment, created.value, now)
    await finalizePast(env, environment, created.value.id)
  }
  return created
}

/**
 * Finalizes what is due of a contract after a change of it, as far as nobody else does: in frozen
 * sandboxes, whose clock may stand still for long. What fails is tried again by the next advance.
 */
export async function finalizePast(
  env: Env,
  { id: environmentId, clockMs }: Environment,
  contractId: string,
): Promise<void> {
  if (clockMs === null) return
  try {
    // The clock may have moved on since the request began: up to where it stands now.
    const { clockMs: clock } = (await findEnvironment(openDatabase(env.DB), environmentId)) ?? {}
    await catchUp(env, environmentId, clock ?? clockMs)
  } catch (error) {
    // The contract is as it is; what failed is on its due row, and the next advance tries it again.
    console.error(`Finalizing past periods of contract ${contractId} failed`, error)
  }
}
