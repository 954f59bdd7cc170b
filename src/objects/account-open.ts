import { draftInvoices, type DraftSources } from '../actions/draft-invoices.ts'
import type { Contract } from '../core/contracts/contract.ts'
import type { CustomerTerms } from '../core/contracts/terms.ts'
import type { DueInvoice } from '../core/invoices/due-invoice.ts'
import { openInvoices } from '../core/invoices/open-invoices.ts'
import { invoicedBy, nextScheduledDue, type Invoiced } from '../core/invoices/open-scheduled.ts'
import { firstOpenPeriod, nextDue } from '../core/invoices/open-statement.ts'
import { allBalances } from '../core/ledger/all-balances.ts'
import { cancellationsOf } from '../core/ledger/cancellations.ts'
import type { BalancesReading, LedgerFacts } from '../core/ledger/draw.ts'
import { endWithContracts, keepExpired } from '../core/ledger/end-with-contracts.ts'
import { openingRemaining } from '../core/ledger/remaining.ts'
import { renew, renewalsOf, type Renewal, type RenewedBalances } from '../core/ledger/renewals.ts'
import { archiveWithContracts } from '../core/ledger/select-balances.ts'
import { ok, refuse, type Result } from '../core/result.ts'
import { loadTerms, type LoadedTerms } from '../db/terms.ts'
import { readDraws, sumDraws } from './account-draws.ts'
import type { Account } from './account-invoices.ts'
import type { AccountCall } from './account-rpc.ts'
import { readShared } from './account-shared.ts'
import {
  listChargedOn,
  listInvoiceSummaries,
  listIssueDates,
  listTakenCharges,
} from './account-store.ts'

/** What of a customer is open, and all that its drafts are computed from but rates and usage. */
export interface OpenReading extends DraftSources {
  invoiced: Invoiced
}

/** The statement period of a void invoice that another one is to take the place of. */
export interface ReopenedPeriod {
  contractId: string
  startingAt: number
}

/** All draws one by one, or summed up. */
type ReadPosted = typeof readDraws

/**
 * What is open, by the terms and by what is stored, as of one moment. Null when there is no such
 * customer: then the account's storage is not touched.
 * @param reopened is taken for open, though it has its void invoice
 * @param readPosted `readDraws` where it matters which invoice has drawn what, and when
 */
export async function readOpen(
  account: Account,
  call: AccountCall,
  reopened: ReopenedPeriod | null = null,
  readPosted: ReadPosted = sumDraws,
): Promise<OpenReading | null> {
  const { environmentId, customerId, now } = call
  const terms = await loadAllTerms(account, call)
  if (terms === null) return null
  const invoiced = reopen(readInvoiced(account), reopened)
  const settled = settleRenewals(terms, invoiced, readFacts(account, terms, readPosted), now)
  const open = openInvoices(settled.terms, invoiced, now)
  const contracts = open.statements.map(({ contract }) => contract)
  const shared = await readShared(account, call, contracts)
  return { environmentId, customerId, now, invoiced, open, shared, ...settled }
}

function reopen(invoiced: Invoiced, reopened: ReopenedPeriod | null): Invoiced {
  if (reopened === null) return invoiced
  const { contractId, startingAt } = reopened
  return {
    ...invoiced,
    isInvoiced: (contract, period) =>
      (contract.id !== contractId || period.startMs !== startingAt) &&
      invoiced.isInvoiced(contract, period),
  }
}

/**
 * Takes along what renewals leave whose former contracts have no open statement any more; what the
 * others leave depends on their drafts.
 */
