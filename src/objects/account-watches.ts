import type { BatchItem } from 'drizzle-orm/batch'
import type { Contract } from '../core/contracts/contract.ts'
import { firstEvaluation } from '../core/thresholds/next-evaluation.ts'
import type { Database } from '../db/database.ts'
import { deleteWatch, upsertWatch } from '../db/threshold-watches.ts'

/** The statements that have a contract's thresholds evaluated from now on, or no more, for a batch. */
export function watchWrites(
  db: Database,
  environmentId: string,
  contract: Contract,
  now: number,
): BatchItem<'sqlite'>[] {
  const { spendThreshold, prepaidThreshold } = contract.terms
  if ((spendThreshold ?? prepaidThreshold) === undefined) return []
  const first = firstEvaluation(contract, now)
  if (first === null) return [deleteWatch(db, contract.id)]
  return [upsertWatch(db, environmentId, contract, first)]
}
