import { and, asc, eq, sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import { after, type RowKey } from './keyset.ts'
import { contracts } from './schema.ts'

export interface WhoseContracts {
  customerId: string
  /** The id of the only one that is asked for; absent: all. */
  only?: string | undefined
}

/** What a customer's contracts are called, archived ones included, in the order of their creation. */
export async function listContractNames(
  db: Database,
  environmentId: string,
  { customerId, only }: WhoseContracts,
  from: RowKey | null,
  limit: number,
) {
  const { id, startingAt, endingBefore, createdAt } = contracts
  const name = sql<string | null>`${contracts.terms} ->> '$.name'`
  return db
    .select({ id, name, startingAt, endingBefore, createdAt })
    .from(contracts)
    .where(
      and(
        eq(contracts.environmentId, environmentId),
        eq(contracts.customerId, customerId),
        only === undefined ? undefined : eq(contracts.id, only),
        after(contracts, from),
      ),
    )
    .orderBy(asc(createdAt), asc(id))
    .limit(limit)
}
