import type { HoldReason } from '../core/invoices/hold-reason.ts'
import { refuse, ok, type Result } from '../core/result.ts'
import type { Database } from '../db/database.ts'
import { findDueUnit } from '../db/due-work.ts'
import { deleteHeldInvoice, findHeldInvoice } from '../db/held-invoices.ts'
import type { Env } from '../env.ts'
import { finalizeAlone } from './finalize-due.ts'

/**
 * Tries at once to finalize what is held back, instead of at its next retry.
 * @param now the environment's clock
 * @returns why it is held back still; null when it is final now, or no longer due
 */
export async function retryHeld(
  env: Env,
  db: Database,
  environmentId: string,
  invoiceId: string,
  now: number,
): Promise<Result<HoldReason | null>> {
  const row = await findHeldInvoice(db, environmentId, invoiceId)
  if (row === null) {
    return refuse('not_found', `invoice_id: no invoice ${invoiceId} is held back`)
  }
  const unit = await findDueUnit(db, row.dueId)
  if (unit === null) {
    await deleteHeldInvoice(db, row.dueId)
    return ok(null)
  }
  const { held, heldEach = [] } = await finalizeAlone(env, unit, now)
  if (heldEach.length === 0) return ok(held)
  return ok(heldEach.find((each) => each.invoiceId === invoiceId)?.reason ?? null)
}
