import type { PaymentGate } from '../contracts/payment-gate.ts'
import { findFiatCreditType } from '../currency.ts'
import { deriveId } from '../id.ts'
import type { Balance } from '../ledger/balance.ts'
import type { ScheduleItem } from '../contracts/schedule.ts'
import { scheduledInvoiceId } from '../invoices/open-scheduled.ts'
import { assert, ok, refuse, type Result } from '../result.ts'
import { formatTimestamp } from '../time.ts'
import type { ThresholdKind } from './threshold-commit.ts'

export const WORKFLOW_KINDS = ['SPEND', 'PREPAID', 'COMMIT'] as const
/** What a payment is for: the commit of a threshold, or one that an edit adds. */
export type WorkflowKind = ThresholdKind | 'COMMIT'

export const WORKFLOW_STATUSES = ['PENDING', 'PAID', 'FAILED'] as const
export type WorkflowStatus = (typeof WORKFLOW_STATUSES)[number]

/** A commit that waits for its payment: it is made when that is reported (pricing 6.7). */
export interface PaymentWorkflow {
  id: string
  customerId: string
  contractId: string
  kind: WorkflowKind
  status: WorkflowStatus
  commit: Balance
  gate: PaymentGate
  createdAt: number
  /** When the payment was made, or failed; null until then. */
  settledAt: number | null
}

/** Something that callers are told of; it waits to be sent. */
export interface OutboxEvent {
  /** Derived from what happened, so that writing it twice leaves one. */
  id: string
  type: string
  properties: Record<string, unknown>
  createdAt: number
}

/** A payment for a commit of a contract; the same commit gives the same one. */
export function openWorkflow(
  kind: WorkflowKind,
  commit: Balance,
  gate: PaymentGate,
  now: number,
): PaymentWorkflow {
  const { customerId, contractId } = commit
  assert(contractId !== null, `commit ${commit.id} must be of a contract to be paid for at a gate`)
  const id = deriveId('payment-workflow', commit.id)
  const members = { id, customerId, contractId, kind, commit, gate }
  return { ...members, status: 'PENDING', createdAt: now, settledAt: null }
}

/** What is to be paid: the one payment of the commit. */
export function paymentOf({ commit }: Pick<PaymentWorkflow, 'commit'>): ScheduleItem {
  const [item] = commit.payments?.schedule.items ?? []
  assert(item !== undefined, `commit ${commit.id} must cost something to be paid for at a gate`)
  return item
}

/** The invoice of that payment: it has nothing else. */
export function paymentInvoiceId({
  commit,
  contractId,
}: Pick<PaymentWorkflow, 'commit' | 'contractId'>): string {
  const { creditTypeId = '' } = commit.payments?.schedule ?? {}
  const { at } = paymentOf({ commit })
  return scheduledInvoiceId(contractId, { at, group: commit.id }, creditTypeId)
}

/**
 * Ends a payment. Told the same again, it stays as it is.
 * @returns refused with `conflict` when it has ended otherwise
 */
export function settleWorkflow(
  workflow: PaymentWorkflow,
  outcome: 'PAID' | 'FAILED',
  now: number,
): Result<PaymentWorkflow> {
  if (workflow.status === outcome) return ok(workflow)
  if (workflow.status === 'PENDING') return ok({ ...workflow, status: outcome, settledAt: now })
  const was = workflow.status.toLowerCase()
  return refuse('conflict', `workflow_id: the workflow was ended as ${was} before`)
}

/** Asks who collects payments to collect one. */
export function initiateEvent(workflow: PaymentWorkflow): OutboxEvent {
  const { id, commit, gate, createdAt } = workflow
  const { creditTypeId = '' } = commit.payments?.schedule ?? {}
  return {
    id: deriveId('external-initiate', id),
    type: 'payment_gate.external_initiate',
    properties: {
      ...sharedProperties(workflow),
      workflow_id: id,
      invoice_total: paymentOf(workflow).amount,
      invoice_currency: findFiatCreditType(creditTypeId)?.name ?? creditTypeId,
      ...(gate.tax && { tax_amount: gate.tax.amount, tax_name: gate.tax.name }),
      timestamp: formatTimestamp(createdAt),
    },
    createdAt,
  }
}

/** Tells how a payment has ended. */
export function statusEvent(workflow: PaymentWorkflow): OutboxEvent {
  const { id, status, createdAt, settledAt } = workflow
  const at = settledAt ?? createdAt
  return {
    id: deriveId('payment-status', id),
    type: 'payment_gate.payment_status',
    properties: {
      ...sharedProperties(workflow),
      payment_status: status.toLowerCase(),
      timestamp: formatTimestamp(at),
    },
    createdAt: at,
  }
}

function sharedProperties({ kind, customerId, contractId, commit }: PaymentWorkflow) {
  const workflow_type = {
    SPEND: 'spend_threshold',
    PREPAID: 'prepaid_balance_threshold',
    COMMIT: 'commit',
  }[kind]
  const invoice_id = paymentInvoiceId({ commit, contractId })
  return { workflow_type, customer_id: customerId, contract_id: contractId, invoice_id }
}
