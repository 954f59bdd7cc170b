import { and, eq, sql } from 'drizzle-orm'
import type { Invoice } from '../core/invoices/invoice.ts'
import { assert } from '../core/result.ts'
import type { Database } from './database.ts'
import { inJson } from './keyset.ts'
import { invoices } from './schema.ts'

/**
 * The statement that puts a finalized or void invoice into the index, for a batch; writing it
 * again brings the row up to date. The invoice itself lives in its customer's account.
 */
export function upsertInvoiceRow(
  db: Database,
  environmentId: string,
  invoice: Omit<Invoice, 'lines' | 'derivation'>,
) {
  const { id, customerId, contractId, type, status, creditTypeId, total, issuedAt } = invoice
  const { startingAt, endingBefore, finalizedAt } = invoice
  assert(status !== 'DRAFT' && finalizedAt !== null, `invoice ${id} must not be indexed as a draft`)
  const row = {
    environmentId,
    customerId,
    contractId,
    type,
    status,
    periodStart: startingAt,
    periodEnd: endingBefore,
    issuedAt,
    finalizedAt,
    creditTypeId,
    total,
  }
  return db
    .insert(invoices)
    .values({ id, ...row })
    .onConflictDoUpdate({ target: invoices.id, set: row })
}

/** What the index says of an invoice; its account may be ahead of it. */
export interface IndexedInvoice {
  customerId: string
  status: 'FINALIZED' | 'VOID'
  /** Null for scheduled invoices. */
  periodEnd: number | null
}

/** A finalized or void invoice in the index. */
export async function findIndexedInvoice(
  db: Database,
  environmentId: string,
  id: string,
): Promise<IndexedInvoice | null> {
  const { customerId, status, periodEnd } = invoices
  const row = await db
    .select({ customerId, status, periodEnd })
    .from(invoices)
    .where(and(eq(invoices.environmentId, environmentId), eq(invoices.id, id)))
    .get()
  return row ?? null
}

/** The custom fields of these invoices that the index has, of those that have any. */
export async function loadInvoiceFields(
  db: Database,
  environmentId: string,
  ids: string[],
): Promise<Map<string, Record<string, string>>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .select({ id: invoices.id, customFields: invoices.customFields })
    .from(invoices)
    .where(
      and(
        eq(invoices.environmentId, environmentId),
        inJson(invoices.id, ids),
        sql`${invoices.customFields} <> '{}'`,
      ),
    )
  return new Map(rows.map(({ id, customFields }) => [id, customFields]))
}

/** The statement that gives an invoice of the index its custom fields, for a batch. */
export function setInvoiceFields(db: Database, id: string, customFields: Record<string, string>) {
  return db.update(invoices).set({ customFields }).where(eq(invoices.id, id))
}

/** Which of these invoices the index has. */
export async function findIndexedInvoices(db: Database, ids: string[]): Promise<Set<string>> {
  const rows = await db.select({ id: invoices.id }).from(invoices).where(inJson(invoices.id, ids))
  return new Set(rows.map(({ id }) => id))
}

/** Which of these invoices the index has as void. */
export async function findVoidInvoices(db: Database, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .select({ id: invoices.id })
    .from(invoices)
    .where(and(inJson(invoices.id, ids), eq(invoices.status, 'VOID')))
  return new Set(rows.map(({ id }) => id))
}

/** The statement that shows invoices as void in the index, for a batch. */
export function voidInvoiceRows(db: Database, ids: string[]) {
  return db.update(invoices).set({ status: 'VOID' }).where(inJson(invoices.id, ids))
}

/** The contracts of a customer that have a finalized invoice in the index. */
export async function listFinalizedContractIds(
  db: Database,
  environmentId: string,
  customerId: string,
): Promise<Set<string>> {
  const rows = await db
    .selectDistinct({ contractId: invoices.contractId })
    .from(invoices)
    .where(
      and(
        eq(invoices.environmentId, environmentId),
        eq(invoices.customerId, customerId),
        eq(invoices.status, 'FINALIZED'),
      ),
    )
  return new Set(rows.map(({ contractId }) => contractId))
}

/** The totals of these invoices as the index has them, in no particular order. */
export async function listIndexedTotals(
  db: Database,
  environmentId: string,
  ids: string[],
): Promise<string[]> {
  const rows = await db
    .select({ total: invoices.total })
    .from(invoices)
    .where(and(eq(invoices.environmentId, environmentId), inJson(invoices.id, ids)))
  return rows.map(({ total }) => total)
}
