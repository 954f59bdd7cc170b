import type { BatchItem } from 'drizzle-orm/batch'
import type { NaiveAnswer, NaiveNeed } from '../actions/evaluate-naively.ts'
import { dueId, type DatedDueKind, type DueInvoice } from '../core/invoices/due-invoice.ts'
import type { FixedCharge } from '../core/invoices/fixed-charge.ts'
import type { HeldScheduled, HoldReason } from '../core/invoices/hold-reason.ts'
import type { ChargedStatement } from '../core/invoices/open-invoices.ts'
import type { Invoice } from '../core/invoices/invoice.ts'
import { openUsage } from '../core/invoices/plan-charges.ts'
import { finalizeInvoice, usageInvoiceId } from '../core/invoices/usage-invoice.ts'
import { voidedUsage } from '../core/invoices/voided-usage.ts'
import { assert } from '../core/result.ts'
import { formatTimestamp } from '../core/time.ts'
import type { ProvableDraft } from '../actions/prove-draft.ts'
import { deleteDueUnit, insertDueInvoice } from '../db/due-work.ts'
import { deleteHeldInvoice } from '../db/held-invoices.ts'
import { upsertInvoiceRow } from '../db/invoices.ts'
import { consolidationWrites } from './account-constituents.ts'
import type { Account } from './account-invoices.ts'
import { loadAllTerms, readDue, readOpen, type OpenReading } from './account-open.ts'
import { draftProvably, proveAlone, proveByAnswers } from './account-proof.ts'
import type { AccountCall } from './account-rpc.ts'
import { DRAFTS_MAX, OVERTAKEN, postShared } from './account-shared.ts'
import { findInvoice, insertInvoice, listInvoiceSummaries, takeCharges } from './account-store.ts'

/** What is to be finalized: a contract's statement period, or its scheduled invoices of a date. */
export interface FinalizeCall extends AccountCall {
  kind: DatedDueKind
  contractId: string
  periodStart: number
}

/** What came of a finalization. */
export interface Finalization {
  /** What falls due next of the contract, what is held back included. */
  due: DueInvoice[]
  /** Why it was not done; null when it was, or when there was nothing to do. */
  held: HoldReason | null
  /** Of the scheduled invoices of a date, those that were not done. */
  heldEach?: HeldScheduled[]
}

/** A draft of a statement that is due, on its way to be proven. */
export interface PreparedStatement extends ProvableDraft {
  statement: ChargedStatement
  read: OpenReading
}

/** What the naive evaluation is to compute for a draft that the account keeps for a while. */
export interface Preparation {
  /** Names the draft: it serves only as long as nothing else was done in the account. */
  token: string
  needs: Omit<NaiveNeed, 'metrics'>[]
}

/** A draft that was prepared before, with what the naive evaluation says of its usage. */
export interface AnsweredStatement {
  prepared: PreparedStatement
  answers: NaiveAnswer[]
}

/**
 * Finalizes what is asked for, if it is open and due, and if it is proven: the stored events, read
 * a second time by the naive evaluator, make the same invoice. Otherwise it is held back, and stays
 * a draft. Everything else that the call can meet, it puts right: an invoice that is stored already
 * is not computed again, and the index and the due rows of what comes next are written in any case.
 * So it may be repeated after a crash at any point, and for rows that are out of date.
 * @param answered saves reading the log for it alone
 */
export async function finalizeInvoices(
  account: Account,
  call: FinalizeCall,
  answered: AnsweredStatement | null = null,
): Promise<Finalization> {
  const { db } = account
  const { environmentId, kind, contractId, periodStart, now } = call
  const dueRow = dueId(kind, contractId, periodStart)
  const terms = await loadAllTerms(account, call)
  const contract = terms?.contracts.find(({ id }) => id === contractId)
  if (terms === null || contract === undefined) {
    await db.batch([deleteDueUnit(db, dueRow), deleteHeldInvoice(db, dueRow)])
    return { due: [], held: null }
  }
  const { final, held, heldEach } =
    kind === 'finalize-usage-invoice'
      ? await finalizeStatement(account, call, answered)
      : await finalizeScheduled(account, call)
  const due = readDue(account, terms, contract, now)
  const [first, ...writes]: BatchItem<'sqlite'>[] = [
    // What is held back stays due.
    ...(held === null ? [deleteDueUnit(db, dueRow), deleteHeldInvoice(db, dueRow)] : []),
    ...final.map((invoice) => upsertInvoiceRow(db, environmentId, invoice)),
    ...final
      .filter(({ type }) => type === 'USAGE')
      .flatMap(({ id }) => consolidationWrites(db, call, contract, id)),
    ...due.map((unit) => insertDueInvoice(db, environmentId, unit)),
  ]
  if (first !== undefined) await db.batch([first, ...writes])
  return { due, held, ...(heldEach && { heldEach }) }
}

