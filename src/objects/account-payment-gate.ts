import type { BatchItem } from 'drizzle-orm/batch'
import { draftInvoices } from '../actions/draft-invoices.ts'
import type { PaymentGate } from '../core/contracts/payment-gate.ts'
import { openCharges } from '../core/invoices/open-scheduled.ts'
import { finalizeInvoice } from '../core/invoices/usage-invoice.ts'
import type { Balance } from '../core/ledger/balance.ts'
import {
  openWorkflow,
  paymentInvoiceId,
  paymentOf,
  type PaymentWorkflow,
  type WorkflowKind,
} from '../core/thresholds/payment-workflow.ts'
import { upsertInvoiceRow } from '../db/invoices.ts'
import { insertEvents, insertWorkflow } from '../db/payment-workflows.ts'
import { PAYMENT_GATES } from '../integrations/payment-gate.ts'
import type { Account } from './account-invoices.ts'
import { readOpen } from './account-open.ts'
import type { AccountCall } from './account-rpc.ts'
import { findInvoice, insertInvoice } from './account-store.ts'

/** A payment that is waited for, and the statements that keep it, for a batch. */
export interface AwaitedPayment {
  workflow: PaymentWorkflow
  writes: [BatchItem<'sqlite'>, ...BatchItem<'sqlite'>[]]
}

/**
 * Asks a gate for the payment of a commit. Where it is waited for, its invoice is to be issued once
 * it is written (`issuePayment`).
 * @returns null when it is paid: the commit is to be made
 */
export async function chargeAtGate(
  { db }: Account,
  { environmentId, now }: AccountCall,
  of: { kind: WorkflowKind; commit: Balance; gate: PaymentGate },
): Promise<AwaitedPayment | null> {
  const { kind, commit, gate } = of
  const workflow = openWorkflow(kind, commit, gate, now)
  const { status, events } = await PAYMENT_GATES[gate.type](workflow)
  if (status === 'paid') return null
  const kept = insertWorkflow(db, environmentId, workflow)
  return { workflow, writes: [kept, ...insertEvents(db, environmentId, events)] }
}

/**
 * Issues the invoice of a payment that is waited for; there is one, however often it is issued. The
 * commit is not there yet, and gets no other invoice for it later.
 */
export async function issuePayment(
  account: Account,
  call: AccountCall,
  workflow: PaymentWorkflow,
): Promise<void> {
  const { env, db, storage } = account
  if (workflow.status !== 'PENDING') return
  const { commit, contractId } = workflow
  const invoiceId = paymentInvoiceId(workflow)
  const issued = findInvoice(storage.sql, invoiceId)
  if (issued !== null) {
    // A call may have died before the index had it.
    await db.batch([upsertInvoiceRow(db, call.environmentId, issued)])
    return
  }
  const read = await readOpen(account, call)
  const contract = read?.terms.contracts.find(({ id }) => id === contractId)
  if (read === null || contract === undefined) return
  const terms = { ...read.terms, balances: [...read.terms.balances, commit] }
  const { scheduled } = openCharges(terms, contract, read.invoiced, call.now)
  const own = scheduled.filter(({ header }) => header.id === invoiceId)
  const { drafts } = await draftInvoices(
    env,
    { ...read, terms },
    { statements: [], scheduled: own },
  )
  const draft = drafts.get(invoiceId)
  // An archived contract has no invoices to issue.
  if (draft === undefined) return
  const invoice = finalizeInvoice(draft, call.now)
  insertInvoice(storage, invoice, [paymentOf(workflow).id])
  await db.batch([upsertInvoiceRow(db, call.environmentId, invoice)])
}
