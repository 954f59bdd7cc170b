import { deriveId } from '../core/id.ts'
import type { Balance } from '../core/ledger/balance.ts'
import { assert, ok, refuse, type Result } from '../core/result.ts'
import {
  paymentInvoiceId,
  settleWorkflow,
  statusEvent,
  type PaymentWorkflow,
} from '../core/thresholds/payment-workflow.ts'
import { insertCommits } from '../db/commits.ts'
import { insertDueInvoice } from '../db/due-work.ts'
import { voidInvoiceRows } from '../db/invoices.ts'
import { findWorkflow, insertEvents, settleWorkflowRow } from '../db/payment-workflows.ts'
import { editCustomerContract } from './account-edits.ts'
import { finalizePastScheduled } from './account-finalize.ts'
import type { Account } from './account-invoices.ts'
import { loadAllTerms, readDue } from './account-open.ts'
import { issuePayment } from './account-payment-gate.ts'
import type { AccountCall } from './account-rpc.ts'
import { voidInvoice } from './account-store.ts'

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
  const due = readDue(account, { ...terms, balances }, contract, now)
  // What was paid for while its contract was archived is archived, too.
  const made = { ...commit, archivedAt: contract.archivedAt }
  const [first, ...rest] = insertCommits(db, environmentId, [made])
  assert(first !== undefined, 'a commit must be written by some statement')
  await db.batch([first, ...rest, ...due.map((unit) => insertDueInvoice(db, environmentId, unit))])
  await finalizePastScheduled(account, call, due)
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
