import type { BatchItem } from 'drizzle-orm/batch'
import { draftInvoices } from '../actions/draft-invoices.ts'
import { meteredUsage, previewedUsage, type PreviewMode } from '../actions/usage-source.ts'
import { dueId, type DatedDueKind, type DueInvoice } from '../core/invoices/due-invoice.ts'
import type { FixedCharge } from '../core/invoices/fixed-charge.ts'
import { selectInvoices, type InvoiceQuery } from '../core/invoices/invoice-query.ts'
import type { Invoice } from '../core/invoices/invoice.ts'
import { trueupScope } from '../core/invoices/plan-charges.ts'
import { finalizeInvoice, usageInvoiceId } from '../core/invoices/usage-invoice.ts'
import { parseJson } from '../core/json-number.ts'
import { storedEvent } from '../core/metering/event.ts'
import { assert, ok, refuse, type Refusal, type Result } from '../core/result.ts'
import { formatTimestamp } from '../core/time.ts'
import type { Database } from '../db/database.ts'
import { deleteDueUnit, insertDueInvoice } from '../db/due-work.ts'
import { loadInvoiceFields, upsertInvoiceRow } from '../db/invoices.ts'
import type { Env } from '../env.ts'
import {
  draftConsolidation,
  finalizeConsolidated,
  isConsolidating,
  readConsolidations,
} from './account-consolidated.ts'
import { consolidationWrites } from './account-constituents.ts'
import { noteShownDrafts } from './account-shown-drafts.ts'
import { loadAllTerms, readDue, readOpen, type OpenReading } from './account-open.ts'
import { DRAFTS_MAX, OVERTAKEN, postShared } from './account-shared.ts'
import { findInvoice, insertInvoice, listInvoiceSummaries, takeCharges } from './account-store.ts'
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

/** What is to be finalized: a contract's statement period, or its scheduled invoices of a date. */
export interface FinalizeCall extends AccountCall {
  kind: DatedDueKind
  contractId: string
  periodStart: number
  /** Whether true-ups that wait are left to their due row; otherwise the call fails. */
  mayWait?: boolean
}

/**
 * Finalizes what is asked for, if it is open and due. Everything else that the call can meet, it
 * puts right: an invoice that is stored already is not computed again, and the index and the due
 * rows of what comes next are written in any case. So it may be repeated after a crash at any
 * point, and for rows that are out of date.
 */
export async function finalizeInvoices(
  account: Account,
  call: FinalizeCall,
): Promise<DueInvoice[]> {
  const { db } = account
  const { environmentId, kind, contractId, periodStart, now } = call
  const dueRow = dueId(kind, contractId, periodStart)
  const terms = await loadAllTerms(account, call)
  const contract = terms?.contracts.find(({ id }) => id === contractId)
  if (terms === null || contract === undefined) {
    await deleteDueUnit(db, dueRow)
    return []
  }
  const final =
    kind === 'finalize-usage-invoice'
      ? await finalizeStatement(account, call)
      : await finalizeScheduled(account, call)
  const due = readDue(account, terms, contract, now)
  const writes: BatchItem<'sqlite'>[] = [
    ...final.map((invoice) => upsertInvoiceRow(db, environmentId, invoice)),
    ...final
      .filter(({ type }) => type === 'USAGE')
      .flatMap(({ id }) => consolidationWrites(db, call, contract, id)),
    ...due.map((unit) => insertDueInvoice(db, environmentId, unit)),
  ]
  await db.batch([deleteDueUnit(db, dueRow), ...writes])
  return due
}

/** The contract's usage invoice of the period, finalized now or before; none if it is not its turn. */
async function finalizeStatement(account: Account, call: FinalizeCall): Promise<Invoice[]> {
  const { contractId, periodStart } = call
  for (let tries = 0; !(await tryStatement(account, call)); tries += 1) {
    if (tries >= DRAFTS_MAX) throw new Error(OVERTAKEN)
  }
  const invoice = findInvoice(account.storage.sql, usageInvoiceId(contractId, periodStart))
  return invoice === null ? [] : [invoice]
}

