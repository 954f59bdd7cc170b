import { and, asc, eq, getTableColumns, or, sql } from 'drizzle-orm'
import type { DueInvoice } from '../core/invoices/due-invoice.ts'
import type { HeldScheduled, HoldReason } from '../core/invoices/hold-reason.ts'
import type { Database } from './database.ts'
import { heldInvoices } from './held-invoice-schema.ts'
import { dueWork } from './schema.ts'

/** An invoice that is due and was held back. */
export type HeldInvoice = typeof heldInvoices.$inferSelect

/** The place of a held invoice in lists: those that wait longest go first. */
export type HeldKey = Pick<HeldInvoice, 'since' | 'dueId'>

/**
 * Notes why what is due was held back; again, for the same unit, it counts the attempt.
 * @param now the environment's clock
 */
export async function recordHeldInvoice(
  db: Database,
  environmentId: string,
  held: {
    unit: Omit<DueInvoice, 'dueAt'>
    invoiceId: string
    reason: HoldReason
    others?: HeldScheduled[]
  },
  now: number,
): Promise<void> {
  const { unit, invoiceId, reason, others = [] } = held
  const beside = others.length === 0 ? null : others
  const { id: dueId, kind, customerId, contractId, periodStart, periodEnd } = unit
  await db
    .insert(heldInvoices)
    .values({
      dueId,
      environmentId,
      invoiceId,
      customerId,
      contractId,
      kind,
      periodStart,
      periodEnd,
      ...reason,
      others: beside,
      since: now,
      triedAt: now,
      attempts: 1,
    })
    .onConflictDoUpdate({
      target: heldInvoices.dueId,
      set: {
        invoiceId,
        ...reason,
        others: beside,
        triedAt: now,
        attempts: sql`${heldInvoices.attempts} + 1`,
      },
    })
}

/** The statement that forgets why a unit was held back, for a batch. */
export function deleteHeldInvoice(db: Database, dueId: string) {
  return db.delete(heldInvoices).where(eq(heldInvoices.dueId, dueId))
}

/** The statement that forgets what is held back of a contract, for a batch. */
export function deleteContractHeldInvoices(db: Database, contractId: string) {
  return db.delete(heldInvoices).where(eq(heldInvoices.contractId, contractId))
}

/** A page of the held invoices of an environment, or of one customer of it. */
export function listHeldInvoices(
  db: Database,
  environmentId: string,
  customerId: string | undefined,
  after: HeldKey | null,
  limit: number,
): Promise<HeldInvoice[]> {
  const place = sql`(${heldInvoices.since}, ${heldInvoices.dueId})`
  return (
    db
      .select(getTableColumns(heldInvoices))
      .from(heldInvoices)
      // What is no longer due, since its contract was changed or archived, is not held back either.
      .innerJoin(dueWork, eq(dueWork.id, heldInvoices.dueId))
      .where(
        and(
          eq(heldInvoices.environmentId, environmentId),
          customerId === undefined ? undefined : eq(heldInvoices.customerId, customerId),
          after === null ? undefined : sql`${place} > (${after.since}, ${after.dueId})`,
        ),
      )
      .orderBy(asc(heldInvoices.since), asc(heldInvoices.dueId))
      .limit(limit)
  )
}

export async function findHeldInvoice(
  db: Database,
  environmentId: string,
  invoiceId: string,
): Promise<HeldInvoice | null> {
  const isBeside = sql`EXISTS (SELECT 1 FROM json_each(${heldInvoices.others})
    WHERE json_extract(value, '$.invoiceId') = ${invoiceId})`
  const row = await db
    .select()
    .from(heldInvoices)
    .where(
      and(
        eq(heldInvoices.environmentId, environmentId),
        or(eq(heldInvoices.invoiceId, invoiceId), isBeside),
      ),
    )
    .get()
  return row ?? null
}
