import type { BatchItem } from 'drizzle-orm/batch'
import { draftInvoices } from '../actions/draft-invoices.ts'
import { meteredUsage, previewedUsage, type PreviewMode } from '../actions/usage-source.ts'
import { dueStatementId, type DueStatement } from '../core/invoices/due-statement.ts'
import { selectInvoices, type InvoiceQuery } from '../core/invoices/invoice-query.ts'
import type { Invoice, InvoiceSummary } from '../core/invoices/invoice.ts'
import {
  firstDueStatement,
  invoicedPeriods,
  nextDue,
  openStatements,
  type OpenStatement,
} from '../core/invoices/open-statement.ts'
import { finalizeInvoice, usageInvoiceId } from '../core/invoices/usage-invoice.ts'
import { parseJson } from '../core/json-number.ts'
import { storedEvent } from '../core/metering/event.ts'
import { assert, ok, refuse, type Refusal, type Result } from '../core/result.ts'
import type { Database } from '../db/database.ts'
import { deleteDueUnit, insertDueStatement } from '../db/due-work.ts'
import { loadInvoiceFields, upsertInvoiceRow } from '../db/invoices.ts'
import { loadTerms, type LoadedTerms } from '../db/terms.ts'
import type { Env } from '../env.ts'
import { findInvoice, insertInvoice, listInvoiceSummaries } from './account-store.ts'
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
  const read = await readInvoices(account, call)
  if (read === null) return { ok: false, error: noCustomer(call) }
  const { terms, statements, stored } = read
  const byId = new Map(statements.map((statement) => [statement.header.id, statement]))
  const headers = statements.map(({ header }) => header)
  const { limit } = call.query
  // One more than the page holds says whether there is another page.
  const selected = selectInvoices([...stored, ...headers], { ...call.query, limit: limit + 1 })
  const page = selected.slice(0, limit)
  const drafts = await draftInvoices(
    account.env,
    { ...call, terms },
    page.flatMap(({ id }) => byId.get(id) ?? []),
  )
  const draftOf = new Map(drafts.map((draft) => [draft.id, draft]))
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
  return ok({ invoices, hasMore: invoices.length < selected.length })
}

export async function findCustomerInvoice(
  account: Account,
  call: AccountCall & { invoiceId: string },
): Promise<Result<Invoice>> {
  const read = await readInvoices(account, call)
  if (read === null) return { ok: false, error: noCustomer(call) }
  const { invoiceId } = call
  if (read.stored.some(({ id }) => id === invoiceId)) {
    const fieldsOf = await loadInvoiceFields(account.db, call.environmentId, [invoiceId])
    const stored = findStored(account, invoiceId, fieldsOf)
    if (stored !== null) return ok(stored)
  }
  const statement = read.statements.find(({ header }) => header.id === invoiceId)
  if (statement === undefined) {
    return refuse('not_found', `invoice_id: the customer has no invoice ${invoiceId}`)
  }
  const [draft] = await draftInvoices(account.env, { ...call, terms: read.terms }, [statement])
  assert(draft !== undefined, 'a draft must come of every statement')
  return ok(draft)
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
  const read = await readInvoices(account, call)
  if (read === null) return []
  const current = read.statements.filter(({ period }) => call.now < period.endMs)
  const events = (parseJson(call.events) as unknown[]).map(storedEvent)
  const source = previewedUsage(meteredUsage(account.env), { events, mode: call.mode })
  return draftInvoices(account.env, { ...call, terms: read.terms }, current, source)
}

/**
 * Finalizes the contract's first open statement, if it is the one asked for and is due. Everything
 * else that the call can meet, it puts right: an invoice that is stored already is not computed
 * again, and the index and the due row of what comes next are written in any case. So it may be
 * repeated after a crash at any point, and for rows that are out of date.
 */
export async function finalizeStatement(
  account: Account,
  call: AccountCall & { contractId: string; periodStart: number },
): Promise<DueStatement | null> {
  const { env, db, storage } = account
  const { environmentId, customerId, contractId, periodStart, now } = call
  const terms = await loadTerms(db, environmentId, customerId)
  const contract = terms?.contracts.find(({ id }) => id === contractId)
  const dueId = dueStatementId(contractId, periodStart)
  if (terms === null || contract === undefined) {
    await deleteDueUnit(db, dueId)
    return null
  }
  const statement = firstDueStatement(terms, contract, readInvoiced(storage), now)
  if (statement?.period.startMs === periodStart) {
    const [draft] = await draftInvoices(env, { ...call, terms }, [statement])
    assert(draft !== undefined, 'a draft must come of every statement')
    insertInvoice(storage, finalizeInvoice(draft, now))
  }
  const invoice = findInvoice(storage.sql, usageInvoiceId(contractId, periodStart))
  const due = nextDue(terms, contract, readInvoiced(storage))
  const writes: BatchItem<'sqlite'>[] = []
  if (invoice !== null) writes.push(upsertInvoiceRow(db, environmentId, invoice))
  if (due !== null) writes.push(insertDueStatement(db, environmentId, due))
  await db.batch([deleteDueUnit(db, dueId), ...writes])
  return due
}

/** Makes the contract's first open statement due, unless its row is there; true if it was not. */
export async function restoreDueStatement(
  account: Account,
  call: AccountCall & { contractId: string },
): Promise<boolean> {
  const { db, storage } = account
  const terms = await loadTerms(db, call.environmentId, call.customerId)
  const contract = terms?.contracts.find(({ id }) => id === call.contractId)
  if (terms === null || contract === undefined) return false
  const due = nextDue(terms, contract, readInvoiced(storage))
  if (due === null) return false
  return (await insertDueStatement(db, call.environmentId, due)).meta.changes > 0
}

interface ReadInvoices {
  terms: LoadedTerms
  stored: InvoiceSummary[]
  statements: OpenStatement[]
}

/**
 * What is stored and what is open, as of one moment: no statement is both. Null when there is no
 * such customer: then the account's storage is not touched.
 */
async function readInvoices(account: Account, call: AccountCall): Promise<ReadInvoices | null> {
  const terms = await loadTerms(account.db, call.environmentId, call.customerId)
  if (terms === null) return null
  const stored = listInvoiceSummaries(account.storage.sql)
  return { terms, stored, statements: openStatements(terms, invoicedPeriods(stored), call.now) }
}

function readInvoiced(storage: DurableObjectStorage) {
  return invoicedPeriods(listInvoiceSummaries(storage.sql))
}
