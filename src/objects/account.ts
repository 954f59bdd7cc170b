import { DurableObject } from 'cloudflare:workers'
import type { PreparedAnswers } from '../actions/finalize-due.ts'
import { needsOf } from '../actions/prove-draft.ts'
import type { PreviewMode } from '../actions/usage-source.ts'
import type { InvoiceCheck } from '../actions/verify-invoice.ts'
import type { Contract } from '../core/contracts/contract.ts'
import type { ContractEdit } from '../core/contracts/contract-edit.ts'
import type { EditInput } from '../core/contracts/edit-contract.ts'
import type { Statement } from '../core/invoices/consolidated-invoice.ts'
import type { DueInvoice } from '../core/invoices/due-invoice.ts'
import type { BillableStatus } from '../core/invoices/billable-status.ts'
import type { BreakdownQuery } from '../core/invoices/breakdown-windows.ts'
import type { InvoiceQuery } from '../core/invoices/invoice-query.ts'
import type { Invoice } from '../core/invoices/invoice.ts'
import type { BalancesReading, ManualEntry } from '../core/ledger/draw.ts'
import type { ManualEntryInput } from '../core/ledger/manual-entry.ts'
import type { Balance } from '../core/ledger/balance.ts'
import type { SharedBalances } from '../core/ledger/shared-balances.ts'
import { ok, type Result } from '../core/result.ts'
import { changeFields, type FieldChange } from '../db/custom-field-changes.ts'
import type { FieldPlace } from '../db/custom-field-values.ts'
import { openDatabase } from '../db/database.ts'
import type { Env } from '../env.ts'
import { archiveContract, archiveCustomer } from './account-archive.ts'
import {
  addBalance,
  changeBalance,
  type BalanceChange,
  type NewBalance,
} from './account-balances.ts'
import { chargeInvoices } from './account-charge-invoices.ts'
import { setBillableStatus, showBillableStatus, type BillableCall } from './account-billable.ts'
import { breakDownInvoices, type BreakdownPage } from './account-breakdowns.ts'
import { finalizeConsolidated, listStatements } from './account-consolidated.ts'
import { voidConsolidated } from './account-constituents.ts'
import { addContract, type NewContract } from './account-contracts.ts'
import { regenerateCustomerInvoice, voidCustomerInvoice } from './account-corrections.ts'
import { editCustomerContract } from './account-edits.ts'
import { Gate, type GateAnswer, type GateCall } from './account-gate.ts'
import { createHistoricalInvoices, type HistoricalCall } from './account-historical.ts'
import {
  findCustomerInvoice,
  listCustomerInvoices,
  previewCustomerInvoices,
  restoreDueInvoices,
  type InvoicePage,
  type Account,
} from './account-invoices.ts'
import {
  dueInvoiceIds,
  finalizeInvoices,
  prepareStatement,
  type Finalization,
  type FinalizeCall,
  type Preparation,
  type PreparedStatement,
} from './account-finalize.ts'
import { updateIssueDate, type NewIssueDate } from './account-issue-dates.ts'
import { readLateUsage, type LateUsage, type LateUsageCall } from './account-late-usage.ts'
import { addManualEntry } from './account-manual-entries.ts'
import { LiveDrafts, type LiveOpening } from './account-live.ts'
import { readBalances, type BalancesCall } from './account-open.ts'
import { releasePayment } from './account-payments.ts'
import { releaseInvoice, type Released, type ReleaseCall } from './account-release.ts'
import type { AccountCall } from './account-rpc.ts'
import type { SettleAnswer, SettleCall } from './account-settle.ts'
import {
  postSharedDraws,
  readShareable,
  type DrawingLink,
  type SharedDrawCall,
} from './account-shareable.ts'
import { voidSharedDraws, type DrawingContract } from './account-shared-draws.ts'
import { breakDownCustomerSpend, type SpendCall } from './account-spend.ts'
import { ACCOUNT_MIGRATIONS } from './account-store.ts'
import { evaluateContract } from './account-thresholds.ts'
import { verifyCustomerInvoice } from './account-verify.ts'
import { migrate } from './migrate.ts'

/** The header in which a request for a socket says whose it is. */
export const LIVE_OPENING = 'x-live-opening'

export function accountName(environmentId: string, customerId: string): string {
  return `${environmentId}/${customerId}`
}

export function accountOf(
  env: Env,
  environmentId: string,
  customerId: string,
): DurableObjectStub<AccountObject> {
  return env.ACCOUNT.getByName(accountName(environmentId, customerId))
}

