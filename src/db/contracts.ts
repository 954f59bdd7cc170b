import { and, asc, eq, gt, gte, isNull, lte, or, sql } from 'drizzle-orm'
import type { Contract } from '../core/contracts/contract.ts'
import type { Database } from './database.ts'
import { after, type RowKey } from './keyset.ts'
import { contracts } from './schema.ts'

export type ContractRow = typeof contracts.$inferSelect

export function fromContractRow(row: ContractRow): Contract {
  const { environmentId: _, ...contract } = row
  return contract
}

/** The statement that adds a contract, for a batch. */
export function insertContract(db: Database, environmentId: string, contract: Contract) {
  return db.insert(contracts).values({ ...contract, environmentId })
}

/** The statement that archives a contract, for a batch; once archived, it stays so from then on. */
export function archiveContractRow(db: Database, environmentId: string, id: string, now: number) {
  return db
    .update(contracts)
    .set({ archivedAt: sql`coalesce(${contracts.archivedAt}, ${now})` })
    .where(and(eq(contracts.environmentId, environmentId), eq(contracts.id, id)))
}

export async function findContract(
  db: Database,
  environmentId: string,
  customerId: string,
  id: string,
): Promise<Contract | null> {
  const row = await db
    .select()
    .from(contracts)
    .where(and(isOf(environmentId, customerId), eq(contracts.id, id)))
    .get()
  return row === undefined ? null : fromContractRow(row)
}

export interface ContractFilter {
  /** Only contracts in force at this instant. */
  coveringDate?: number
  /** Only contracts that start at this instant or later. */
  startingAt?: number
  includeArchived?: boolean
}

/** A customer's contracts in the order of their creation. */
export async function listContracts(
  db: Database,
  environmentId: string,
  customerId: string,
  filter: ContractFilter = {},
): Promise<Contract[]> {
  const rows = await db
    .select()
    .from(contracts)
    .where(and(isOf(environmentId, customerId), fits(filter)))
    .orderBy(asc(contracts.createdAt), asc(contracts.id))
  return rows.map(fromContractRow)
}

/** The contracts that were made from a package, in the order of their creation. */
export async function listContractsOfPackage(
  db: Database,
  environmentId: string,
  packageId: string,
  filter: ContractFilter,
  from: RowKey | null,
  limit: number,
): Promise<Contract[]> {
  const isOfPackage = and(
    eq(contracts.environmentId, environmentId),
    eq(contracts.packageId, packageId),
  )
  const rows = await db
    .select()
    .from(contracts)
    .where(and(isOfPackage, fits(filter), after(contracts, from)))
    .orderBy(asc(contracts.createdAt), asc(contracts.id))
    .limit(limit)
  return rows.map(fromContractRow)
}

function fits({ coveringDate, startingAt, includeArchived = false }: ContractFilter) {
  return and(
    includeArchived ? undefined : isNull(contracts.archivedAt),
    coveringDate === undefined ? undefined : covers(coveringDate),
    startingAt === undefined ? undefined : gte(contracts.startingAt, startingAt),
  )
}

function covers(at: number) {
  const endsLater = or(isNull(contracts.endingBefore), gt(contracts.endingBefore, at))
  return and(lte(contracts.startingAt, at), endsLater)
}

function isOf(environmentId: string, customerId: string) {
  return and(eq(contracts.environmentId, environmentId), eq(contracts.customerId, customerId))
}
