import type { Contract } from '../core/contracts/contract.ts'
import type { ContractInput } from '../core/contracts/create-contract.ts'
import type { Customer } from '../core/customer.ts'
import type { Environment } from '../core/environment.ts'
import { assert, ok, type Refusal, type Result } from '../core/result.ts'
import { findCustomer } from '../db/customers.ts'
import { openDatabase } from '../db/database.ts'
import type { Env } from '../env.ts'
import { accountOf } from '../objects/account.ts'
import { finalizePast } from './create-contract.ts'
import { evaluateAtOnce } from './evaluate-thresholds.ts'
import { writeCustomer, type NewCustomer } from './customers.ts'

/**
 * Creates a customer and a contract of it, both or none. Refusals name the field as the call that
 * creates either of them alone does, after `customer.` or `contract.`.
 * @param now the environment's clock
 */
export async function createCustomerWithContract(
  env: Env,
  environment: Environment,
  input: { customer: NewCustomer; contract: Omit<ContractInput, 'customerId'> },
  now: number,
): Promise<Result<{ customer: Customer; contract: Contract }>> {
  const { id: environmentId } = environment
  const db = openDatabase(env.DB)
  const { id: customerId } = input.customer
  const create = async (customer?: Customer): Promise<Result<Contract>> => {
    const call = { environmentId, customerId, now, customer }
    const contract = { ...input.contract, customerId }
    const account = accountOf(env, environmentId, customerId)
    const created = await account.createContract({ ...call, input: contract })
    if (created.ok || created.error.message.startsWith('customer.')) return created
    return { ok: false, error: within('contract', created.error) }
  }
  // A request that died after its write is run again under its key, with the same ids.
  const existing = await findCustomer(db, environmentId, customerId)
  const created =
    existing === null
      ? await writeCustomer(db, environmentId, input.customer, now, create)
      : await create()
  if (!created.ok) {
    const isAlias = created.error.message.startsWith('ingest_aliases')
    return isAlias ? { ok: false, error: within('customer', created.error) } : created
  }
  await evaluateAtOnce(env, environment, created.value, now)
  await finalizePast(env, environment, created.value.id)
  const customer = await findCustomer(db, environmentId, customerId)
  assert(customer !== null, 'a contract that was created has a customer')
  return ok({ customer, contract: created.value })
}

/** A refusal of a member; refusals begin with a field, but for those that are a sentence. */
export function within(member: string, error: Refusal): Refusal {
  const isField = /^[a-z_]+[.:[]/.test(error.message)
  return isField ? { ...error, message: `${member}.${error.message}` } : error
}
