import { draftInvoices, type AskedInvoices, type DraftSources } from '../actions/draft-invoices.ts'
import type { ProvableDraft } from '../actions/prove-draft.ts'
import type { Contract } from '../core/contracts/contract.ts'
import type { Invoice, InvoiceSummary } from '../core/invoices/invoice.ts'
import {
  chargesOfVoid,
  regeneratedInvoiceId,
  regeneratedScheduled,
  regeneratedStatement,
} from '../core/invoices/regenerated-invoice.ts'
import { truedUpOtherwise } from '../core/invoices/trued-up-otherwise.ts'
import { finalizeInvoice } from '../core/invoices/usage-invoice.ts'
import { voidedUsage } from '../core/invoices/voided-usage.ts'
import { assert, ok, refuse, type Result } from '../core/result.ts'
import { formatTimestamp } from '../core/time.ts'
import { findContract } from '../db/contracts.ts'
import { findIndexedInvoice, upsertInvoiceRow, voidInvoiceRows } from '../db/invoices.ts'
import type { LoadedTerms } from '../db/terms.ts'
import type { Account } from './account-invoices.ts'
import { consolidationWrites, releaseConsolidated } from './account-constituents.ts'
import { consolidateAnew } from './account-consolidated.ts'
import { readDraws } from './account-draws.ts'
import { loadAllTerms, readOpen, type OpenReading } from './account-open.ts'
import { draftProvably, proveAlone } from './account-proof.ts'
import type { AccountCall } from './account-rpc.ts'
import { DRAFTS_MAX, OVERTAKEN, postShared, releaseShared } from './account-shared.ts'
import { reopenTrueups } from './account-trueups.ts'
import {
  findInvoice,
  insertInvoice,
  listInvoiceSummaries,
  listTakenCharges,
  voidInvoice,
} from './account-store.ts'

/**
 * Makes a finalized invoice void, which gives back what it drew (invoices 1.8). The account's word
 * counts and is written first; a call that dies before the index has it is completed when asked
 * again.
 */
export async function voidCustomerInvoice(
  account: Account,
  call: AccountCall & { invoiceId: string },
): Promise<Result<string>> {
  const { db, storage } = account
  const { environmentId, invoiceId, now } = call
  const invoice = findInvoice(storage.sql, invoiceId)
  if (invoice === null) return refuse('not_found', `id: no invoice ${invoiceId}`)
  if (invoice.status === 'VOID') {
    const indexed = await findIndexedInvoice(db, environmentId, invoiceId)
    if (indexed?.status === 'VOID') return refuse('invalid', `id: invoice ${invoiceId} is void`)
  }
  voidInvoice(storage.sql, invoiceId, now)
  const contract = await findContract(db, environmentId, call.customerId, invoice.contractId)
  if (contract !== null) {
    await releaseShared(account, call, contract)
    await releaseConsolidated(account, call, contract, [invoiceId])
  }
  await db.batch([
    upsertInvoiceRow(db, environmentId, { ...invoice, status: 'VOID' }),
    ...(await reopenTrueups(account, call, invoice)),
  ])
  return ok(invoiceId)
}

/**
 * Makes the invoice that takes the place of a void one: computed anew from the usage, rates, terms
 * and balances of this moment, and final at once. It draws on what all final invoices have left,
 * before any draft. Its id is derived from that of the void one, so a call that died before the
 * index has it is completed when asked again.
 */
export async function regenerateCustomerInvoice(
  account: Account,
  call: AccountCall & { invoiceId: string },
): Promise<Result<string>> {
  const { db, storage } = account
  const { environmentId, invoiceId } = call
  const voided = findInvoice(storage.sql, invoiceId)
  if (voided === null) return refuse('not_found', `id: no invoice ${invoiceId}`)
  if (voided.status !== 'VOID') {
    return refuse('invalid', `id: expected a void invoice, ${invoiceId} is ${voided.status}`)
  }
  if (voided.derivation.isGiven === true) {
    return refuse(
      'invalid',
      `id: the usage of invoice ${invoiceId} was given with it; make another historical invoice`,
    )
  }
  const id = regeneratedInvoiceId(invoiceId)
  const known = findInvoice(storage.sql, id)
  if (known !== null && (await findIndexedInvoice(db, environmentId, id)) !== null) {
    return refuse('conflict', `id: invoice ${invoiceId} was regenerated as ${id}`)
  }
  if (known === null) {
    const other = findOverlapping(account, voided)
    if (other !== undefined) {
      return refuse('conflict', `id: invoice ${other.id} is of the same time as ${invoiceId}`)
    }
    const made = await finalizeAnew(account, call, voided)
    if (!made.ok) return made
  }
  const invoice = findInvoice(storage.sql, id)
  assert(invoice !== null, `invoice ${id} must be stored`)
  const contract = await findContract(db, environmentId, call.customerId, invoice.contractId)
  await db.batch([
    upsertInvoiceRow(db, environmentId, invoice),
    voidInvoiceRows(db, [invoiceId]),
    ...(contract === null ? [] : consolidationWrites(db, call, contract, id)),
    // Those of one that was made void before they were reopened with it.
    ...(await reopenTrueups(account, call, voided)),
  ])
  return ok(id)
}

export interface DraftedAnew extends Omit<ProvableDraft, 'invoice'> {
  draft: Invoice
  environment: LoadedTerms['environment']
  chargeIds: string[]
  contract: Contract
  shared: DraftSources['shared']
}

/**
 * A finalized invoice of the same kind, contract and time: a historical one may have been made
 * since. A consolidated one is of the time of what it joins.
 */
