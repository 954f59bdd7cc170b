import type { Environment } from '../core/environment.ts'
import { refuse, type Result } from '../core/result.ts'
import { openDatabase } from '../db/database.ts'
import { findWorkflow } from '../db/payment-workflows.ts'
import type { Env } from '../env.ts'
import { accountOf } from '../objects/account.ts'

/** Ends a payment that a commit waits for, through the account of its customer. */
export async function releasePayment(
  env: Env,
  { id: environmentId }: Environment,
  input: { workflowId: string; outcome: 'PAID' | 'FAILED'; createdBy: string },
  now: number,
): Promise<Result<null>> {
  const workflow = await findWorkflow(openDatabase(env.DB), environmentId, input.workflowId)
  if (workflow === null) {
    return refuse('not_found', `workflow_id: no workflow ${input.workflowId}`)
  }
  const { customerId } = workflow
  const account = accountOf(env, environmentId, customerId)
  return account.releasePayment({ environmentId, customerId, now, ...input })
}
