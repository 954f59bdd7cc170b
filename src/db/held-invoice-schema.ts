import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { DUE_KINDS } from '../core/invoices/due-invoice.ts'
import { HOLD_CODES, type HeldScheduled } from '../core/invoices/hold-reason.ts'
import type { InvoiceDifference } from '../core/invoices/invoice-difference.ts'

/** Invoices that are due and could not be finalized, and why; each has its row of due work, too. */
export const heldInvoices = sqliteTable(
  'held_invoices',
  {
    /** That of the row of due work. */
    dueId: text('due_id').primaryKey(),
    environmentId: text('environment_id').notNull(),
    /** Of scheduled invoices of one date, the first that is held back. */
    invoiceId: text('invoice_id').notNull(),
    customerId: text('customer_id').notNull(),
    contractId: text('contract_id').notNull(),
    kind: text('kind', { enum: DUE_KINDS }).notNull(),
    /** The statement period; of a scheduled invoice, its date, twice. */
    periodStart: integer('period_start').notNull(),
    periodEnd: integer('period_end').notNull(),
    code: text('code', { enum: HOLD_CODES }).notNull(),
    message: text('message').notNull(),
    differences: text('differences', { mode: 'json' }).$type<InvoiceDifference[]>().notNull(),
    /** Of scheduled invoices of one date, those beside the first that are held back; null for none. */
    others: text('others', { mode: 'json' }).$type<HeldScheduled[]>(),
    /** When it was held back first and last, by the environment's clock, and how often. */
    since: integer('since').notNull(),
    triedAt: integer('tried_at').notNull(),
    attempts: integer('attempts').notNull(),
  },
  (table) => [
    index('held_invoices_environment').on(table.environmentId, table.since, table.dueId),
    index('held_invoices_customer').on(table.customerId, table.since, table.dueId),
    index('held_invoices_invoice').on(table.invoiceId),
  ],
)