function findOverlapping(
  { storage }: Account,
  { type, contractId, startingAt, endingBefore }: Invoice,
): InvoiceSummary | undefined {
  if (startingAt === null || endingBefore === null) return undefined
  return listInvoiceSummaries(storage.sql).find(
    (each) =>
      each.contractId === contractId &&
      each.type === type &&
      each.status === 'FINALIZED' &&
      each.startingAt! < endingBefore &&
      each.endingBefore! > startingAt,
  )
}

async function finalizeAnew(
  account: Account,
  call: AccountCall,
  voided: Invoice,
): Promise<Result<null>> {
  if (voided.type === 'USAGE_CONSOLIDATED') {
    const terms = await loadAllTerms(account, call)
    if (terms === null) return refuse('not_found', `id: no invoice ${voided.id}`)
    const anew = await consolidateAnew(account, call, terms, voided)
    if (anew.ok) insertInvoice(account.storage, finalizeInvoice(anew.value, call.now), [])
    return anew.ok ? ok(null) : anew
  }
  for (let tries = 0; tries < DRAFTS_MAX; tries += 1) {
    const drafted = await draftAnew(account, call, voided)
    if (!drafted.ok) return drafted
    const { draft, chargeIds, contract, shared, environment } = drafted.value
    const provable = { ...drafted.value, invoice: draft }
    const proof = await proveAlone(account, call, environment, provable)
    if (!proof.isProven) return refuse('conflict', `${HELD_BACK}: ${proof.reason.message}`)
    if (!(await postShared(account, call, contract, draft, shared))) continue
    const { verification } = proof
    insertInvoice(account.storage, { ...finalizeInvoice(draft, call.now), verification }, chargeIds)
    return ok(null)
  }
  return refuse('overloaded', OVERTAKEN)
}

const HELD_BACK = 'id: the invoice that would take its place is not proven, and is not made'

/**
 * The draft that takes the place of a void invoice, and the fixed charges that are on it.
 * @param isPosted false for an invoice that is not void yet: what it drew is taken for given back
 */
export async function draftAnew(
  account: Account,
  call: AccountCall,
  voided: Invoice,
  isPosted = true,
): Promise<Result<DraftedAnew>> {
  const { storage } = account
  const { id, contractId, startingAt } = voided
  const reopened = startingAt === null ? null : { contractId, startingAt }
  const found = await readOpen(account, call, reopened, readDraws)
  const read = found && !isPosted ? withoutDraws(found, id, call.now) : found
  const contract = read?.terms.contracts.find((own) => own.id === contractId)
  if (read === null || contract === undefined) return refuse('not_found', `id: no invoice ${id}`)
  if (contract.archivedAt !== null) {
    return refuse('invalid', `id: contract ${contractId} of invoice ${id} is archived`)
  }
  const charges = chargesOfVoid(read.terms, contract, voided, listTakenCharges(storage.sql))
  const chargeIds = charges.map((charge) => charge.id)
  const { environment } = read.terms
  const draftOf = async (reading: OpenReading, asked: AskedInvoices) => {
    const { drafts, recorded, ingestIds } = await draftProvably(account, call, reading, asked)
    const draft = drafts.get(regeneratedInvoiceId(id))
    assert(draft !== undefined, `a draft must come of invoice ${id}`)
    const { shared } = read
    return ok({ draft, recorded, ingestIds, chargeIds, contract, shared, environment })
  }
  if (startingAt === null) {
    const waited = voidedUsage(read.terms, charges, read.invoiced.summaries)
    if (waited !== null) {
      const start = formatTimestamp(waited.period.startMs)
      return refuse(
        'invalid',
        `id: regenerate the usage invoice of contract ${waited.contract.id} that starts at ${start} first: the true-up on invoice ${id} charges what usage has not drawn`,
      )
    }
    const scheduled = [regeneratedScheduled(read.terms, contract, voided, charges)]
    const drafted = await draftOf(read, { statements: [], scheduled })
    if (drafted.value.draft.lines.length > 0) return drafted
    return refuse('invalid', `id: nothing of invoice ${id} is to be charged any more`)
  }
  const statement = read.open.statements.find(
    (open) => open.contract.id === contractId && open.period.startMs === startingAt,
  )
  if (statement === undefined) {
    return refuse('invalid', `id: contract ${contractId} no longer has the period of invoice ${id}`)
  }
  const statements = [regeneratedStatement(statement, voided, charges)]
  const open = { statements, scheduled: [] }
  const drafted = await draftOf({ ...read, open }, open)
  const { trueups } = read.facts
  if (!isPosted || trueups.length === 0) return drafted
  const facts = { ...read.facts, trueups: [] }
  const { drafts } = await draftInvoices(account.env, { ...read, open, facts }, open)
  const { draft: anew } = drafted.value
  const free = drafts.get(anew.id)
  assert(free !== undefined, `a draft must come of invoice ${id}`)
  const wrong = truedUpOtherwise({ voided, anew, free }, trueups)
  if (wrong === null) return drafted
  const { balanceId, invoiceId, drawn, wanted } = wrong
  return refuse(
    'invalid',
    `id: the usage of invoice ${id} now comes to ${wanted} of commit ${balanceId}, no longer to ${drawn}, and the true-up on invoice ${invoiceId} has charged what was left of it then: void that one first, and regenerate it after this one`,
  )
}

function withoutDraws(read: OpenReading, invoiceId: string, now: number): OpenReading {
  const posted = read.facts.posted.map((draw) =>
    draw.invoiceId === invoiceId && draw.voidedAt === null ? { ...draw, voidedAt: now } : draw,
  )
  return { ...read, facts: { ...read.facts, posted } }
}
