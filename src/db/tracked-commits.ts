import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import type { Contract } from '../core/contracts/contract.ts'
import type { Balance } from '../core/ledger/balance.ts'
import { fromCommitRow } from './commits.ts'
import type { Database } from './database.ts'
import { inJson } from './keyset.ts'
import { commits } from './schema.ts'

/** The commits whose payments are on the invoices of those contracts that track what they spend. */
export async function loadTrackedCommits(
  db: Database,
  environmentId: string,
  contracts: Contract[],
): Promise<Balance[]> {
  const tracking = contracts.filter(({ terms }) => (terms.spendTrackers ?? []).length > 0)
  if (tracking.length === 0) return []
  const ids = (member: 'id' | 'customerId') => [...new Set(tracking.map((each) => each[member]))]
  const payer = sql`json_extract(${commits.terms}, '$.payments.contractId')`
  const rows = await db
    .select()
    .from(commits)
    .where(
      and(
        eq(commits.environmentId, environmentId),
        inJson(commits.customerId, ids('customerId')),
        sql`${payer} IN (SELECT value FROM json_each(${JSON.stringify(ids('id'))}))`,
        isNull(commits.archivedAt),
      ),
    )
    .orderBy(asc(commits.createdAt), asc(commits.id))
  return rows.map(fromCommitRow)
}
