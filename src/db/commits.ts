import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { Contract } from '../core/contracts/contract.ts'
import type { Balance, BalanceType } from '../core/ledger/balance.ts'
import type { Database } from './database.ts'
import { insertRows } from './insert-rows.ts'
import { after, inJson, type RowKey } from './keyset.ts'
import { commits, manualLedgerEntries } from './schema.ts'

export type CommitRow = typeof commits.$inferSelect

export function fromCommitRow(row: CommitRow): Balance {
  const { environmentId: _, terms, ...columns } = row
  return { ...terms, ...columns }
}

function toCommitRow(environmentId: string, balance: Balance): CommitRow {
  const { id, customerId, contractId, type, uniquenessKey, customFields, ...rest } = balance
  const { createdAt, createdBy, archivedAt, ...terms } = rest
  const columns = { id, customerId, contractId, type, uniquenessKey, customFields }
  return { ...columns, environmentId, createdAt, createdBy, archivedAt, terms }
}

/** The statements that add commits and credits, for a batch. */
export function insertCommits(
  db: Database,
  environmentId: string,
  balances: Balance[],
): BatchItem<'sqlite'>[] {
  if (balances.length === 0) return []
  return [
    insertRows(
      db,
      commits,
      balances.map((balance) => toCommitRow(environmentId, balance)),
    ),
  ]
}

/**
 * The statements that change a commit or credit, for a batch. Manual entries of segments that it
 * has no more go with them (pricing 6.8).
 */
export function updateCommit(
  db: Database,
  environmentId: string,
  balance: Balance,
): BatchItem<'sqlite'>[] {
  const { terms, archivedAt } = toCommitRow(environmentId, balance)
  const segmentIds = JSON.stringify(terms.segments.map(({ id }) => id))
  return [
    db.update(commits).set({ terms, archivedAt }).where(isCommit(environmentId, balance.id)),
    db
      .delete(manualLedgerEntries)
      .where(
        and(
          eq(manualLedgerEntries.environmentId, environmentId),
          eq(manualLedgerEntries.customerId, balance.customerId),
          eq(manualLedgerEntries.balanceId, balance.id),
          sql`${manualLedgerEntries.segmentId} NOT IN (SELECT value FROM json_each(${segmentIds}))`,
        ),
      ),
  ]
}

/** The statement that archives a contract's commits and credits, for a batch. */
export function archiveCommitsOfContract(
  db: Database,
  environmentId: string,
  { customerId, contractId }: Record<'customerId' | 'contractId', string>,
  now: number,
) {
  return db
    .update(commits)
    .set({ archivedAt: now })
    .where(
      and(
        isOf(environmentId, customerId),
        eq(commits.contractId, contractId),
        isNull(commits.archivedAt),
      ),
    )
}

/** Whether a commit or credit of the environment has used a key. */
export async function isCommitKeyUsed(
  db: Database,
  environmentId: string,
  uniquenessKey: string,
): Promise<boolean> {
  const row = await db
    .select({ id: commits.id })
    .from(commits)
    .where(and(eq(commits.environmentId, environmentId), eq(commits.uniquenessKey, uniquenessKey)))
    .get()
  return row !== undefined
}

/** All commits and credits of some contracts, in the order of their creation. */
export async function loadCommitsOfContracts(
  db: Database,
  environmentId: string,
  contracts: Pick<Contract, 'id' | 'customerId'>[],
): Promise<Balance[]> {
  if (contracts.length === 0) return []
  const contractIds = contracts.map(({ id }) => id)
  // Commits are found by their customers: there is no index by contracts.
  const customerIds = contracts.map(({ customerId }) => customerId)
  const rows = await db
    .select()
    .from(commits)
    .where(
      and(
        eq(commits.environmentId, environmentId),
        inJson(commits.customerId, [...new Set(customerIds)]),
        inJson(commits.contractId, contractIds),
      ),
    )
    .orderBy(asc(commits.createdAt), asc(commits.id))
  return rows.map(fromCommitRow)
}

/** The customer's commits and credits that were made by request, in the order of their creation. */
export async function listCommits(
  db: Database,
  environmentId: string,
  customerId: string,
  filter: { types?: readonly BalanceType[]; includeArchived?: boolean } = {},
  from: RowKey | null = null,
  limit = 1_000,
): Promise<Balance[]> {
  const { types, includeArchived = false } = filter
  const rows = await db
    .select()
    .from(commits)
    .where(
      and(
        isOf(environmentId, customerId),
        types === undefined ? undefined : inJson(commits.type, types),
        includeArchived ? undefined : isNull(commits.archivedAt),
        after(commits, from),
      ),
    )
    .orderBy(asc(commits.createdAt), asc(commits.id))
    .limit(limit)
  return rows.map(fromCommitRow)
}

function isOf(environmentId: string, customerId: string) {
  return and(eq(commits.environmentId, environmentId), eq(commits.customerId, customerId))
}

function isCommit(environmentId: string, id: string) {
  return and(eq(commits.environmentId, environmentId), eq(commits.id, id))
}

export async function findCommit(
  db: Database,
  environmentId: string,
  customerId: string,
  id: string,
): Promise<Balance | null> {
  const row = await db
    .select()
    .from(commits)
    .where(and(isOf(environmentId, customerId), eq(commits.id, id)))
    .get()
  return row === undefined ? null : fromCommitRow(row)
}

/** The ids of all commits and credits of a customer that were made by request. */
export async function listCommitIds(
  db: Database,
  environmentId: string,
  customerId: string,
): Promise<{ id: string }[]> {
  return db.select({ id: commits.id }).from(commits).where(isOf(environmentId, customerId))
}
