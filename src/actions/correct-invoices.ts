import type { Environment } from '../core/environment.ts'
import { refuse, type Refusal, type Result } from '../core/result.ts'
import { openDatabase } from '../db/database.ts'
import { findIndexedInvoice } from '../db/invoices.ts'
import { areEventsQueued } from '../db/queued-batches.ts'
import type { Env } from '../env.ts'
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
  const indexed = await findIndexedInvoice(openDatabase(env.DB), environmentId, invoiceId)
  if (indexed === null) return { ok: false, error: noInvoice(invoiceId) }
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
  if (indexed === null) return { ok: false, error: noInvoice(invoiceId) }
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

/** Drafts are in no index: they are not found either. */
function noInvoice(invoiceId: string): Refusal {
  return { code: 'not_found', message: `id: no finalized or void invoice ${invoiceId}` }
}
