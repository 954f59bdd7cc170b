import { draftInvoices } from '../actions/draft-invoices.ts'
import { evaluateNaively } from '../actions/evaluate-naively.ts'
import { compareUsage, needsOf } from '../actions/prove-draft.ts'
import { answerUsage } from '../actions/record-usage.ts'
import { boundCheck, checkFinalInvoice, type InvoiceCheck } from '../actions/verify-invoice.ts'
import { compareInvoices } from '../core/invoices/compare-invoices.ts'
import type { InvoiceDifference } from '../core/invoices/invoice-difference.ts'
import type { Invoice } from '../core/invoices/invoice.ts'
import { verifyDocument, verifyStored } from '../core/invoices/verify-document.ts'
import { assert, ok, refuse, type Result } from '../core/result.ts'
import { listIndexedTotals } from '../db/invoices.ts'
import { loadTerms } from '../db/terms.ts'
import { readDraws } from './account-draws.ts'
import { findCustomerInvoice, type Account } from './account-invoices.ts'
import { readOpen } from './account-open.ts'
import { draftProvably } from './account-proof.ts'
import type { AccountCall } from './account-rpc.ts'
import { findInvoice, listInvoiceSummaries } from './account-store.ts'

/**
 * Computes an invoice a second time from the stored events, by the naive evaluator at exactly its
 * cut, and tells every difference: of a draft the whole invoice is drafted again, a final one is
 * checked by what it says of itself, since its terms may have changed.
 */
export async function verifyCustomerInvoice(
  account: Account,
  call: AccountCall & { invoiceId: string },
): Promise<Result<InvoiceCheck>> {
  const { env, db } = account
  const { environmentId, customerId, invoiceId } = call
  const terms = await loadTerms(db, environmentId, customerId)
  if (terms === null) return refuse('not_found', `customer_id: no customer ${customerId}`)
  const stored = findInvoice(account.storage.sql, invoiceId)
  const checked =
    stored === null
      ? await checkDraft(account, call)
      : await checkFinalInvoice(env, db, { environment: terms.environment, invoice: stored })
  if (!checked.ok) return checked
  const beside = stored === null ? [] : await checkStored(account, call, stored)
  const { value } = checked
  return ok(boundCheck({ ...value, differences: [...value.differences, ...beside] }))
}

/** What is noted beside a kept invoice: its columns, its draws, and its row of the index. */
async function checkStored(
  { db, storage }: Account,
  { environmentId }: AccountCall,
  invoice: Invoice,
): Promise<InvoiceDifference[]> {
  const { sql } = storage
  const summary = listInvoiceSummaries(sql).find(({ id }) => id === invoice.id)
  assert(summary !== undefined, 'a kept invoice has its row')
  const differences = verifyStored(invoice, summary, readDraws(sql).posted)
  const [indexed] = await listIndexedTotals(db, environmentId, [invoice.id])
  if (indexed === invoice.total) return differences
  const cause = 'the index of invoices has another total'
  const texts = { expected: invoice.total, found: indexed ?? null }
  return [...differences, { kind: 'document', name: 'total', ...texts, cause }]
}

async function checkDraft(
  account: Account,
  call: AccountCall & { invoiceId: string },
): Promise<Result<InvoiceCheck>> {
  const { env } = account
  const { invoiceId } = call
  const read = await readOpen(account, call)
  const isAsked = ({ header }: { header: { id: string } }) => header.id === invoiceId
  const asked = {
    statements: read?.open.statements.filter(isAsked) ?? [],
    scheduled: read?.open.scheduled.filter(isAsked) ?? [],
  }
  if (read === null || asked.statements.length + asked.scheduled.length === 0) {
    return checkOther(account, call)
  }
  const { drafts, recorded, ingestIds } = await draftProvably(account, call, read, asked)
  const draft = drafts.get(invoiceId)
  assert(draft !== undefined, 'a draft must come of every open invoice')
  const evaluated = await evaluateNaively(
    env,
    read.terms.environment,
    needsOf({ recorded, ingestIds }),
  )
  if (!evaluated.ok) return evaluated
  const limit = evaluated.value.find((answer) => answer.limit !== null)?.limit ?? null
  if (limit !== null) return refuse('too_large', limit)
  const usage = compareUsage({ recorded }, evaluated.value)
  const naive = answerUsage(
    recorded,
    evaluated.value.map((answer) => answer.usage),
  )
  const second = (await draftInvoices(env, read, asked, naive, naive)).drafts.get(invoiceId)
  assert(second !== undefined, 'a draft must come of every open invoice')
  return ok({
    invoiceId,
    invoiceStatus: 'DRAFT',
    eventsRead: Math.max(0, ...evaluated.value.map(({ eventsRead }) => eventsRead)),
    cut: draft.derivation.cut,
    differences: [...usage, ...compareInvoices(draft, second), ...verifyDocument(draft)],
    findings: evaluated.value.flatMap(({ findings }) => findings),
  })
}

/** Drafts that only join other invoices have no usage of their own. */
async function checkOther(
  account: Account,
  call: AccountCall & { invoiceId: string },
): Promise<Result<InvoiceCheck>> {
  const found = await findCustomerInvoice(account, call)
  if (!found.ok) return found
  const { id, status } = found.value
  const differences = verifyDocument(found.value)
  const none = { eventsRead: 0, cut: null, findings: [] }
  return ok({ invoiceId: id, invoiceStatus: status, ...none, differences })
}