interface FinalInvoices extends Omit<Finalization, 'due'> {
  final: Invoice[]
}

/** The contract's usage invoice of the period, finalized now or before; none if it is not its turn. */
async function finalizeStatement(
  account: Account,
  call: FinalizeCall,
  answered: AnsweredStatement | null,
): Promise<FinalInvoices> {
  const { contractId, periodStart } = call
  let tried = await tryStatement(account, call, answered)
  for (let tries = 1; tried === 'overtaken'; tries += 1) {
    if (tries > DRAFTS_MAX) throw new Error(OVERTAKEN)
    tried = await tryStatement(account, call, null)
  }
  if (tried !== null) return { final: [], held: tried }
  const invoice = findInvoice(account.storage.sql, usageInvoiceId(contractId, periodStart))
  return { final: invoice === null ? [] : [invoice], held: null }
}

/** Overtaken where others have drawn what the invoice was to draw; a reason if it is held back. */
async function tryStatement(
  account: Account,
  call: FinalizeCall,
  answered: AnsweredStatement | null,
): Promise<'overtaken' | HoldReason | null> {
  const prepared = answered?.prepared ?? (await prepareStatement(account, call))
  if (prepared === null) return null
  const { read, statement, invoice } = prepared
  const proof =
    answered === null
      ? await proveAlone(account, call, read.terms.environment, prepared)
      : proveByAnswers(prepared, answered.answers, call)
  if (!proof.isProven) return proof.reason
  const { storage } = account
  if (!(await postShared(account, call, statement.contract, invoice, read.shared))) {
    return 'overtaken'
  }
  const chargeIds = statement.charges.map(({ id }) => id)
  const final = { ...finalizeInvoice(invoice, call.now), verification: proof.verification }
  insertInvoice(storage, final, chargeIds)
  return null
}

/**
 * The draft of a contract's statement with all that its usage was read for; null if it is not its
 * turn, or not due.
 */
export async function prepareStatement(
  account: Account,
  call: FinalizeCall,
): Promise<PreparedStatement | null> {
  const { contractId, periodStart, now } = call
  const read = await readOpen(account, call)
  const own = read?.open.statements.filter(({ contract }) => contract.id === contractId) ?? []
  // A contract's statements are in the order of time: an earlier one always goes before a later.
  const [statement] = own
  if (read === null || statement?.period.startMs !== periodStart) return null
  if (statement.header.issuedAt > now) return null
  const asked = { statements: [statement], scheduled: [] }
  const { drafts, recorded, ingestIds } = await draftProvably(account, call, read, asked)
  const invoice = drafts.get(statement.header.id)
  assert(invoice !== undefined, 'a draft must come of every statement')
  return { read, statement, invoice, recorded, ingestIds }
}

/** The ids of the invoices that a unit of due work is for, as far as they are open. */
export async function dueInvoiceIds(account: Account, call: FinalizeCall): Promise<string[]> {
  const { kind, contractId, periodStart } = call
  if (kind === 'finalize-usage-invoice') return [usageInvoiceId(contractId, periodStart)]
  const read = await readOpen(account, call)
  const scheduled = read?.open.scheduled ?? []
  return scheduled
    .filter(({ contract, header }) => contract.id === contractId && header.issuedAt === periodStart)
    .map(({ header }) => header.id)
}

/**
 * The contract's scheduled invoices of a date, finalized now or before. Charges that come to
 * nothing are done without one. Where one of them waits, the others are done all the same.
 */
