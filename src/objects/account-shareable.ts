import { draftInvoices } from '../actions/draft-invoices.ts'
import type { Draw } from '../core/ledger/draw.ts'
import { openingRemaining } from '../core/ledger/remaining.ts'
import {
  isLeft,
  shareBalances,
  type SharedBalances,
  type SharingLink,
} from '../core/ledger/shared-balances.ts'
import type { Account } from './account-invoices.ts'
import { readOpen } from './account-open.ts'
import type { AccountCall } from './account-rpc.ts'
import { replaceSharedDraws, type DrawingContract } from './account-shared-draws.ts'

/** What an invoice of a contract below is about to draw on the customer's balances. */
export interface SharedDrawCall extends AccountCall, DrawingContract {
  link: SharingLink
  invoiceId: string
  draws: Draw[]
}

/** A contract below that asks what it may draw on, and its invoices that are final and not void. */
export interface DrawingLink extends SharingLink {
  finalInvoiceIds: string[]
}

/**
 * The customer's balances that contracts below may draw on, with what is left of them and what the
 * customer's own drafts draw. What was posted for invoices of these contracts that are not final is
 * left for them: the finalization died, and posts anew.
 */
export async function readShareable(
  account: Account,
  call: AccountCall & { links: DrawingLink[] },
): Promise<SharedBalances> {
  const none: SharedBalances = { balances: [], remaining: new Map(), reserved: [] }
  const found = await readOpen(account, call)
  if (found === null) return none
  const finalOf = new Map(call.links.map((link) => [link.childContractId, link.finalInvoiceIds]))
  const posted = found.facts.posted.filter(
    ({ contractId, invoiceId, voidedAt }) =>
      voidedAt !== null || (finalOf.get(contractId)?.includes(invoiceId) ?? true),
  )
  const read = { ...found, facts: { ...found.facts, posted } }
  const balances = shareBalances(read.terms.balances, call.links)
  if (balances.length === 0) return none
  const asked = { statements: read.open.statements, scheduled: [] }
  const { reserved } = await draftInvoices(account.env, read, asked)
  const ids = new Set(balances.map(({ id }) => id))
  const shared = reserved.filter(({ balanceId }) => ids.has(balanceId))
  const drawsOf = Map.groupBy(shared, ({ invoiceId }) => invoiceId)
  return {
    balances,
    remaining: openingRemaining(balances, read.facts),
    reserved: asked.statements.flatMap(({ header, period }) => {
      const draws = drawsOf.get(header.id) ?? []
      return draws.length === 0 ? [] : [{ endMs: period.endMs, draws }]
    }),
  }
}

/**
 * Posts what an invoice of a contract below draws, unless it is more than what is left; once for
 * each invoice, the last call counts: its contract's account finalizes with what it asked for last.
 * @returns false if it is more
 */
export async function postSharedDraws(account: Account, call: SharedDrawCall): Promise<boolean> {
  const { link, invoiceId, draws, finalInvoiceIds, now } = call
  const read = await readOpen(account, call)
  if (read === null) return draws.length === 0
  const { facts, terms } = read
  const isPosted = (draw: { contractId: string; invoiceId: string }) =>
    draw.contractId !== link.childContractId || finalInvoiceIds.includes(draw.invoiceId)
  // What was posted for invoices that are not final is replaced.
  const others = facts.posted.filter((draw) => draw.voidedAt !== null || isPosted(draw))
  const balances = shareBalances(terms.balances, [link])
  const remaining = openingRemaining(balances, { ...facts, posted: others })
  if (!isLeft(remaining, draws)) return false
  replaceSharedDraws(account.storage, call, invoiceId, draws, now)
  return true
}
