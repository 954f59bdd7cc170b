import { draftInvoices } from '../actions/draft-invoices.ts'
import type { Contract } from '../core/contracts/contract.ts'
import type { PaymentGate } from '../core/contracts/payment-gate.ts'
import type { Balance } from '../core/ledger/balance.ts'
import { assert } from '../core/result.ts'
import { fiatOf, unitPriceOf } from '../core/thresholds/check-thresholds.ts'
import { decideRecharge } from '../core/thresholds/decide-recharge.ts'
import { decideSpendThreshold } from '../core/thresholds/decide-spend-threshold.ts'
import { firstEvaluation, nextEvaluation } from '../core/thresholds/next-evaluation.ts'
import type { PaymentWorkflow } from '../core/thresholds/payment-workflow.ts'
import type { ThresholdCase, ThresholdKind } from '../core/thresholds/threshold-commit.ts'
import { listContractWorkflows } from '../db/payment-workflows.ts'
import { findRateCard } from '../db/rate-cards.ts'
import { deleteWatch, upsertWatch } from '../db/threshold-watches.ts'
import type { Account } from './account-invoices.ts'
import { loadAllTerms, readBalances, readOpen } from './account-open.ts'
import { chargeAtGate, issuePayment } from './account-payment-gate.ts'
import { makeCommit } from './account-payments.ts'
import type { AccountCall } from './account-rpc.ts'
import { listVoidedCharges } from './account-store.ts'

type ContractCall = AccountCall & { contractId: string }

/**
 * Evaluates the thresholds of a contract as of now, sells what they say, and has them evaluated
 * again later. Repeated, it sells nothing more: what was sold is in the balances by then, and a
 * payment that is waited for holds the next sale of its kind back.
 */
export async function evaluateContract(account: Account, call: ContractCall): Promise<void> {
  const { db } = account
  const { environmentId, contractId, now } = call
  const terms = await loadAllTerms(account, call)
  const contract = terms?.contracts.find(({ id }) => id === contractId)
  const next = contract === undefined ? null : nextEvaluation(contract, now)
  if (contract !== undefined && firstEvaluation(contract, now) === now) {
    const workflows = await listContractWorkflows(db, environmentId, contractId)
    // A call that died before it had issued their invoices is completed.
    for (const workflow of workflows) await issuePayment(account, call, workflow)
    await sellForSpend(account, call, contract, workflows)
    // What spend has bought may be a part of the balance, so that is read after it.
    await sellForBalance(account, call, contract, workflows)
  }
  if (contract === undefined || next === null) await deleteWatch(db, contractId)
  else await db.batch([upsertWatch(db, environmentId, contract, next)])
}

async function sellForSpend(
  account: Account,
  call: ContractCall,
  contract: Contract,
  workflows: PaymentWorkflow[],
): Promise<void> {
  const { spendThreshold: threshold } = contract.terms
  if (threshold?.isEnabled !== true || isWaiting(workflows, 'SPEND')) return
  const read = await readOpen(account, call)
  assert(read !== null, `customer ${call.customerId} must exist`)
  const statements = read.open.statements.filter((each) => each.contract.id === contract.id)
  const asked = { statements, scheduled: [] }
  const { drafts, balances } = await draftInvoices(account.env, read, asked)
  const each = await readCase(account, call, { contract, workflows, balances })
  const sold = decideSpendThreshold(each, [...drafts.values()])
  if (sold !== null) await buy(account, call, 'SPEND', sold, threshold.paymentGate)
}

async function sellForBalance(
  account: Account,
  call: ContractCall,
  contract: Contract,
  workflows: PaymentWorkflow[],
): Promise<void> {
  const { prepaidThreshold: threshold } = contract.terms
  if (threshold?.isEnabled !== true || isWaiting(workflows, 'PREPAID')) return
  const reading = await readBalances(account, { ...call, isWithDrafts: true })
  assert(reading.ok, `customer ${call.customerId} must exist`)
  const { balances } = reading.value
  const each = await readCase(account, call, { contract, workflows, balances })
  const unitPrice = unitPriceOf(threshold, each)
  // The card may have lost its price for the unit since the threshold was made.
  if (unitPrice === null) return
  const sold = decideRecharge(each, reading.value, unitPrice)
  if (sold !== null) await buy(account, call, 'PREPAID', sold, threshold.paymentGate)
}

function isWaiting(workflows: PaymentWorkflow[], kind: ThresholdKind): boolean {
  return workflows.some((each) => each.kind === kind && each.status === 'PENDING')
}

async function readCase(
  { db, storage }: Account,
  { environmentId, now }: ContractCall,
  of: { contract: Contract; workflows: PaymentWorkflow[]; balances: Balance[] },
): Promise<ThresholdCase & Parameters<typeof fiatOf>[0]> {
  const { contract, workflows, balances } = of
  const { rateCardId } = contract
  const rateCard = rateCardId === null ? null : await findRateCard(db, environmentId, rateCardId)
  const failures = (kind: ThresholdKind) =>
    workflows.filter((each) => each.kind === kind && each.status === 'FAILED').length
  const failed = { SPEND: failures('SPEND'), PREPAID: failures('PREPAID') }
  const fiatCreditTypeId = fiatOf({ rateCard })
  const voidedChargeIds = new Set(listVoidedCharges(storage.sql))
  return { contract, balances, failed, voidedChargeIds, fiatCreditTypeId, rateCard, now }
}

/** Makes the commit, or has it wait for its payment, as the threshold's gate says. */
async function buy(
  account: Account,
  call: ContractCall,
  kind: ThresholdKind,
  commit: Balance,
  gate: PaymentGate,
): Promise<void> {
  const awaited = await chargeAtGate(account, call, { kind, commit, gate })
  if (awaited === null) {
    await makeCommit(account, call, commit)
    return
  }
  await account.db.batch(awaited.writes)
  await issuePayment(account, call, awaited.workflow)
}