/** False where others have drawn what the invoice was to draw. */
async function tryStatement(account: Account, call: FinalizeCall): Promise<boolean> {
  const { env, storage } = account
  const { contractId, periodStart, now } = call
  const read = await readOpen(account, call)
  const own = read?.open.statements.filter(({ contract }) => contract.id === contractId) ?? []
  // A contract's statements are in the order of time: an earlier one always goes before a later.
  const [statement] = own
  if (read !== null && statement?.period.startMs === periodStart) {
    if (statement.header.issuedAt <= now) {
      const asked = { statements: [statement], scheduled: [] }
      const draft = (await draftInvoices(env, read, asked)).drafts.get(statement.header.id)
      assert(draft !== undefined, 'a draft must come of every statement')
      if (!(await postShared(account, call, statement.contract, draft, read.shared))) return false
      const chargeIds = statement.charges.map(({ id }) => id)
      insertInvoice(storage, finalizeInvoice(draft, now), chargeIds)
    }
  }
  return true
}

/**
 * The contract's scheduled invoices of a date, finalized now or before. Charges that come to
 * nothing are done without one.
 */
async function finalizeScheduled(account: Account, call: FinalizeCall): Promise<Invoice[]> {
  const { env, storage } = account
  const { contractId, periodStart: date, now } = call
  const read = date <= now ? await readOpen(account, call) : null
  const dated =
    read?.open.scheduled.filter(
      ({ contract, header }) => contract.id === contractId && header.issuedAt === date,
    ) ?? []
  const waits = new Map(
    dated.map((each) => [each, read === null ? null : waitsFor(read, each.charges)]),
  )
  const reason = [...waits.values()].find((each) => each !== null)
  if (reason !== undefined && call.mayWait !== true) throw new Error(reason)
  const scheduled = dated.filter((each) => waits.get(each) === null)
  if (read !== null && scheduled.length > 0) {
    const { drafts } = await draftInvoices(env, read, { statements: [], scheduled })
    for (const { header, charges } of scheduled) {
      const draft = drafts.get(header.id)
      assert(draft !== undefined, 'a draft must come of every scheduled invoice')
      const chargeIds = charges.map(({ id }) => id)
      if (draft.lines.length === 0) takeCharges(storage.sql, chargeIds, null)
      else insertInvoice(storage, finalizeInvoice(draft, now), chargeIds)
    }
  }
  return listInvoiceSummaries(storage.sql)
    .filter((own) => own.contractId === contractId && own.type === 'SCHEDULED')
    .filter(({ issuedAt }) => issuedAt === date)
    .flatMap(({ id }) => findInvoice(storage.sql, id) ?? [])
}

/**
 * What a true-up among some charges waits for, in words: all usage invoices that may draw on its
 * commit go before it (invoices 1.4). Null for nothing.
 */
function waitsFor(
  { terms, invoiced }: OpenReading,
  charges: readonly FixedCharge[],
): string | null {
  for (const { item } of charges) {
    if (item.kind !== 'trueup') continue
    const open = trueupScope(terms, item.balance).find(
      ({ contract, period }) => !invoiced.isInvoiced(contract, period),
    )
    if (open === undefined) continue
    return `the true-up of commit ${item.balance.id} waits for the usage invoice of contract ${open.contract.id} that starts at ${formatTimestamp(open.period.startMs)}`
  }
  return null
}

/** One call finalizes so many dates of a contract; those left over are due, and follow by the clock. */
const DATES_AT_ONCE_MAX = 50

/**
 * Finalizes a contract's scheduled invoices that are due: with their date, they have no grace. A
 * true-up that waits is left to its due row, and so is what comes after it.
 * @param planned what falls due next of the contract
 */
export async function finalizePastScheduled(
  account: Account,
  call: AccountCall,
  planned: readonly DueInvoice[],
): Promise<void> {
  let due = planned
  let tried = ''
  for (let dates = 0; dates < DATES_AT_ONCE_MAX; dates += 1) {
    const unit = due.find(({ kind }) => kind === 'finalize-scheduled-invoice')
    if (unit?.kind !== 'finalize-scheduled-invoice' || unit.dueAt > call.now || unit.id === tried)
      return
    const { kind, contractId, periodStart } = unit
    due = await finalizeInvoices(account, { ...call, kind, contractId, periodStart, mayWait: true })
    tried = unit.id
  }
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
