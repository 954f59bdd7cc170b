import { and, asc, count, eq, gt, isNotNull, isNull, lte } from 'drizzle-orm'
import type { Environment, EnvironmentSettings } from '../core/environment.ts'
import type { ApiTokenRow } from './api-tokens.ts'
import type { Database } from './database.ts'
import { customFieldKeys, termOwners, uniqueFieldValues } from './custom-field-schema.ts'
import { heldInvoices } from './held-invoice-schema.ts'
import { contractChildren } from './hierarchy-schema.ts'
import { deadLetters, queuedBatches } from './queue-schema.ts'
import {
  apiTokens,
  billableMetrics,
  commits,
  contractEdits,
  contracts,
  creditTypes,
  customers,
  dueWork,
  environments,
  idempotencyKeys,
  ingestHomes,
  ingestIds,
  invoices,
  manualLedgerEntries,
  namedSchedules,
  packages,
  placements,
  products,
  rateCards,
  rates,
  shownDrafts,
} from './schema.ts'
import { outboxEvents, paymentWorkflows, thresholdWatches } from './threshold-schema.ts'

/** Every table of an environment's data; the environment's own row goes last. */
const TABLES = [
  deadLetters,
  queuedBatches,
  dueWork,
  heldInvoices,
  thresholdWatches,
  paymentWorkflows,
  outboxEvents,
  invoices,
  contractChildren,
  shownDrafts,
  contractEdits,
  namedSchedules,
  manualLedgerEntries,
  commits,
  contracts,
  packages,
  termOwners,
  uniqueFieldValues,
  customFieldKeys,
  rates,
  rateCards,
  creditTypes,
  products,
  billableMetrics,
  ingestHomes,
  placements,
  ingestIds,
  customers,
  idempotencyKeys,
  apiTokens,
] as const

export async function countSandboxes(db: Database): Promise<number> {
  const row = await db
    .select({ n: count() })
    .from(environments)
    .where(and(isNotNull(environments.parentId), isNull(environments.deletedAt)))
    .get()
  return row?.n ?? 0
}

/** Both or neither: a sandbox whose token nobody knows could never be deleted. */
export async function insertSandbox(
  db: Database,
  sandbox: Environment & { parentId: string; createdAt: number },
  token: ApiTokenRow,
): Promise<void> {
  await db.batch([db.insert(environments).values(sandbox), db.insert(apiTokens).values(token)])
}

/** The sandbox with this id, if it was made through the API; null for any other environment. */
export async function findSandbox(
  db: Database,
  id: string,
): Promise<{ id: string; parentId: string; settings: EnvironmentSettings } | null> {
  const row = await db
    .select({
      id: environments.id,
      parentId: environments.parentId,
      settings: environments.settings,
    })
    .from(environments)
    .where(and(eq(environments.id, id), isNull(environments.deletedAt)))
    .get()
  if (row === undefined || row.parentId === null) return null
  return { id, parentId: row.parentId, settings: row.settings }
}

/** From here on the sandbox's tokens do not work; its data is removed afterwards. */
export async function markDeleted(db: Database, id: string, nowReal: number): Promise<void> {
  await db.update(environments).set({ deletedAt: nowReal }).where(eq(environments.id, id))
}

export async function listDeletedEnvironments(
  db: Database,
  limit: number,
): Promise<{ id: string; settings: EnvironmentSettings }[]> {
  return db
    .select({ id: environments.id, settings: environments.settings })
    .from(environments)
    .where(isNotNull(environments.deletedAt))
    .orderBy(asc(environments.deletedAt))
    .limit(limit)
}

/** The ids of an environment's customers, in order of id, after a given one. */
export async function listCustomerIds(
  db: Database,
  environmentId: string,
  afterId: string,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .select({ id: customers.id })
    .from(customers)
    .where(and(eq(customers.environmentId, environmentId), gt(customers.id, afterId)))
    .orderBy(asc(customers.id))
    .limit(limit)
  return rows.map((row) => row.id)
}

/** Removes all rows of an environment, and then itself. */
export async function deleteEnvironmentRows(db: Database, environmentId: string): Promise<void> {
  for (const table of TABLES) {
    await db.delete(table).where(eq(table.environmentId, environmentId))
  }
  await db.delete(environments).where(eq(environments.id, environmentId))
}

/** Forgets customers up to an id, so that a deletion that is taken up again goes on after them. */
export async function deleteCustomersUpTo(
  db: Database,
  environmentId: string,
  id: string,
): Promise<void> {
  await db
    .delete(customers)
    .where(and(eq(customers.environmentId, environmentId), lte(customers.id, id)))
}
