import type { Invoice, InvoiceRelease } from '../core/invoices/invoice.ts'
import {
  answerReleased,
  refuseOtherTotal,
  type ReleaseInput,
} from '../core/invoices/release-invoice.ts'
import { finalizeInvoice } from '../core/invoices/usage-invoice.ts'
import { assert, ok, refuse, type Result } from '../core/result.ts'
import {
  finalizeInvoices,
  prepareStatement,
  waitsFor,
  type Finalization,
  type FinalizeCall,
} from './account-finalize.ts'
import type { Account } from './account-invoices.ts'
import { readOpen } from './account-open.ts'
import { draftProvably } from './account-proof.ts'
import { DRAFTS_MAX, OVERTAKEN, postShared } from './account-shared.ts'
import { findInvoice, insertInvoice } from './account-store.ts'

/** Which of the invoices of a unit of due work is made final as it stands, and in whose name. */
export interface ReleaseCall extends FinalizeCall {
  invoiceId: string
  input: ReleaseInput
  release: Omit<InvoiceRelease, 'ingestIds'>
}

/** What came of a release. */
export interface Released {
  invoice: Invoice
  /** Of the unit of due work that it is of. */
  finalization: Finalization
}

/**
 * Makes an invoice final that is held back, from the running aggregates and without a proof, if its
 * draft has the total that was asked for; what is due is then put right as by any finalization, so
 * a call that died is completed when it is asked for again.
 */
export async function releaseInvoice(
  account: Account,
  call: ReleaseCall,
): Promise<Result<Released>> {
  const { sql } = account.storage
  if (findInvoice(sql, call.invoiceId) === null) {
    const made =
      call.kind === 'finalize-usage-invoice'
        ? await releaseStatement(account, call)
        : await releaseScheduled(account, call)
    if (!made.ok) return made
  }
  const finalization = await finalizeInvoices(account, call)
  const invoice = findInvoice(sql, call.invoiceId)
  assert(invoice !== null, 'a released invoice is kept')
  const answer = answerReleased(invoice, call.input)
  return answer.ok ? ok({ invoice, finalization }) : answer
}

async function releaseStatement(account: Account, call: ReleaseCall): Promise<Result<null>> {
  for (let tries = 0; tries < DRAFTS_MAX; tries += 1) {
    const prepared = await prepareStatement(account, call)
    if (prepared === null) return NOT_ITS_TURN
    const { invoice, statement, read, ingestIds } = prepared
    const error = refuseOtherTotal(invoice.total, call.input)
    if (error !== null) return { ok: false, error }
    if (!(await postShared(account, call, statement.contract, invoice, read.shared))) continue
    keepReleased(account, call, { invoice, ingestIds, charges: statement.charges })
    return ok(null)
  }
  return refuse('overloaded', OVERTAKEN)
}

async function releaseScheduled(account: Account, call: ReleaseCall): Promise<Result<null>> {
  const { contractId, invoiceId, periodStart: date, now } = call
  const read = date <= now ? await readOpen(account, call) : null
  const found = read?.open.scheduled.find(
    ({ contract, header }) => contract.id === contractId && header.id === invoiceId,
  )
  if (read === null || found === undefined) return NOT_ITS_TURN
  const waits = waitsFor(read, found.charges)
  if (waits !== null) return refuse('conflict', `invoice_id: ${waits.message}`)
  const { drafts, ingestIds } = await draftProvably(account, call, read, {
    statements: [],
    scheduled: [found],
  })
  const invoice = drafts.get(invoiceId)
  assert(invoice !== undefined, 'a draft must come of every scheduled invoice')
  // What comes to nothing has no invoice; the next attempt finds that out.
  if (invoice.lines.length === 0) return NOT_ITS_TURN
  const error = refuseOtherTotal(invoice.total, call.input)
  if (error !== null) return { ok: false, error }
  keepReleased(account, call, { invoice, ingestIds, charges: found.charges })
  return ok(null)
}

const NOT_ITS_TURN = refuse(
  'conflict',
  'invoice_id: the invoice is not due any more, or an earlier one of its contract goes first; retry it',
)

function keepReleased(
  { storage }: Account,
  { now, release }: ReleaseCall,
  {
    invoice,
    ingestIds,
    charges,
  }: { invoice: Invoice; ingestIds: string[]; charges: readonly { id: string }[] },
): void {
  const chargeIds = charges.map(({ id }) => id)
  insertInvoice(
    storage,
    { ...finalizeInvoice(invoice, now), release: { ...release, ingestIds } },
    chargeIds,
  )
}
