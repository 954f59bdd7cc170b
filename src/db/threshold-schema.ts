import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { PaymentGate } from '../core/contracts/payment-gate.ts'
import type { Balance } from '../core/ledger/balance.ts'
import { WORKFLOW_KINDS, WORKFLOW_STATUSES } from '../core/thresholds/payment-workflow.ts'
import { createdAt, environmentId } from './schema.ts'

/** When the thresholds of contracts that have one in force are to be evaluated next. */
export const thresholdWatches = sqliteTable(
  'threshold_watches',
  {
    contractId: text('contract_id').primaryKey(),
    environmentId: environmentId(),
    customerId: text('customer_id').notNull(),
    /** By the environment's clock. */
    dueAt: integer('due_at').notNull(),
    /** How often evaluating it has failed since it last succeeded. */
    attempts: integer('attempts').notNull().default(0),
    lastError: text('last_error'),
  },
  (table) => [
    index('threshold_watches_due').on(table.dueAt, table.contractId),
    index('threshold_watches_environment').on(table.environmentId, table.dueAt),
  ],
)

/** Payments that commits wait for, or waited for. */
export const paymentWorkflows = sqliteTable(
  'payment_workflows',
  {
    id: text('id').primaryKey(),
    environmentId: environmentId(),
    customerId: text('customer_id').notNull(),
    contractId: text('contract_id').notNull(),
    kind: text('kind', { enum: WORKFLOW_KINDS }).notNull(),
    status: text('status', { enum: WORKFLOW_STATUSES }).notNull(),
    commit: text('commit_terms', { mode: 'json' }).$type<Balance>().notNull(),
    gate: text('gate', { mode: 'json' }).$type<PaymentGate>().notNull(),
    createdAt: createdAt(),
    settledAt: integer('settled_at'),
  },
  (table) => [
    index('payment_workflows_contract').on(table.contractId, table.kind),
    index('payment_workflows_environment').on(table.environmentId, table.createdAt, table.id),
  ],
)

/** What callers are to be told of; rows are written together with what happened. */
export const outboxEvents = sqliteTable(
  'outbox_events',
  {
    id: text('id').primaryKey(),
    environmentId: environmentId(),
    type: text('type').notNull(),
    properties: text('properties', { mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    index('outbox_events_environment').on(table.environmentId, table.createdAt, table.id),
  ],
)
