import { and, asc, eq, gt, gte, isNull, lt, lte, ne, not, notInArray, or, sql } from 'drizzle-orm'
import type { Contract } from '../core/contracts/contract.ts'
import type { DueInvoice, DueKind } from '../core/invoices/due-invoice.ts'
import { fromContractRow } from './contracts.ts'
import type { Database } from './database.ts'
import { heldInvoices } from './held-invoice-schema.ts'
import { inJson } from './keyset.ts'
import { contracts, dueWork, environments } from './schema.ts'

/** A row of due work: what is due, and how trying it went so far. */
export interface DueUnit extends DueInvoice {
  environmentId: string
  /** How often it failed. */
  attempts: number
  lastError: string | null
}

/** The place of a unit in the order in which work falls due. */
export type DuePlace = Pick<DueUnit, 'dueAt' | 'id'>

/** The statement that makes an invoice due, for a batch. A unit that is there already stays as it is. */
export function insertDueInvoice(db: Database, environmentId: string, due: DueInvoice) {
  return db
    .insert(dueWork)
    .values({ ...due, environmentId })
    .onConflictDoNothing()
}

/** The statement that takes a unit away, for a batch. */
export function deleteDueUnit(db: Database, id: string) {
  return db.delete(dueWork).where(eq(dueWork.id, id))
}

/** The statement that takes all units of a contract away, for a batch. */
export function deleteContractDueUnits(db: Database, contractId: string) {
  return db.delete(dueWork).where(eq(dueWork.contractId, contractId))
}

/** A page of what is due at an instant in the environments that run in real time, in due order. */
export async function listDueUnits(
  db: Database,
  nowReal: number,
  after: DuePlace | null,
  limit: number,
): Promise<DueUnit[]> {
  const rows = await db
    .select({ unit: dueWork })
    .from(dueWork)
    .innerJoin(environments, eq(environments.id, dueWork.environmentId))
    .where(
      and(
        isNull(environments.clockMs),
        isNull(environments.deletedAt),
        lte(dueWork.dueAt, nowReal),
        after === null
          ? undefined
          : or(
              gt(dueWork.dueAt, after.dueAt),
              and(eq(dueWork.dueAt, after.dueAt), gt(dueWork.id, after.id)),
            ),
      ),
    )
    .orderBy(asc(dueWork.dueAt), asc(dueWork.id))
    .limit(limit)
  return rows.map(({ unit }) => unit)
}

/** Which units of an environment are looked for. */
export interface DueFilter {
  /** Units that fall due at this instant or earlier. */
  until: number
  /** Customers whose units are passed over. */
  except?: readonly string[]
  /** Units that are passed over. */
  exceptIds?: readonly string[]
  /** Of the customers with a unit that has failed, only these are not passed over; all if absent. */
  retried?: readonly string[]
}

/** What falls due first in an environment; null for nothing. */
export async function findNextDueUnit(
  db: Database,
  environmentId: string,
  filter: DueFilter,
): Promise<DueUnit | null> {
  const [unit] = await listNextDueUnits(db, environmentId, filter, 1)
  return unit ?? null
}

/** What falls due first in an environment, in due order. */
export async function listNextDueUnits(
  db: Database,
  environmentId: string,
  { until, except = [], exceptIds = [], retried }: DueFilter,
  limit: number,
): Promise<DueUnit[]> {
  const failed = db
    .select({ customerId: dueWork.customerId })
    .from(dueWork)
    .leftJoin(heldInvoices, eq(heldInvoices.dueId, dueWork.id))
    .where(hasFailed(environmentId))
  return db
    .select()
    .from(dueWork)
    .where(
      and(
        eq(dueWork.environmentId, environmentId),
        lte(dueWork.dueAt, until),
        except.length === 0 ? undefined : not(inJson(dueWork.customerId, except)),
        exceptIds.length === 0 ? undefined : not(inJson(dueWork.id, exceptIds)),
        retried === undefined
          ? undefined
          : or(notInArray(dueWork.customerId, failed), inJson(dueWork.customerId, retried)),
      ),
    )
    .orderBy(asc(dueWork.dueAt), asc(dueWork.id))
    .limit(limit)
}

/** Of a unit; one that waits for another invoice holds back nothing but itself. */
function hasFailed(environmentId: string) {
  return and(
    eq(dueWork.environmentId, environmentId),
    gt(dueWork.attempts, 0),
    or(isNull(heldInvoices.code), ne(heldInvoices.code, 'waits_for_invoice')),
  )
}

/**
 * Customers of an environment with a unit that is due and has failed, in turn: first those of whom
 * one was tried the longest ago, by the environment's clock, and where that stands the least often.
 */
export async function listFailedCustomers(
  db: Database,
  environmentId: string,
  until: number,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .select({ customerId: dueWork.customerId })
    .from(dueWork)
    .leftJoin(heldInvoices, eq(heldInvoices.dueId, dueWork.id))
    .where(and(hasFailed(environmentId), lte(dueWork.dueAt, until)))
    .groupBy(dueWork.customerId)
    .orderBy(
      sql`max(coalesce(${heldInvoices.triedAt}, 0))`,
      sql`max(${dueWork.attempts})`,
      sql`min(${dueWork.dueAt})`,
    )
    .limit(limit)
  return rows.map(({ customerId }) => customerId)
}