/**
 * The account of one customer: the only writer of its invoices, and the only way in which its
 * terms change. Changes of terms and finalizations take turns, so that an edit never races a
 * finalization; reading does not wait.
 */
export class AccountObject extends DurableObject<Env> {
  private readonly account: Account
  private readonly gate: Gate
  private readonly live: LiveDrafts
  private lastTurn: Promise<unknown> = Promise.resolve()
  /** How many turns have begun. */
  private turns = 0
  /** A draft that waits for its proof, and the turn that it was computed in. */
  private prepared: {
    token: string
    key: string
    turn: number
    draft: PreparedStatement
  } | null = null

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    let isReady = false
    this.account = {
      env,
      db: openDatabase(env.DB),
      get storage() {
        if (!isReady) migrate(ctx.storage, ACCOUNT_MIGRATIONS)
        isReady = true
        return ctx.storage
      },
    }
    this.gate = new Gate(this.account)
    this.live = new LiveDrafts(ctx, this.account)
  }

  /** Opens a socket on which the customer's drafts are followed; sockets pass through no other call. */
  override async fetch(request: Request): Promise<Response> {
    const opening = JSON.parse(request.headers.get(LIVE_OPENING) ?? 'null') as LiveOpening
    return this.live.open(opening, request.headers.has('sec-websocket-protocol'))
  }

  /** Usage of the customer has changed; false when nobody follows its drafts. */
  touch(): boolean {
    return this.live.changed()
  }

  override alarm(): Promise<void> {
    return this.live.look()
  }

  /** Sockets only listen. */
  override webSocketMessage(): void {}

  override webSocketClose(socket: WebSocket): void {
    this.live.close(socket)
  }

  /** Creates a contract, with its customer if asked; asked again with the same id, answers the contract that there is. */
  createContract(call: AccountCall & NewContract): Promise<Result<Contract>> {
    return this.inTurn(() => addContract(this.account, call))
  }

  /** Edits a contract, all of it or nothing; asked again with the same id, answers the same edit. */
  editContract(call: AccountCall & { input: EditInput }): Promise<Result<ContractEdit>> {
    return this.inTurn(() => editCustomerContract(this.account, call))
  }

  /** Changes the custom fields of a term of a contract; they are no part of the contract's edits. */
  changeTermFields(
    call: AccountCall & { place: FieldPlace; change: FieldChange },
  ): Promise<Result<null>> {
    const { environmentId, place, change } = call
    return this.inTurn(() => changeFields(this.account.db, environmentId, place, change))
  }

  /** Creates a commit or credit of the customer; asked again with the same id, answers what there is. */
  createBalance(call: AccountCall & NewBalance): Promise<Result<Balance>> {
    return this.inTurn(() => addBalance(this.account, call))
  }

  /** Changes a commit or credit of the customer or of one of its contracts; once for each edit's id. */
  changeBalance(call: AccountCall & BalanceChange): Promise<Result<Balance>> {
    return this.inTurn(() => changeBalance(this.account, call))
  }

  /**
   * Archives a contract: its drafts disappear and nothing more of it falls due; its finalized
   * invoices become void if asked. Asked again, it completes what is not done.
   */
  archiveContract(
    call: AccountCall & { contractId: string; isVoiding: boolean },
  ): Promise<Result<null>> {
    return this.inTurn(() => archiveContract(this.account, call))
  }

  /**
   * Archives the customer with its contracts, and voids its invoices, as far as one call goes.
   * @returns false when contracts are left: then it is to be asked again
   */
  archiveCustomer(call: AccountCall): Promise<boolean> {
    return this.inTurn(() => archiveCustomer(this.account, call))
  }

  /**
   * Finalizes the usage invoice of a statement period, or the scheduled ones of a date, if they are
   * due and proven; asked again, answers the same and repeats what it wrote to the index.
   * @param call.prepared what was found for the draft that `prepareFinalization` has kept
   */
  finalize(call: FinalizeCall & { prepared?: PreparedAnswers | null }): Promise<Finalization> {
    const { prepared: given = null, ...finalized } = call
    return this.inTurn(() => {
      const kept = this.takePrepared(given?.token)
      const answered = given && kept && { prepared: kept, answers: given.answers }
      return finalizeInvoices(this.account, finalized, answered)
    })
  }

  /**
   * Computes the draft of a statement that is due, and says what is to be found out of its usage
   * before it may become final. The draft is kept for that; whatever else is done in the account
   * lets go of it.
   */
  prepareFinalization(call: FinalizeCall): Promise<Preparation | null> {
    return this.inTurn(async () => {
      const { contractId, periodStart, now } = call
      const key = `${contractId} ${periodStart} ${now}`
      // Another run asks the same: both get the same answer, and the first one finalizes.
      const known = this.prepared
      const kept = known?.key === key ? this.takePrepared(known.token) : null
      const draft = kept ?? (await prepareStatement(this.account, call))
      if (draft === null) return null
      const token = kept !== null && known !== null ? known.token : crypto.randomUUID()
      this.prepared = { token, key, turn: this.turns, draft }
      const needs = needsOf(draft).map(({ ingestIds, positions, queries }) => {
        return { ingestIds, positions, queries }
      })
      return { token, needs }
    })
  }

  /** Makes an invoice final that is held back, without a proof; asked again, answers the same. */
  releaseInvoice(call: ReleaseCall): Promise<Result<Released>> {
    return this.inTurn(() => releaseInvoice(this.account, call))
  }

  /** The ids of the invoices that a unit of due work is for, as far as they are open. */
  dueInvoiceIds(call: FinalizeCall): Promise<string[]> {
    return dueInvoiceIds(this.account, call)
  }

  /** Makes those consolidated invoices of a contract final that can be; harmless when asked again. */
  consolidate(call: AccountCall & { contractId: string; unitId: string }): Promise<DueInvoice[]> {
    return this.inTurn(async () => {
      await finalizeConsolidated(this.account, call)
      return []
    })
  }

  /** Makes a finalized invoice void; a call that died is completed when asked again. */
  voidInvoice(call: AccountCall & { invoiceId: string }): Promise<Result<string>> {
    return this.inTurn(() => voidCustomerInvoice(this.account, call))
  }

  /** What the customer's usage costs before balances pay, window by window, told apart as asked. */
  breakDownSpend(call: SpendCall): Promise<Result<BreakdownPage>> {
    return breakDownCustomerSpend(this.account, call)
  }

  /** Says from which date on the customer's invoices are billed, or not. */
  setBillableStatus(call: BillableCall): Promise<Result<BillableStatus>> {
    return this.inTurn(() => setBillableStatus(this.account, call))
  }

  /** Makes invoices of given usage, or shows what they would be; asked again with the same ids, answers what there is. */
  createHistoricalInvoices(call: HistoricalCall): Promise<Result<Invoice[]>> {
    return this.inTurn(() => createHistoricalInvoices(this.account, call))
  }

  /** Computes a void invoice anew, under another id; a call that died is completed when asked again. */
  regenerateInvoice(call: AccountCall & { invoiceId: string }): Promise<Result<string>> {
    return this.inTurn(() => regenerateCustomerInvoice(this.account, call))
  }

  /** Gives a draft another date of issue; a call that died is completed when asked again. */
  updateIssueDate(call: AccountCall & NewIssueDate): Promise<Result<string>> {
    return this.inTurn(() => updateIssueDate(this.account, call))
  }

  /** Evaluates the thresholds of a contract, and sells what they say; once, however often it is asked. */
  evaluateThresholds(call: AccountCall & { contractId: string }): Promise<void> {
    return this.inTurn(() => evaluateContract(this.account, call))
  }

  /** Ends a payment that a commit waits for; told the same again, it completes what is not done. */
  releasePayment(
    call: AccountCall & { workflowId: string; outcome: 'PAID' | 'FAILED'; createdBy: string },
  ): Promise<Result<null>> {
    return this.inTurn(() => releasePayment(this.account, call))
  }

  /** Makes the contract's next finalization due again, should its row have been lost; true if so. */
  restoreDue(call: AccountCall & { contractId: string }): Promise<boolean> {
    return this.inTurn(() => restoreDueInvoices(this.account, call))
  }

  /** A page of the customer's invoices; drafts honour the terms, rates and usage of this moment. */
  async listInvoices(call: AccountCall & { query: InvoiceQuery }): Promise<Result<InvoicePage>> {
    const page = await listCustomerInvoices(this.account, call)
    if (!page.ok) return page
    const invoices = showBillableStatus(this.account, page.value.invoices)
    return ok({ ...page.value, invoices })
  }

  /** A page of the customer's usage invoices, window by window. */
  async breakDownInvoices(
    call: AccountCall & { query: BreakdownQuery },
  ): Promise<Result<BreakdownPage>> {
    const page = await breakDownInvoices(this.account, call)
    if (!page.ok) return page
    const { breakdowns } = page.value
    const shown = showBillableStatus(
      this.account,
      breakdowns.map(({ invoice }) => invoice),
    )
    const rows = breakdowns.map((row, i) => ({ ...row, invoice: shown[i]! }))
    return ok({ ...page.value, breakdowns: rows })
  }

  async getInvoice(call: AccountCall & { invoiceId: string }): Promise<Result<Invoice>> {
    const found = await findCustomerInvoice(this.account, call)
    return found.ok ? ok(showBillableStatus(this.account, [found.value])[0]!) : found
  }

  /** How the present usage of a final invoice's period differs from what the invoice charges. */
  readLateUsage(call: LateUsageCall): Promise<Result<LateUsage>> {
    return readLateUsage(this.account, call)
  }

  /** Drafts of the current periods as they would be with some events; JSON text of an array. */
  previewInvoices(call: AccountCall & { events: string; mode: PreviewMode }): Promise<Invoice[]> {
    return previewCustomerInvoices(this.account, call)
  }

  /** Computes an invoice a second time from the stored events; reading does not wait. */
  verifyInvoice(call: AccountCall & { invoiceId: string }): Promise<Result<InvoiceCheck>> {
    return verifyCustomerInvoice(this.account, call)
  }

  /** The customer's commits and credits, what happened to them, and if asked, what drafts draw. */
  readBalances(call: BalancesCall): Promise<Result<BalancesReading>> {
    return readBalances(this.account, call)
  }

  /** The invoices, final or drafts, that the customer's fixed charges are on, by the charges' ids. */
  chargeInvoices(call: AccountCall): Promise<Record<string, string>> {
    return chargeInvoices(this.account, call)
  }

  /** Adds an entry by hand to a commit or credit; asked again with the same id, answers the same. */
  addManualEntry(call: AccountCall & { input: ManualEntryInput }): Promise<Result<ManualEntry>> {
    return this.inTurn(() => addManualEntry(this.account, call))
  }

  /** Says what some usage would cost now and whether balances allow it, and keeps that free. */
  askGate(call: GateCall): Promise<Result<GateAnswer>> {
    return this.gate.ask(call)
  }

  /** Ingests what was used under a hold of the gate, and lets go of it. */
  settleGate(call: SettleCall): Promise<Result<SettleAnswer>> {
    return this.gate.settle(call)
  }

  /** Lets go of what a hold of the gate keeps free. */
  releaseGate(call: AccountCall & { id: string }): Result<{ isActive: boolean }> {
    return this.gate.release(call)
  }

  /** What contracts below the customer's may draw on its balances; reading does not wait. */
  readShareable(call: AccountCall & { links: DrawingLink[] }): Promise<SharedBalances> {
    return readShareable(this.account, call)
  }

  /** Posts what an invoice of a contract below is about to draw; false if it is more than what is left. */
  postSharedDraws(call: SharedDrawCall): Promise<boolean> {
    return this.inTurn(() => postSharedDraws(this.account, call))
  }

  /** Gives back what invoices of a contract below drew that are final no more. */
  voidSharedDraws(call: AccountCall & DrawingContract): Promise<void> {
    return this.inTurn(async () => voidSharedDraws(this.account.storage.sql, call, call.now))
  }

  /** The usage invoices of some contracts, drafts and stored ones; reading does not wait. */
  listStatements(call: AccountCall & { contractIds: string[] }): Promise<Statement[]> {
    return listStatements(this.account, call)
  }

  /** Makes consolidated invoices void that void invoices of a contract below are on. */
  voidConsolidated(call: AccountCall & { invoiceIds: string[] }): Promise<void> {
    return this.inTurn(() => voidConsolidated(this.account, call))
  }

  /** Forgets everything, for a sandbox that is being deleted. */
  deleteAll(): Promise<void> {
    return this.inTurn(() => this.ctx.storage.deleteAll())
  }

  /** The draft of this name, if nothing was done since it was computed; it serves once. */
  private takePrepared(token: string | undefined): PreparedStatement | null {
    const { prepared, turns } = this
    this.prepared = null
    const isCurrent = prepared?.token === token && prepared?.turn === turns - 1
    return isCurrent ? (prepared?.draft ?? null) : null
  }

  /** Runs work after all work before it has ended, well or badly. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const begun = this.lastTurn.then(() => {
      this.turns += 1
      return work()
    })
    const turn = begun.finally(() => this.live.changed())
    this.lastTurn = turn.catch(() => undefined)
    return turn
  }
}
