import { customerFields } from '../core/custom-fields/contract-fields.ts'
import { cutCustomerName, type Customer } from '../core/customer.ts'
import { ok, refuse, type Result } from '../core/result.ts'
import { writeWithFields } from '../db/custom-fields.ts'
import { findCustomer, findTakenAliases, insertCustomer, replaceAliases } from '../db/customers.ts'
import { openDatabase, type Database } from '../db/database.ts'
import type { Env } from '../env.ts'
import { accountOf } from '../objects/account.ts'
import { completeMoves } from './move-ids.ts'

export interface NewCustomer {
  id: string
  name: string
  ingestAliases: string[]
  customFields: Record<string, string>
}

/** Creates a customer; an alias that another customer holds, archived or not, is a conflict (AL-7). */
export async function createCustomer(
  db: Database,
  environmentId: string,
  input: NewCustomer,
  now: number,
): Promise<Result<Customer>> {
  // A request that died after its write is run again under its key, with the same id.
  const existing = await findCustomer(db, environmentId, input.id)
  if (existing !== null) return ok(existing)
  return writeCustomer(db, environmentId, input, now, async (customer) => {
    const fields = [customerFields(customer, 'custom_fields')]
    const written = await writeWithFields(db, environmentId, fields, (fieldWrites) =>
      insertCustomer(db, environmentId, customer, fieldWrites),
    )
    return written.ok ? ok(customer) : written
  })
}

/** Lets a new customer be written, unless somebody else holds one of its aliases. */
export async function writeCustomer<T>(
  db: Database,
  environmentId: string,
  input: NewCustomer,
  now: number,
  write: (customer: Customer) => Promise<Result<T>>,
): Promise<Result<T>> {
  const ingestAliases = distinctAliases(input.ingestAliases, input.id)
  const taken = await refuseTakenAliases(db, environmentId, input.id, ingestAliases)
  if (taken !== null) return taken
  const customer: Customer = {
    ...input,
    name: cutCustomerName(input.name),
    ingestAliases,
    salesforceAccountId: null,
    createdAt: now,
    updatedAt: now,
    archivedAt: null,
  }
  try {
    return await write(customer)
  } catch (error) {
    // Another request may have taken an alias between the check and the write.
    const lostRace = await refuseTakenAliases(db, environmentId, input.id, ingestAliases)
    if (lostRace !== null) return lostRace
    throw error
  }
}

/** Makes these the customer's aliases, all of them; the usage sent under them follows (AL-5, AL-6). */
export async function setIngestAliases(
  env: Env,
  environmentId: string,
  customerId: string,
  aliases: string[],
  now: number,
): Promise<Result<null>> {
  const db = openDatabase(env.DB)
  const ingestAliases = distinctAliases(aliases, customerId)
  if ((await findCustomer(db, environmentId, customerId)) === null) {
    return refuse('not_found', `customer_id: no customer ${customerId}`)
  }
  const taken = await refuseTakenAliases(db, environmentId, customerId, ingestAliases)
  if (taken !== null) return taken
  const replace = () => replaceAliases(db, environmentId, customerId, ingestAliases, now)
  let haveMoved: boolean
  try {
    haveMoved = await replace()
  } catch {
    const lostRace = await refuseTakenAliases(db, environmentId, customerId, ingestAliases)
    if (lostRace !== null) return lostRace
    // An id that is moving between meters cannot move again before it has arrived.
    await completeMoves(env, environmentId)
    haveMoved = await replace()
  }
  if (haveMoved) await completeMoves(env, environmentId)
  // Who follows its drafts sees at once what came or left; otherwise it is seen a little later.
  await accountOf(env, environmentId, customerId)
    .touch()
    .catch(() => false)
  return ok(null)
}

/** A customer's own id needs no alias: it always is one, and must never be freed like one. */
function distinctAliases(aliases: string[], customerId: string): string[] {
  return [...new Set(aliases)].filter((alias) => alias !== customerId)
}

async function refuseTakenAliases(
  db: Database,
  environmentId: string,
  customerId: string,
  aliases: string[],
) {
  const taken = await findTakenAliases(db, environmentId, customerId, aliases)
  if (taken.length === 0) return null
  const list = taken.slice(0, 5).map((alias) => `"${alias}"`)
  return refuse(
    'conflict',
    `ingest_aliases: already in use by another customer: ${list.join(', ')}`,
  )
}
