import type { HoldReason } from '../core/invoices/hold-reason.ts'
import type { Invoice } from '../core/invoices/invoice.ts'
import {
  answerReleased,
  refuseRelease,
  type ReleaseInput,
} from '../core/invoices/release-invoice.ts'
import { assert, ok, refuse, type Result } from '../core/result.ts'
import type { Database } from '../db/database.ts'
import { findDueUnit } from '../db/due-work.ts'
import { deleteHeldInvoice, findHeldInvoice, type HeldInvoice } from '../db/held-invoices.ts'
import type { Env } from '../env.ts'
import { accountOf } from '../objects/account.ts'
import { hold, lookAtQueue } from './finalize-due.ts'

/** Which invoice an operator makes final, who that is, and what is said for it. */
export interface HeldRelease extends ReleaseInput {
  customerId: string
  invoiceId: string
  tokenId: string
  tokenName: string
}

/**
 * Makes an invoice final that is held back and cannot be proven, as its draft stands: the operator
 * answers for it, and it says so for good. Asked again with the same words, it answers the same.
 * @param now the environment's clock
 * @returns a conflict where the draft has another total than the operator has seen, or waits for
 *   another invoice, or where events of its period wait to be taken in
 */
export async function releaseHeld(
  env: Env,
  db: Database,
  environmentId: string,
  asked: HeldRelease,
  now: number,
): Promise<Result<Invoice>> {
  const { customerId, invoiceId, tokenId, tokenName, expectedTotal, reason } = asked
  const row = await findHeldInvoice(db, environmentId, invoiceId)
  const unit = row?.customerId === customerId ? await findDueUnit(db, row.dueId) : null
  if (row === null || unit === null) {
    // What is no longer due is not held back either.
    if (row?.customerId === customerId) await deleteHeldInvoice(db, row.dueId)
    return answerAgain(env, environmentId, asked, now)
  }
  const { kind, contractId, periodStart } = unit
  const finding = findingOf(row, invoiceId)
  const error = refuseRelease({ kind, code: finding.code })
  if (error !== null) return { ok: false, error }
  assert(kind !== 'finalize-consolidated-invoices', 'consolidated invoices are not released')
  if (await lookAtQueue(env)(environmentId, unit.periodEnd)) return EVENTS_WAITING
  const released = await accountOf(env, environmentId, customerId).releaseInvoice({
    environmentId,
    customerId,
    kind,
    contractId,
    periodStart,
    now,
    invoiceId,
    input: { expectedTotal, reason },
    release: { releasedAt: now, tokenId, tokenName, reason, finding },
  })
  if (!released.ok) return released
  const { held, heldEach } = released.value.finalization
  // Of the scheduled invoices of its date, others may be held back still.
  if (held !== null) await hold(env, unit, held, now, heldEach)
  return ok(released.value.invoice)
}

/** Whatever held it back: these are usage that it would leave out. */
const EVENTS_WAITING = refuse(
  'conflict',
  'invoice_id: events of its period still wait in the ingest queue, or among its dead letters, which are to be replayed or deleted first',
)

function findingOf({ others, ...row }: HeldInvoice, invoiceId: string): HoldReason {
  const beside = others?.find((each) => each.invoiceId === invoiceId)
  if (beside !== undefined && row.invoiceId !== invoiceId) return beside.reason
  const { code, message, differences } = row
  return { code, message, differences }
}

async function answerAgain(
  env: Env,
  environmentId: string,
  { customerId, invoiceId, ...input }: HeldRelease,
  now: number,
): Promise<Result<Invoice>> {
  const account = accountOf(env, environmentId, customerId)
  const found = await account.getInvoice({ environmentId, customerId, invoiceId, now })
  if (!found.ok && found.error.code !== 'not_found') return found
  if (found.ok && found.value.status !== 'DRAFT') return answerReleased(found.value, input)
  return refuse('not_found', `invoice_id: no invoice ${invoiceId} of the customer is held back`)
}