async function finalizeScheduled(account: Account, call: FinalizeCall): Promise<FinalInvoices> {
  const { storage } = account
  const { contractId, periodStart: date, now } = call
  const read = date <= now ? await readOpen(account, call) : null
  const dated =
    read?.open.scheduled.filter(
      ({ contract, header }) => contract.id === contractId && header.issuedAt === date,
    ) ?? []
  const heldEach: HeldScheduled[] = dated.flatMap(({ header, charges }) => {
    const reason = read && waitsFor(read, charges)
    return reason === null ? [] : [{ invoiceId: header.id, reason }]
  })
  const scheduled = dated.filter((each) => read && waitsFor(read, each.charges) === null)
  if (read !== null && scheduled.length > 0) {
    const asked = { statements: [], scheduled }
    const { drafts, recorded, ingestIds } = await draftProvably(account, call, read, asked)
    const { environment } = read.terms
    for (const { header, charges } of scheduled) {
      const invoice = drafts.get(header.id)
      assert(invoice !== undefined, 'a draft must come of every scheduled invoice')
      const chargeIds = charges.map(({ id }) => id)
      if (invoice.lines.length === 0) {
        takeCharges(storage.sql, chargeIds, null)
        continue
      }
      const draft = { invoice, recorded, ingestIds }
      const proof = await proveAlone(account, call, environment, draft)
      if (proof.isProven) {
        const final = { ...finalizeInvoice(invoice, now), verification: proof.verification }
        insertInvoice(storage, final, chargeIds)
      } else heldEach.push({ invoiceId: header.id, reason: proof.reason })
    }
  }
  const final = listInvoiceSummaries(storage.sql)
    .filter((own) => own.contractId === contractId && own.type === 'SCHEDULED')
    .filter(({ issuedAt }) => issuedAt === date)
    .flatMap(({ id }) => findInvoice(storage.sql, id) ?? [])
  return { final, held: heldEach[0]?.reason ?? null, heldEach }
}

/**
 * What a true-up among some charges waits for: all usage invoices that may draw on its commit go
 * before it (invoices 1.4), and those that are void, before they are made again. Null for nothing.
 */
export function waitsFor(
  { terms, invoiced }: OpenReading,
  charges: readonly FixedCharge[],
): HoldReason | null {
  const open = openUsage(terms, charges, invoiced.isInvoiced)
  const waited = open ?? voidedUsage(terms, charges, invoiced.summaries)
  if (waited === null) return null
  const { balance, contract, period } = waited
  const invoice = `the usage invoice of contract ${contract.id} that starts at ${formatTimestamp(period.startMs)}`
  const message =
    open === null
      ? `the true-up of commit ${balance.id} waits until ${invoice} is regenerated, for that is void; if it is to stay so, disable the true-up`
      : `the true-up of commit ${balance.id} waits for ${invoice}`
  return { code: 'waits_for_invoice', message, differences: [] }
}

/** One call finalizes so many dates of a contract; those left over are due, and follow by the clock. */
const DATES_AT_ONCE_MAX = 50

/**
 * Finalizes a contract's scheduled invoices that are due: with their date, they have no grace. What
 * is held back is left to its due row, and so is what comes after it; not so what comes after a
 * true-up that waits.
 * @param planned what falls due next of the contract
 */
export async function finalizePastScheduled(
  account: Account,
  call: AccountCall,
  planned: readonly DueInvoice[],
): Promise<void> {
  let due = planned
  const tried = new Set<string>()
  for (let dates = 0; dates < DATES_AT_ONCE_MAX; dates += 1) {
    const unit = due.find(
      ({ id, kind, dueAt }) =>
        kind === 'finalize-scheduled-invoice' && dueAt <= call.now && !tried.has(id),
    )
    if (unit?.kind !== 'finalize-scheduled-invoice') return
    tried.add(unit.id)
    const { kind, contractId, periodStart } = unit
    const finalization = await finalizeInvoices(account, { ...call, kind, contractId, periodStart })
    if (finalization.held !== null && finalization.held.code !== 'waits_for_invoice') return
    due = finalization.due
  }
}
