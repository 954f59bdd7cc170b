import { draftInvoices } from '../actions/draft-invoices.ts'
import { meteredUsage, previewedUsage, type PreviewMode } from '../actions/usage-source.ts'
import { selectInvoices, type InvoiceQuery } from '../core/invoices/invoice-query.ts'
import type { Invoice } from '../core/invoices/invoice.ts'
import { parseJson } from '../core/json-number.ts'
import { storedEvent } from '../core/metering/event.ts'
import { assert, ok, refuse, type Refusal, type Result } from '../core/result.ts'
import type { Database } from '../db/database.ts'
import { insertDueInvoice } from '../db/due-work.ts'
import { loadInvoiceFields } from '../db/invoices.ts'
import type { Env } from '../env.ts'
import {
  draftConsolidation,
  finalizeConsolidated,
  isConsolidating,
  readConsolidations,
} from './account-consolidated.ts'
import { noteShownDrafts } from './account-shown-drafts.ts'
import { loadAllTerms, readDue, readOpen, type OpenReading } from './account-open.ts'
import { findInvoice, listInvoiceSummaries } from './account-store.ts'
import type { AccountCall } from './account-rpc.ts'

/** Where an account's data is: its own storage, and the shared database. */
export interface Account {
  env: Env
  db: Database
  /** Its tables are made when it is first used: who asks about no customer leaves nothing. */
  readonly storage: DurableObjectStorage
}

/** A page ends early with the invoice that brings it to this many lines: an answer has its limits. */
const PAGE_LINES_MAX = 10_000

export interface InvoicePage {
  invoices: Invoice[]
  /** Whether further invoices follow the last one. */
  hasMore: boolean
}

/** The asked-for page of stored invoices and drafts; only the page's drafts are computed. */
export async function listCustomerInvoices(
  account: Account,
  call: AccountCall & { query: InvoiceQuery },
): Promise<Result<InvoicePage>> {
  const read = await readOpen(account, call)
  if (read === null) return { ok: false, error: noCustomer(call) }
  const { open } = read
  const stored = listInvoiceSummaries(account.storage.sql)
  const consolidations = mayBeConsolidatedDrafts(call.query)
    ? await readConsolidations(account, call, read.terms)
    : []
  const headers = [...open.statements, ...open.scheduled, ...consolidations].map(
    ({ header }) => header,
  )
  const { limit } = call.query
  // One more than the page holds says whether there is another page.
  const selected = selectInvoices([...stored, ...headers], { ...call.query, limit: limit + 1 })
  const page = selected.slice(0, limit)
  const draftOf = await draftSome(account, read, new Set(page.map(({ id }) => id)))
  for (const consolidation of consolidations) {
    if (!page.some(({ id }) => id === consolidation.header.id)) continue
    draftOf.set(consolidation.header.id, await draftConsolidation(account, call, consolidation))
  }
  const final = page.filter(({ id }) => !draftOf.has(id)).map(({ id }) => id)
  const fieldsOf = await loadInvoiceFields(account.db, call.environmentId, final)
  const invoices: Invoice[] = []
  let lines = 0
  for (const { id } of page) {
    const invoice = draftOf.get(id) ?? findStored(account, id, fieldsOf)
    assert(invoice !== null, `invoice ${id} must be a draft or stored`)
    lines += invoice.lines.length
    if (lines > PAGE_LINES_MAX && invoices.length > 0) break
    invoices.push(invoice)
  }
  await noteShownDrafts(account, call, draftOf.keys())
  return ok({ invoices, hasMore: invoices.length < selected.length })
}

export async function findCustomerInvoice(
  account: Account,
  call: AccountCall & { invoiceId: string },
): Promise<Result<Invoice>> {
  const read = await readOpen(account, call)
  if (read === null) return { ok: false, error: noCustomer(call) }
  const { invoiceId } = call
  if (read.invoiced.summaries.some(({ id }) => id === invoiceId)) {
    const fieldsOf = await loadInvoiceFields(account.db, call.environmentId, [invoiceId])
    const stored = findStored(account, invoiceId, fieldsOf)
    if (stored !== null) return ok(stored)
  }
  const draft = (await draftSome(account, read, new Set([invoiceId]))).get(invoiceId)
  if (draft !== undefined) {
    await noteShownDrafts(account, call, [invoiceId])
    return ok(draft)
  }
  const consolidations = await readConsolidations(account, call, read.terms)
  const consolidation = consolidations.find(({ header }) => header.id === invoiceId)
  if (consolidation !== undefined) {
    await noteShownDrafts(account, call, [invoiceId])
    return ok(await draftConsolidation(account, call, consolidation))
  }
  return refuse('not_found', `invoice_id: the customer has no invoice ${invoiceId}`)
}

function mayBeConsolidatedDrafts({ status = 'DRAFT', type }: InvoiceQuery): boolean {
  return status === 'DRAFT' && (type === undefined || type === 'USAGE_CONSOLIDATED')
}

/** The drafts of those open invoices whose ids are asked for. */
async function draftSome(
  { env }: Account,
  read: OpenReading,
  ids: ReadonlySet<string>,
): Promise<Map<string, Invoice>> {
  const isAsked = ({ header }: { header: { id: string } }) => ids.has(header.id)
  const { statements, scheduled } = read.open
  const asked = { statements: statements.filter(isAsked), scheduled: scheduled.filter(isAsked) }
  return (await draftInvoices(env, read, asked)).drafts
}

/** A stored invoice with the custom fields that it has got since. */
function findStored(
  { storage }: Account,
  id: string,
  fieldsOf: Map<string, Record<string, string>>,
): Invoice | null {
  const invoice = findInvoice(storage.sql, id)
  return invoice && { ...invoice, customFields: fieldsOf.get(id) ?? invoice.customFields }
}

function noCustomer({ customerId }: AccountCall): Refusal {
  return { code: 'not_found', message: `customer_id: no customer ${customerId}` }
}

/**
 * The drafts of the contracts that are in force, for their current periods, as they would be with
 * some more events, or with no others; nothing is kept (PE-3 … PE-5).
 * @param call.events JSON text of an array of valid events
 */
export async function previewCustomerInvoices(
  account: Account,
  call: AccountCall & { events: string; mode: PreviewMode },
): Promise<Invoice[]> {
  const read = await readOpen(account, call)
  if (read === null) return []
  const statements = read.open.statements.filter(({ period }) => call.now < period.endMs)
  const events = (parseJson(call.events) as unknown[]).map(storedEvent)
  const source = previewedUsage(meteredUsage(account.env), { events, mode: call.mode })
  const { drafts } = await draftInvoices(account.env, read, { statements, scheduled: [] }, source)
  // In the order of the contracts, as they were made.
  const order = read.terms.contracts.map(({ id }) => id)
  return statements
    .map(({ header }) => drafts.get(header.id)!)
    .sort((a, b) => order.indexOf(a.contractId) - order.indexOf(b.contractId))
}

/** Makes the contract's next invoices due, unless their rows are there; true if one was not. */
export async function restoreDueInvoices(
  account: Account,
  call: AccountCall & { contractId: string },
): Promise<boolean> {
  const { db } = account
  const terms = await loadAllTerms(account, call)
  const contract = terms?.contracts.find(({ id }) => id === call.contractId)
  if (terms === null || contract === undefined) return false
  let restored = isConsolidating(contract) && (await finalizeConsolidated(account, call))
  for (const due of readDue(account, terms, contract, call.now)) {
    const { meta } = await insertDueInvoice(db, call.environmentId, due)
    restored ||= meta.changes > 0
  }
  return restored
}
