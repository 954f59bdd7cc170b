import { and, asc, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { Customer } from '../core/customer.ts'
import type { Database } from './database.ts'
import { bumpConfigVersion, currentConfigVersion } from './environments.ts'
import { after, inJson, type RowKey } from './keyset.ts'
import { beginMoves } from './placements.ts'
import { customers, ingestIds } from './schema.ts'

type CustomerRow = typeof customers.$inferSelect

export interface CustomerFilter {
  /** Part of the name; ASCII letters fit in either case. */
  name?: string
  ingestAlias?: string
  customerIds?: string[]
  salesforceAccountIds?: string[]
  onlyArchived: boolean
}

export async function findCustomer(
  db: Database,
  environmentId: string,
  id: string,
): Promise<Customer | null> {
  const row = await db
    .select()
    .from(customers)
    .where(and(eq(customers.environmentId, environmentId), eq(customers.id, id)))
    .get()
  if (row === undefined) return null
  const [customer] = await withAliases(db, [row])
  return customer ?? null
}

/** Customers in the order of their creation; by default the active ones (CU-5). */
export async function listCustomers(
  db: Database,
  environmentId: string,
  filter: CustomerFilter,
  from: RowKey | null,
  limit: number,
): Promise<Customer[]> {
  const { name, ingestAlias, customerIds, salesforceAccountIds, onlyArchived } = filter
  const holder = db
    .select({ id: ingestIds.customerId })
    .from(ingestIds)
    .where(
      and(
        eq(ingestIds.environmentId, environmentId),
        eq(ingestIds.ingestId, ingestAlias ?? ''),
        eq(ingestIds.kind, 'alias'),
      ),
    )
  // The plus keeps the database from the index of the whole environment, where ids say who is meant.
  const isNamed = ingestAlias !== undefined || customerIds !== undefined
  const isOwn = isNamed
    ? sql`+${customers.environmentId} = ${environmentId}`
    : eq(customers.environmentId, environmentId)
  const rows = await db
    .select()
    .from(customers)
    .where(
      and(
        isOwn,
        onlyArchived ? isNotNull(customers.archivedAt) : isNull(customers.archivedAt),
        name === undefined ? undefined : sql`instr(lower(${customers.name}), lower(${name})) > 0`,
        ingestAlias === undefined ? undefined : inArray(customers.id, holder),
        customerIds === undefined ? undefined : inJson(customers.id, customerIds),
        salesforceAccountIds === undefined
          ? undefined
          : inJson(customers.salesforceAccountId, salesforceAccountIds),
        after(customers, from),
      ),
    )
    .orderBy(asc(customers.createdAt), asc(customers.id))
    .limit(limit)
  return withAliases(db, rows)
}

/** The customers who hold these ingest ids, for showing whose an event is. */
export async function findHolders(
  db: Database,
  environmentId: string,
  ids: string[],
): Promise<Map<string, { id: string; name: string }>> {
  const rows = await db
    .select({ ingestId: ingestIds.ingestId, id: customers.id, name: customers.name })
    .from(ingestIds)
    .innerJoin(customers, eq(customers.id, ingestIds.customerId))
    .where(and(eq(ingestIds.environmentId, environmentId), inJson(ingestIds.ingestId, ids)))
  return new Map(rows.map(({ ingestId, id, name }) => [ingestId, { id, name }]))
}

/** Which of these aliases somebody else holds: a customer's alias or a customer's own id (AL-7, AL-10). */
export async function findTakenAliases(
  db: Database,
  environmentId: string,
  customerId: string,
  aliases: string[],
): Promise<string[]> {
  const rows = await db
    .select({ ingestId: ingestIds.ingestId, customerId: ingestIds.customerId })
    .from(ingestIds)
    .where(
      and(
        eq(ingestIds.environmentId, environmentId),
        isNotNull(ingestIds.customerId),
        inJson(ingestIds.ingestId, aliases),
      ),
    )
  return rows.filter((row) => row.customerId !== customerId).map((row) => row.ingestId)
}

/**
 * Writes a customer with its ids as one batch; fails whole where another customer holds an alias.
 * @param others what is written with it
 */
export async function insertCustomer(
  db: Database,
  environmentId: string,
  customer: Customer,
  others: BatchItem<'sqlite'>[] = [],
): Promise<void> {
  await db.batch([...customerInserts(db, environmentId, customer), ...others])
}

/** The statements that write a customer with its ids, for a batch. */
export function customerInserts(db: Database, environmentId: string, customer: Customer) {
  const { ingestAliases: _, ...row } = customer
  return [
    bumpConfigVersion(db, environmentId),
    db.insert(customers).values({ ...row, environmentId }),
    claimIngestIds(db, environmentId, customer.id, [customer.id], 'customer'),
    claimIngestIds(db, environmentId, customer.id, customer.ingestAliases, 'alias'),
  ] as const
}

/**
 * Makes these the customer's aliases, and frees the others that it held (AL-5). Ids that are at home
 * elsewhere than their new holder begin to move, unless one is moving already: that fails it all.
 * @returns whether any has begun to move
 */
export async function replaceAliases(
  db: Database,
  environmentId: string,
  customerId: string,
  aliases: string[],
  now: number,
): Promise<boolean> {
  const isHeld = and(
    eq(ingestIds.environmentId, environmentId),
    eq(ingestIds.customerId, customerId),
    eq(ingestIds.kind, 'alias'),
  )
  const results = await db.batch([
    bumpConfigVersion(db, environmentId),
    db
      .update(ingestIds)
      .set({ customerId: null, version: currentConfigVersion(environmentId) })
      .where(
        and(
          isHeld,
          sql`${ingestIds.ingestId} NOT IN (SELECT value FROM json_each(${JSON.stringify(aliases)}))`,
        ),
      ),
    claimIngestIds(db, environmentId, customerId, aliases, 'alias'),
    db.update(customers).set({ updatedAt: now }).where(eq(customers.id, customerId)),
    ...beginMoves(db, environmentId),
  ])
  return results[4].meta.changes > 0
}

export async function updateCustomer(
  db: Database,
  id: string,
  changes: { name?: string; salesforceAccountId?: string | null; updatedAt: number },
): Promise<void> {
  await db.update(customers).set(changes).where(eq(customers.id, id))
}

/** Archives a customer for good; it keeps its ids, so that its events still match it (AL-8, CU-9). */
export async function archiveCustomerRow(
  db: Database,
  environmentId: string,
  id: string,
  now: number,
): Promise<void> {
  await db
    .update(customers)
    .set({ archivedAt: now, updatedAt: now })
    .where(
      and(
        eq(customers.environmentId, environmentId),
        eq(customers.id, id),
        isNull(customers.archivedAt),
      ),
    )
}

/**
 * Binds free ids to a customer. An id that somebody else holds makes `kind` null, which its column
 * refuses: so a lost race fails the whole batch instead of taking the id away.
 */
function claimIngestIds(
  db: Database,
  environmentId: string,
  customerId: string,
  ids: string[],
  kind: 'customer' | 'alias',
) {
  const rows = sql`
    SELECT ${environmentId}, value, ${customerId}, ${kind}, key, ${currentConfigVersion(environmentId)}
    FROM json_each(${JSON.stringify(ids)}) WHERE true`
  const isOwn = sql`ingest_ids.customer_id = excluded.customer_id`
  return db
    .insert(ingestIds)
    .select(rows)
    .onConflictDoUpdate({
      target: [ingestIds.environmentId, ingestIds.ingestId],
      set: {
        kind: sql`CASE WHEN ${isOwn} THEN ingest_ids.kind
          WHEN ingest_ids.customer_id IS NULL THEN excluded.kind END`,
        version: sql`CASE WHEN ${isOwn} THEN ingest_ids.version ELSE excluded.version END`,
        customerId: sql`excluded.customer_id`,
        ordinal: sql`excluded.ordinal`,
      },
    })
}

async function withAliases(db: Database, rows: CustomerRow[]): Promise<Customer[]> {
  if (rows.length === 0) return []
  const held = await db
    .select({ customerId: ingestIds.customerId, ingestId: ingestIds.ingestId })
    .from(ingestIds)
    .where(
      and(
        inJson(
          ingestIds.customerId,
          rows.map((row) => row.id),
        ),
        eq(ingestIds.kind, 'alias'),
      ),
    )
    .orderBy(asc(ingestIds.customerId), asc(ingestIds.ordinal))
  const aliases = Map.groupBy(held, (row) => row.customerId)
  return rows.map(({ environmentId: _environmentId, ...row }) => ({
    ...row,
    ingestAliases: (aliases.get(row.id) ?? []).map(({ ingestId }) => ingestId),
  }))
}
