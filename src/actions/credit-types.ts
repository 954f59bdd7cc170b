import { createCreditType } from '../core/credit-type.ts'
import { ok, refuse, type Result } from '../core/result.ts'
import { insertCreditType, loadCreditTypes } from '../db/credit-types.ts'
import type { Database } from '../db/database.ts'

/** Creates a custom pricing unit, whose name is the only one of its kind in the environment. */
export async function addCreditType(
  db: Database,
  environmentId: string,
  input: { id: string; name: string; createdBy: string },
  now: number,
): Promise<Result<{ id: string; name: string }>> {
  const created = createCreditType(input, now)
  if (!created.ok) return created
  const { id, name } = created.value
  if (await insertCreditType(db, environmentId, created.value)) return ok({ id, name })
  // A request that died after its write is run again under its key, with the same id.
  const [written] = await loadCreditTypes(db, environmentId, [id])
  if (written?.name === name) return ok({ id, name })
  return refuse('conflict', `name: there is a credit type ${JSON.stringify(name)} already`)
}
