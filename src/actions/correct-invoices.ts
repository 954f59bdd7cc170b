import type { Environment } from '../core/environment.ts'
import { refuse, type Result } from '../core/result.ts'
import { openDatabase, type Database } from '../db/database.ts'
import { findIndexedInvoice } from '../db/invoices.ts'
import { areEventsQueued } from '../db/queued-batches.ts'
import { findShownDraft } from '../db/shown-drafts.ts'
import type { Env } from '../env.ts'
import type { NewIssueDate } from '../objects/account-issue-dates.ts'
import { accountOf } from '../objects/account.ts'

/**
 * Makes a finalized invoice void.
 * @param now the environment's clock
 * @returns its id
 */
export async function voidInvoice(
  env: Env,
  { id: environmentId }: Pick<Environment, 'id'>,
  invoiceId: string,
  now: number,
): Promise<Result<string>> {
  const db = openDatabase(env.DB)
  const indexed = await findIndexedInvoice(db, environmentId, invoiceId)
  if (indexed === null) return noInvoice(db, environmentId, invoiceId)
  const { customerId } = indexed
  const account = accountOf(env, environmentId, customerId)
  return account.voidInvoice({ environmentId, customerId, invoiceId, now })
}

/**
 * Computes a void invoice anew. As for finalizing one, all events of its period must have been
 * delivered.
 * @param now the environment's clock
 * @returns the id of the invoice that takes its place
 */
export async function regenerateInvoice(
  env: Env,
  { id: environmentId }: Pick<Environment, 'id'>,
  invoiceId: string,
  now: number,
): Promise<Result<string>> {
  const db = openDatabase(env.DB)
  const indexed = await findIndexedInvoice(db, environmentId, invoiceId)
  if (indexed === null) return noInvoice(db, environmentId, invoiceId)
  const { customerId, periodEnd } = indexed
  if (periodEnd !== null && (await areEventsQueued(db, environmentId, periodEnd, Date.now()))) {
    return refuse(
      'overloaded',
      'Events of this period still wait in the ingest queue, or among its dead letters (GET /v1/ingest/dead-letters); send the request again.',
    )
  }
  const account = accountOf(env, environmentId, customerId)
  return account.regenerateInvoice({ environmentId, customerId, invoiceId, now })
}

/**
 * Gives a draft another date of issue.
 * @param now the environment's clock
 * @returns its id
 */
export async function updateIssueDate(
  env: Env,
  { id: environmentId }: Pick<Environment, 'id'>,
  input: NewIssueDate,
  now: number,
): Promise<Result<string>> {
  const db = openDatabase(env.DB)
  const { invoiceId } = input
  const indexed = await findIndexedInvoice(db, environmentId, invoiceId)
  if (indexed !== null) {
    return refuse('invalid', `invoice_id: expected a draft, ${invoiceId} is ${indexed.status}`)
  }
  const draft = await findShownDraft(db, environmentId, invoiceId)
  if (draft === null) return refuse('not_found', `invoice_id: no draft ${invoiceId}`)
  const { customerId } = draft
  const account = accountOf(env, environmentId, customerId)
  return account.updateIssueDate({ ...input, environmentId, customerId, now })
}

/** Why there is no finalized or void invoice of this id: it is a draft, or unknown. */
async function noInvoice(
  db: Database,
  environmentId: string,
  invoiceId: string,
): Promise<Result<never>> {
  return (await findShownDraft(db, environmentId, invoiceId)) === null
    ? refuse('not_found', `id: no invoice ${invoiceId}`)
    : refuse('invalid', `id: invoice ${invoiceId} is not finalized`)
}
