import type { Balance } from '../ledger/balance.ts'
import { takeDraws, type LedgerFacts, type PostedDraw, type Remaining } from '../ledger/draw.ts'
import { openingRemaining } from '../ledger/remaining.ts'
import { renew, type Renewal, type RenewedBalances } from '../ledger/renewals.ts'
import type { SharedBalances } from '../ledger/shared-balances.ts'
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

/** What statements draw on. */
export interface DrawnBalances {
  /** Those that renewals below take along are not among them. */
  balances: Balance[]
  facts: LedgerFacts
  /** Of contracts with statements that are still open, in the order of time. */
  renewals: readonly Renewal[]
  /** By the ids of products: what balances without a name are called by. */
  productNames: ReadonlyMap<string, string>
  /** Of customers above, for contracts below theirs; they are not among the balances. */
  shared?: readonly SharedBalances[]
}

/** The drafts of some statements, and the balances as they are when all of these have drawn. */
export interface RatedStatements extends RenewedBalances {
  drafts: Invoice[]
  /** What the drafts draw. */
  reserved: PostedDraw[]
  /** What is left when all of them have drawn. */
  remaining: Remaining
}

/**
 * Computes statements one after the other, in the order in which they draw: each one sees what
 * those before it have left (pricing 18.5). A contract that takes over gets what is left to it
 * before its first statement; by then all of the former contract have drawn.
 * @param statements in that order
 */
export function rateInOrder(
  statements: readonly ReadyStatement[],
  { balances, facts, renewals, productNames, shared = [] }: DrawnBalances,
  now: number,
): RatedStatements {
  const drafts: Invoice[] = []
  const reserved: PostedDraw[] = []
  const waiting = [...renewals]
  let state: RenewedBalances = { balances, facts }
  const ofOthers = shared.flatMap((each) => each.balances)
  let promised = shared.flatMap((each) => each.reserved)
  let remaining: Remaining = new Map([
    ...openingRemaining(balances, facts),
    ...shared.flatMap((each) => [...each.remaining]),
  ])
  const takeOver = (isDue: (renewal: Renewal) => boolean) => {
    for (const renewal of waiting.filter(isDue)) {
      waiting.splice(waiting.indexOf(renewal), 1)
      const renewed = renew(state, remaining, renewal, now)
      remaining = moveOver(remaining, renewed)
      state = renewed
    }
  }
  for (const { statement, sources, customer, charges } of statements) {
    const { contract, header } = statement
    takeOver(({ to }) => to.id === contract.id)
    // What their owner's statements of periods that end no later draw, goes before.
    const isBefore = ({ endMs }: { endMs: number }) => endMs <= header.endingBefore
    remaining = leave(remaining, promised.filter(isBefore))
    promised = promised.filter((each) => !isBefore(each))
    const payers = [...state.balances, ...ofOthers]
    const drawing = { contractId: contract.id, balances: payers, remaining, productNames }
    const draft =
      sources === null
        ? draftUsageInvoice(header, null, charges, now)
        : rateStatement(header, sources, now, { customer, charges, drawing })
    const draws = drawsOf(draft, now)
    drafts.push(draft)
    reserved.push(...draws)
    remaining = takeDraws(remaining, draws)
  }
  takeOver(() => true)
  return { drafts, balances: state.balances, facts: state.facts, reserved, remaining }
}

/** What drafts of others leave; where statements before have drawn that already, nothing. */
function leave(remaining: Remaining, promised: SharedBalances['reserved']): Remaining {
  const taken = takeDraws(
    remaining,
    promised.flatMap(({ draws }) => draws),
  )
  return new Map([...taken].map(([key, left]) => [key, left.startsWith('-') ? '0' : left]))
}

/** What moved is left to the new balances, less what final invoices have drawn of it. */
function moveOver(
  remaining: Remaining,
  { added, facts }: RenewedBalances & { added: Balance[] },
): Remaining {
  const ids = new Set(added.map(({ id }) => id))
  const moved = facts.rollovers.filter(({ toBalanceId }) => ids.has(toBalanceId))
  const draws = moved.flatMap(({ balanceId, segmentId, amount, at, seats }) =>
    seats === undefined
      ? [{ balanceId, segmentId, amount, at }]
      : Object.entries(seats).map(([seatId, part]) => ({
          balanceId,
          segmentId,
          seatId,
          amount: part,
          at,
        })),
  )
  return new Map([...takeDraws(remaining, draws), ...openingRemaining(added, facts)])
}

/** What an invoice draws, as facts of the ledger. */
export function drawsOf({ id, contractId, derivation }: Invoice, postedAt: number): PostedDraw[] {
  const { draws = [] } = derivation
  return draws.map((draw) => ({ ...draw, invoiceId: id, contractId, postedAt, voidedAt: null }))
}
