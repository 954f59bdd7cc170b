import { Decimal, toText } from '../decimal.ts'
import type { CustomerTerms } from '../contracts/terms.ts'
import type { Balance } from '../ledger/balance.ts'
import { sourceKey, type LedgerFacts, type PostedDraw, type Remaining } from '../ledger/draw.ts'
import { openingRemaining } from '../ledger/remaining.ts'
import type { Invoice } from './invoice.ts'
import type { ChargedStatement } from './open-invoices.ts'
import { rateStatement, type CustomerSpend, type StatementSources } from './rate-statement.ts'
import { draftUsageInvoice, type StatementCharges } from './usage-invoice.ts'

/** A statement with all that is needed to compute it. */
export interface ReadyStatement {
  statement: ChargedStatement
  /** Null for a contract without a rate card. */
  sources: StatementSources | null
  customer: CustomerSpend
  /** The lines of its fixed charges. */
  charges: StatementCharges
}

/** The drafts of some statements, and the balances as they are when all of these have drawn. */
export interface RatedStatements {
  drafts: Invoice[]
  balances: Balance[]
  facts: LedgerFacts
  /** What the drafts draw. */
  reserved: PostedDraw[]
}

/**
 * Computes statements one after the other, in the order in which they draw: each one sees what
 * those before it have left (pricing 18.5).
 * @param statements in that order
 * @param balances all of the customer's that were not made by a renewal
 */
export function rateInOrder(
  statements: readonly ReadyStatement[],
  { balances, facts }: { terms: CustomerTerms; balances: Balance[]; facts: LedgerFacts },
  now: number,
): RatedStatements {
  let remaining = openingRemaining(balances, facts)
  const drafts: Invoice[] = []
  const reserved: PostedDraw[] = []
  for (const { statement, sources, customer, charges } of statements) {
    const { contract, header } = statement
    const drawing = { contractId: contract.id, balances, remaining }
    const draft =
      sources === null
        ? draftUsageInvoice(header, null, charges, now)
        : rateStatement(header, sources, now, { customer, charges, drawing })
    const draws = drawsOf(draft, now)
    drafts.push(draft)
    reserved.push(...draws)
    remaining = takeOff(remaining, draws)
  }
  return { drafts, balances, facts, reserved }
}

/** What an invoice draws, as facts of the ledger. */
export function drawsOf({ id, contractId, derivation }: Invoice, postedAt: number): PostedDraw[] {
  const { draws = [] } = derivation
  return draws.map((draw) => ({ ...draw, invoiceId: id, contractId, postedAt, voidedAt: null }))
}

function takeOff(remaining: Remaining, draws: readonly PostedDraw[]): Remaining {
  if (draws.length === 0) return remaining
  const left = new Map(remaining)
  for (const draw of draws) {
    const key = sourceKey(draw)
    left.set(key, toText(new Decimal(left.get(key) ?? '0').minus(draw.amount)))
  }
  return left
}
