import { loadCreditTypes } from '../db/credit-types.ts'
import type { Database } from '../db/database.ts'

/** The names of custom pricing units by their ids; currencies are known without. */
export type CreditTypeNames = ReadonlyMap<string, string>

/** The names of those credit types that are custom units; reads nothing when none is. */
export async function readCreditTypeNames(
  db: Database,
  environmentId: string,
  ids: Iterable<string>,
): Promise<CreditTypeNames> {
  const units = await loadCreditTypes(db, environmentId, ids)
  return new Map(units.map(({ id, name }) => [id, name]))
}