export async function findDueUnit(db: Database, id: string): Promise<DueUnit | null> {
  return (await db.select().from(dueWork).where(eq(dueWork.id, id)).get()) ?? null
}

/** What a unit's last error says from the beginning of an attempt to its end. */
export const ATTEMPT_BEGAN = 'an attempt began and did not end'

/** Notes that an attempt begins at some units, so that one that does not end is not forgotten. */
export async function recordDueAttempts(db: Database, ids: readonly string[]): Promise<void> {
  await db
    .update(dueWork)
    .set({ attempts: sql`${dueWork.attempts} + 1`, lastError: ATTEMPT_BEGAN })
    .where(inJson(dueWork.id, ids))
}

/** Notes why an attempt, which was noted when it began, has failed. */
export async function recordDueFailure(db: Database, id: string, message: string): Promise<void> {
  await db.update(dueWork).set({ lastError: message }).where(eq(dueWork.id, id))
}

/** Notes that an attempt has got on with a unit of which more is left. */
export async function recordDueProgress(db: Database, id: string): Promise<void> {
  await db.update(dueWork).set({ attempts: 0, lastError: null }).where(eq(dueWork.id, id))
}

/** A range of contracts in the order in which they were stored: half-open, by row number. */
export interface ContractSlice {
  fromRow: number
  toRow: number
}

/** The rows that the k-th of n equal slices of all contracts consists of. */
export async function sliceContracts(
  db: Database,
  { index, count }: { index: number; count: number },
): Promise<ContractSlice> {
  const row = await db
    .select({ last: sql<number | null>`max(rowid)` })
    .from(contracts)
    .get()
  const rows = (row?.last ?? 0) + 1
  return {
    fromRow: Math.floor((rows * index) / count),
    toRow: Math.floor((rows * (index + 1)) / count),
  }
}

/** A contract that lacks a due row of some kind, as it may have to. */
export interface ContractLackingDueWork {
  row: number
  environmentId: string
  /** By the environment's clock; null where that is real time. */
  clockMs: number | null
  contract: Contract
  lacksUsage: boolean
  /** Of a contract that may be charged for something else than usage. */
  lacksScheduled: boolean
}

/** The members of a contract's terms that scheduled invoices may come of. */
const CHARGED_TERMS = [
  'scheduledCharges',
  'discounts',
  'professionalServiceCharges',
  'subscriptions',
  'recurringBalances',
]

/**
 * A page of the contracts of a slice that have no due row for a usage invoice, or none for a
 * scheduled one though something may be charged on one, or that are in a hierarchy; ended ones are
 * among them, and such as are done.
 */
export async function listContractsLackingDueWork(
  db: Database,
  { fromRow, toRow }: ContractSlice,
  limit: number,
): Promise<ContractLackingDueWork[]> {
  const rowId = sql<number>`contracts.rowid`
  const lacks = (kind: DueKind) => sql`NOT EXISTS (
    SELECT 1 FROM due_work WHERE due_work.contract_id = contracts.id AND due_work.kind = ${kind})`
  const isCharged = sql`(
    EXISTS (
      SELECT 1 FROM json_each(contracts.terms) AS term
      WHERE term.key IN (SELECT value FROM json_each(${JSON.stringify(CHARGED_TERMS)})))
    OR EXISTS (
      SELECT 1 FROM commits
      WHERE commits.environment_id = contracts.environment_id
        AND commits.customer_id = contracts.customer_id
        AND json_extract(commits.terms, '$.payments.contractId') IS NOT NULL))`
  const lacksUsage = lacks('finalize-usage-invoice')
  const lacksScheduled = sql`(${lacks('finalize-scheduled-invoice')} AND ${isCharged})`
  const rows = await db
    .select({
      row: rowId,
      contract: contracts,
      clockMs: environments.clockMs,
      lacksUsage: sql<number>`${lacksUsage}`,
      lacksScheduled: sql<number>`${lacksScheduled}`,
    })
    .from(contracts)
    .innerJoin(environments, eq(environments.id, contracts.environmentId))
    .where(
      and(
        gte(rowId, fromRow),
        lt(rowId, toRow),
        isNull(contracts.archivedAt),
        isNull(environments.deletedAt),
        or(
          lacksUsage,
          lacksScheduled,
          sql`json_extract(contracts.terms, '$.hierarchy') IS NOT NULL`,
        ),
      ),
    )
    .orderBy(asc(rowId))
    .limit(limit)
  return rows.map(({ row, contract, clockMs, ...lacking }) => ({
    row,
    environmentId: contract.environmentId,
    clockMs,
    contract: fromContractRow(contract),
    lacksUsage: Boolean(lacking.lacksUsage),
    lacksScheduled: Boolean(lacking.lacksScheduled),
  }))
}
