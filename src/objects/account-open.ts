import { draftInvoices, type DraftSources } from '../actions/draft-invoices.ts'
import type { Contract } from '../core/contracts/contract.ts'
import type { CustomerTerms } from '../core/contracts/terms.ts'
import type { DueInvoice } from '../core/invoices/due-invoice.ts'
import { openInvoices } from '../core/invoices/open-invoices.ts'
import { invoicedBy, nextScheduledDue, type Invoiced } from '../core/invoices/open-scheduled.ts'
import { nextDue } from '../core/invoices/open-statement.ts'
import { childBalances } from '../core/ledger/child-balances.ts'
import type { BalancesReading, LedgerFacts } from '../core/ledger/draw.ts'
import { ok, refuse, type Result } from '../core/result.ts'
import { loadTerms, type LoadedTerms } from '../db/terms.ts'
import { readDraws } from './account-draws.ts'
import type { Account } from './account-invoices.ts'
import type { AccountCall } from './account-rpc.ts'
import { listInvoiceSummaries, listTakenCharges } from './account-store.ts'

/** What of a customer is open, and all that its drafts are computed from but rates and usage. */
export interface OpenReading extends DraftSources {
  invoiced: Invoiced
}

/**
 * What is open, by the terms and by what is stored, as of one moment. Null when there is no such
 * customer: then the account's storage is not touched.
 */
export async function readOpen(account: Account, call: AccountCall): Promise<OpenReading | null> {
  const { environmentId, customerId, now } = call
  const terms = await loadAllTerms(account, call)
  if (terms === null) return null
  const invoiced = readInvoiced(account)
  const open = openInvoices(terms, invoiced, now)
  const facts = readFacts(account, terms)
  return { environmentId, customerId, now, terms, invoiced, open, facts }
}

/** The customer's terms, with the balances that recurring commits and credits have made by now. */
export async function loadAllTerms(
  { db }: Account,
  { environmentId, customerId, now }: AccountCall,
): Promise<LoadedTerms | null> {
  const terms = await loadTerms(db, environmentId, customerId)
  if (terms === null) return null
  const stored = new Set(terms.balances.map(({ id }) => id))
  const made = terms.contracts.flatMap((contract) =>
    (contract.terms.recurringBalances ?? []).flatMap((each) => childBalances(contract, each, now)),
  )
  const balances = [...terms.balances, ...made.filter(({ id }) => !stored.has(id))]
  return { ...terms, balances }
}

/** What the account has invoiced. */
export function readInvoiced({ storage }: Account): Invoiced {
  const taken = new Set(listTakenCharges(storage.sql).keys())
  return invoicedBy(listInvoiceSummaries(storage.sql), taken)
}

function readFacts({ storage }: Account, { balances, manualEntries }: LoadedTerms): LedgerFacts {
  const { posted, trueups } = readDraws(storage.sql)
  const segmentOf = new Map(balances.map(({ id, segments }) => [id, segments[0]?.id ?? '']))
  return {
    posted,
    manual: manualEntries,
    rollovers: [],
    // A postpaid commit has one segment.
    trueups: trueups.map((fact) => ({ ...fact, segmentId: segmentOf.get(fact.balanceId) ?? '' })),
  }
}

/** What falls due next of a contract's invoices: of each kind one at most. */
export function dueInvoices(
  terms: CustomerTerms,
  contract: Contract,
  invoiced: Invoiced,
  now: number,
): DueInvoice[] {
  const usage = nextDue(terms, contract, invoiced.isInvoiced)
  const scheduled = nextScheduledDue(terms, contract, invoiced, now)
  return [usage, scheduled].filter((due) => due !== null)
}

/** The customer's balances, and all that has happened to them or would by the present drafts. */
export async function readBalances(
  account: Account,
  call: AccountCall,
): Promise<Result<BalancesReading>> {
  const read = await readOpen(account, call)
  if (read === null) return refuse('not_found', `customer_id: no customer ${call.customerId}`)
  const asked = { statements: read.open.statements, scheduled: [] }
  const { balances } = read.terms
  // Without balances nothing is drawn, and no usage need be read.
  if (balances.length === 0) return ok({ balances, facts: read.facts, reserved: [] })
  const drafted = await draftInvoices(account.env, read, asked)
  return ok({ balances: drafted.balances, facts: drafted.facts, reserved: drafted.reserved })
}
