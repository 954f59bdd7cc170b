import { and, asc, eq } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type {
  OutboxEvent,
  PaymentWorkflow,
  WorkflowStatus,
} from '../core/thresholds/payment-workflow.ts'
import type { Database } from './database.ts'
import { after, type RowKey } from './keyset.ts'
import { outboxEvents, paymentWorkflows } from './threshold-schema.ts'

function fromWorkflowRow(row: typeof paymentWorkflows.$inferSelect): PaymentWorkflow {
  const { environmentId: _, ...workflow } = row
  return workflow
}

export async function findWorkflow(
  db: Database,
  environmentId: string,
  id: string,
): Promise<PaymentWorkflow | null> {
  const row = await db.select().from(paymentWorkflows).where(isWorkflow(environmentId, id)).get()
  return row === undefined ? null : fromWorkflowRow(row)
}

/** The payments of an environment in the order in which they were asked for. */
export async function listWorkflows(
  db: Database,
  environmentId: string,
  status: WorkflowStatus | undefined,
  from: RowKey | null,
  limit: number,
): Promise<PaymentWorkflow[]> {
  const rows = await db
    .select()
    .from(paymentWorkflows)
    .where(
      and(
        eq(paymentWorkflows.environmentId, environmentId),
        status === undefined ? undefined : eq(paymentWorkflows.status, status),
        after(paymentWorkflows, from),
      ),
    )
    .orderBy(asc(paymentWorkflows.createdAt), asc(paymentWorkflows.id))
    .limit(limit)
  return rows.map(fromWorkflowRow)
}

/** All payments of a contract. */
export async function listContractWorkflows(
  db: Database,
  environmentId: string,
  contractId: string,
): Promise<PaymentWorkflow[]> {
  const rows = await db
    .select()
    .from(paymentWorkflows)
    .where(
      and(
        eq(paymentWorkflows.environmentId, environmentId),
        eq(paymentWorkflows.contractId, contractId),
      ),
    )
    .orderBy(asc(paymentWorkflows.createdAt), asc(paymentWorkflows.id))
  return rows.map(fromWorkflowRow)
}

/** The statement that keeps a payment, for a batch. One that is there already stays as it is. */
export function insertWorkflow(
  db: Database,
  environmentId: string,
  workflow: PaymentWorkflow,
): BatchItem<'sqlite'> {
  return db
    .insert(paymentWorkflows)
    .values({ ...workflow, environmentId })
    .onConflictDoNothing()
}

/** The statement that ends a payment, for a batch. */
export function settleWorkflowRow(
  db: Database,
  environmentId: string,
  { id, status, settledAt }: PaymentWorkflow,
): BatchItem<'sqlite'> {
  return db.update(paymentWorkflows).set({ status, settledAt }).where(isWorkflow(environmentId, id))
}

/** The statements that keep events until they are sent, for a batch. */
export function insertEvents(
  db: Database,
  environmentId: string,
  events: OutboxEvent[],
): BatchItem<'sqlite'>[] {
  return events.map((event) =>
    db
      .insert(outboxEvents)
      .values({ ...event, environmentId })
      .onConflictDoNothing(),
  )
}

function isWorkflow(environmentId: string, id: string) {
  return and(eq(paymentWorkflows.environmentId, environmentId), eq(paymentWorkflows.id, id))
}
