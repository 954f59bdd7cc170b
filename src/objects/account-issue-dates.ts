import { assert, ok, refuse, type Result } from '../core/result.ts'
import { formatTimestamp } from '../core/time.ts'
import { reschedule } from './account-edits.ts'
import { readConsolidations } from './account-consolidated.ts'
import { finalizePastScheduled } from './account-finalize.ts'
import type { Account } from './account-invoices.ts'
import { loadAllTerms, readOpen, type OpenReading } from './account-open.ts'
import type { AccountCall } from './account-rpc.ts'
import { findInvoice, setIssueDate } from './account-store.ts'

/** When which draft is to be issued. */
export interface NewIssueDate {
  invoiceId: string
  issuedAt: number
}

/**
 * Gives a draft another date of issue, which is when it is finalized; the schedule that it comes of
 * stays as it is (invoices 1.8). It is not after the end of the contract, and that of a usage
 * invoice not before the end of its period. A date that is past issues a scheduled invoice at once,
 * and makes a usage invoice due. A call that died is completed when asked again.
 */
export async function updateIssueDate(
  account: Account,
  call: AccountCall & NewIssueDate,
): Promise<Result<string>> {
  const { db, storage } = account
  const { invoiceId, issuedAt } = call
  const read = await readOpen(account, call)
  const drafts = read === null ? [] : [...read.open.statements, ...read.open.scheduled]
  const draft = drafts.find(({ header }) => header.id === invoiceId)
  if (draft === undefined) {
    const stored = findInvoice(storage.sql, invoiceId)
    if (stored === null) return refuseUnstored(account, call, read)
    return refuse('invalid', `invoice_id: expected a draft, ${invoiceId} is ${stored.status}`)
  }
  const { contract, header } = draft
  const { endingBefore: end } = contract
  if (end !== null && issuedAt > end) {
    const latest = formatTimestamp(end)
    return refuse('invalid', `issue_date: expected at most ${latest}, the end of the contract`)
  }
  if (header.endingBefore !== null && issuedAt < header.endingBefore) {
    const earliest = formatTimestamp(header.endingBefore)
    return refuse('invalid', `issue_date: expected at least ${earliest}, the end of the period`)
  }
  setIssueDate(storage.sql, invoiceId, issuedAt)
  const terms = await loadAllTerms(account, call)
  assert(terms !== null, `customer ${call.customerId} must exist`)
  const { due, writes } = await reschedule(account, call, terms, contract)
  const [first, ...rest] = writes
  assert(first !== undefined, 'due rows must be written by some statement')
  await db.batch([first, ...rest])
  await finalizePastScheduled(account, call, due)
  return ok(invoiceId)
}

async function refuseUnstored(
  account: Account,
  call: AccountCall & NewIssueDate,
  read: OpenReading | null,
): Promise<Result<never>> {
  const { invoiceId } = call
  const consolidations = read === null ? [] : await readConsolidations(account, call, read.terms)
  if (consolidations.some(({ header }) => header.id === invoiceId)) {
    return refuse('invalid', 'invoice_id: a consolidated invoice is issued with what it joins')
  }
  return refuse('not_found', `invoice_id: no invoice ${invoiceId}`)
}