function settleRenewals(
  terms: LoadedTerms,
  { isInvoiced }: Invoiced,
  facts: LedgerFacts,
  now: number,
): Pick<OpenReading, 'terms' | 'facts' | 'renewals'> {
  const renewals = renewalsOf(terms.contracts)
  const isSettled = ({ from }: Renewal) => firstOpenPeriod(from, isInvoiced) === null
  let state: RenewedBalances = { balances: terms.balances, facts }
  for (const renewal of renewals.filter(isSettled)) {
    state = renew(state, openingRemaining(state.balances, state.facts), renewal, now)
  }
  return {
    terms: { ...terms, balances: state.balances },
    facts: state.facts,
    renewals: renewals.filter((renewal) => !isSettled(renewal)),
  }
}

/** The customer's terms, with the balances that recurring commits and credits have made by now. */
export async function loadAllTerms(
  { db }: Account,
  { environmentId, customerId, now }: AccountCall,
): Promise<LoadedTerms | null> {
  const terms = await loadTerms(db, environmentId, customerId)
  if (terms === null) return null
  const balances = keepExpired(allBalances(terms, now), terms.contracts)
  return { ...terms, balances: archiveWithContracts(balances, terms.contracts) }
}

/** What the account has invoiced. */
export function readInvoiced({ storage }: Account): Invoiced {
  const taken = new Set(listTakenCharges(storage.sql).keys())
  const issueDates = listIssueDates(storage.sql)
  return { ...invoicedBy(listInvoiceSummaries(storage.sql), taken), issueDates }
}

function readFacts(
  { storage }: Account,
  { balances, contracts, manualEntries }: LoadedTerms,
  readPosted: ReadPosted = sumDraws,
): LedgerFacts {
  const { posted, trueups } = readPosted(storage.sql)
  const segmentOf = new Map(balances.map(({ id, segments }) => [id, segments[0]?.id ?? '']))
  const facts: LedgerFacts = {
    posted,
    manual: manualEntries,
    rollovers: [],
    // A postpaid commit has one segment.
    trueups: trueups.map((fact) => ({ ...fact, segmentId: segmentOf.get(fact.balanceId) ?? '' })),
  }
  const chargedOn = listChargedOn(storage.sql)
  return { ...facts, cancellations: cancellationsOf(balances, facts, chargedOn, contracts) }
}

/** What falls due next of a contract's invoices. */
export function dueInvoices(
  terms: CustomerTerms,
  contract: Contract,
  invoiced: Invoiced,
  now: number,
): DueInvoice[] {
  const usage = nextDue(terms, contract, invoiced.isInvoiced, invoiced.issueDates)
  const scheduled = nextScheduledDue(terms, contract, invoiced, now)
  return [...(usage === null ? [] : [usage]), ...scheduled]
}

/** The same by what the account has invoiced, and with what renewals have taken along. */
export function readDue(
  account: Account,
  terms: LoadedTerms,
  contract: Contract,
  now: number,
): DueInvoice[] {
  const invoiced = readInvoiced(account)
  const settled = settleRenewals(terms, invoiced, readFacts(account, terms), now)
  return dueInvoices(settled.terms, contract, invoiced, now)
}

export interface BalancesCall extends AccountCall {
  /** Whether what the present drafts draw is asked for, too, which takes all of their usage. */
  isWithDrafts: boolean
}

/** The customer's balances, and all that has happened to them or would by the present drafts. */
export async function readBalances(
  account: Account,
  call: BalancesCall,
): Promise<Result<BalancesReading>> {
  const read = await readOpen(account, call, null, readDraws)
  if (read === null) return refuse('not_found', `customer_id: no customer ${call.customerId}`)
  const asked = { statements: read.open.statements, scheduled: [] }
  const { balances } = read.terms
  // What a contract takes over from one with open statements depends on their drafts.
  const isNeeding = call.isWithDrafts || read.renewals.length > 0
  // Without balances nothing is drawn, and no usage need be read.
  if (balances.length === 0 || !isNeeding) return ok({ balances, facts: read.facts, reserved: [] })
  const drafted = await draftInvoices(account.env, read, asked)
  const { facts, reserved } = drafted
  const usable = endWithContracts(drafted.balances, read.terms.contracts, call.now)
  return ok({ balances: usable, facts, reserved })
}
