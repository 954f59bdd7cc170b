import { draftInvoices } from '../actions/draft-invoices.ts'
import { deriveId } from '../core/id.ts'
import { openCharges } from '../core/invoices/open-scheduled.ts'
import { finalizeInvoice } from '../core/invoices/usage-invoice.ts'
import type { Balance } from '../core/ledger/balance.ts'
import { assert, ok, refuse, type Result } from '../core/result.ts'
import {
  paymentInvoiceId,
  paymentOf,
  settleWorkflow,
  statusEvent,
  type PaymentWorkflow,
} from '../core/thresholds/payment-workflow.ts'
import { insertCommits } from '../db/commits.ts'
import { insertDueInvoice } from '../db/due-work.ts'
import { upsertInvoiceRow, voidInvoiceRows } from '../db/invoices.ts'
import { findWorkflow, insertEvents, settleWorkflowRow } from '../db/payment-workflows.ts'
import { editCustomerContract } from './account-edits.ts'
import { finalizePastScheduled, type Account } from './account-invoices.ts'
import { dueInvoices, loadAllTerms, readInvoiced, readOpen } from './account-open.ts'
import type { AccountCall } from './account-rpc.ts'
import { findInvoice, insertInvoice, voidInvoice } from './account-store.ts'

/** Makes a commit of a contract, with the invoice of its payment, unless that is there. */
export async function makeCommit(
  account: Account,
  call: AccountCall,
  commit: Balance,
): Promise<void> {
  const { db } = account
  const { environmentId, now } = call
  const terms = await loadAllTerms(account, call)
  const contract = terms?.contracts.find(({ id }) => id === commit.contractId)
  assert(terms !== null && contract !== undefined, `commit ${commit.id} must be of a contract`)
  if (terms.balances.some(({ id }) => id === commit.id)) return
  const balances = [...terms.balances, commit]
  const due = dueInvoices({ ...terms, balances }, contract, readInvoiced(account), now)
  const [first, ...rest] = insertCommits(db, environmentId, [commit])
  assert(first !== undefined, 'a commit must be written by some statement')
  await db.batch([first, ...rest, ...due.map((unit) => insertDueInvoice(db, environmentId, unit))])
  await finalizePastScheduled(account, call, due)
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
  if (findInvoice(storage.sql, invoiceId) !== null) return
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

/**
 * Ends a payment that was waited for (pricing 6.7). Paid, its commit is made; failed, its invoice
 * is void, and the threshold that asked for it is off until someone sets it on again.
 */
export async function releasePayment(
  account: Account,
  call: AccountCall & { workflowId: string; outcome: 'PAID' | 'FAILED'; createdBy: string },
): Promise<Result<null>> {
  const { db, storage } = account
  const { environmentId, workflowId, outcome, now } = call
  const workflow = await findWorkflow(db, environmentId, workflowId)
  if (workflow === null) {
    return refuse('not_found', `workflow_id: no workflow ${workflowId}`)
  }
  const settled = settleWorkflow(workflow, outcome, now)
  if (!settled.ok) return settled
  await issuePayment(account, call, workflow)
  // Whatever comes of it is written before the workflow ends, so that a call that dies is repeated.
  if (outcome === 'PAID') {
    await makeCommit(account, call, workflow.commit)
  } else {
    const invoiceId = paymentInvoiceId(workflow)
    voidInvoice(storage.sql, invoiceId, now)
    await db.batch([voidInvoiceRows(db, [invoiceId])])
    await disableThreshold(account, call, workflow)
  }
  await db.batch([
    settleWorkflowRow(db, environmentId, settled.value),
    ...insertEvents(db, environmentId, [statusEvent(settled.value)]),
  ])
  return ok(null)
}

/** An edit like any other, so that the contract's history tells of it. */
async function disableThreshold(
  account: Account,
  call: AccountCall & { createdBy: string },
  { id, kind, customerId, contractId }: PaymentWorkflow,
): Promise<void> {
  if (kind === 'COMMIT') return
  const off = { isEnabled: false }
  const thresholds =
    kind === 'SPEND' ? { updateSpendThreshold: off } : { updatePrepaidThreshold: off }
  const edited = await editCustomerContract(account, {
    ...call,
    input: {
      id: deriveId('failed-payment', id),
      customerId,
      contractId,
      thresholds,
      createdBy: call.createdBy,
      fields: { overrides: 'overrides', prefix: '', endingBefore: 'ending_before' },
    },
  })
  // A contract that takes no edits sells nothing either.
  if (!edited.ok && edited.error.code === 'overloaded') throw new Error(edited.error.message)
}
