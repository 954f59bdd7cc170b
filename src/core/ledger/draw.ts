import { Decimal, toText } from '../decimal.ts'
import type { Balance } from './balance.ts'

/** What an invoice takes from a segment of a balance; amounts are positive decimal texts. */
export interface Draw {
  balanceId: string
  segmentId: string
  /** Of balances with INDIVIDUAL seats. */
  seatId?: string
  amount: string
  /** The end of the service period, or of the segment if that is earlier (pricing 16). */
  at: number
}

/** A draw of an invoice that is kept. */
export interface PostedDraw extends Draw {
  invoiceId: string
  contractId: string
  postedAt: number
  /** When the invoice was voided, which gives back what it drew. */
  voidedAt: number | null
}

/** An entry that an operator made; the amount is negative if it takes away (pricing 17). */
export interface ManualEntry {
  id: string
  balanceId: string
  segmentId: string
  amount: string
  reason: string
  at: number
  /** Of balances with INDIVIDUAL seats: parts of the amount. */
  seats?: Record<string, string>
  createdAt: number
}

/** What was left of a segment and moved to the contract that took over (pricing 10). */
export interface RolloverMove {
  balanceId: string
  segmentId: string
  amount: string
  at: number
  toContractId: string
  toBalanceId: string
  /** Of balances with INDIVIDUAL seats: parts of the amount. */
  seats?: Record<string, string>
}

/** A segment taken back since what was to be paid for it is not: pricing 18.4. */
export interface Cancellation {
  balanceId: string
  segmentId: string
  /** Of the purchase that was voided, or whose payment failed. */
  invoiceId: string
  amount: string
  at: number
  /** Of balances with INDIVIDUAL seats: parts of the amount. */
  seats?: Record<string, string>
}

/** All that happened to a customer's balances, besides their terms. */
export interface LedgerFacts {
  /** Of final invoices, void ones among them, in the order of their finalization. */
  posted: PostedDraw[]
  manual: ManualEntry[]
  rollovers: RolloverMove[]
  /** What true-ups of postpaid commits have charged. */
  trueups: { balanceId: string; segmentId: string; invoiceId: string; amount: string; at: number }[]
  cancellations?: Cancellation[]
}

/**
 * What balances have left for the next invoice in the order in which invoices draw: of each
 * segment, or of each of its seats, by `sourceKey`. Decimal texts; never below 0.
 */
export type Remaining = ReadonlyMap<string, string>

export function sourceKey({ balanceId, segmentId, seatId = '' }: Omit<Draw, 'amount' | 'at'>) {
  return `${balanceId}/${segmentId}/${seatId}`
}

/** What is left after an invoice has drawn. */
export function takeDraws(remaining: Remaining, draws: readonly Draw[]): Remaining {
  const left = new Map(remaining)
  for (const draw of draws) {
    const key = sourceKey(draw)
    left.set(key, toText(new Decimal(left.get(key) ?? 0).minus(draw.amount)))
  }
  return left
}

/** A customer's balances and all that happened to them, with what the present drafts would draw. */
export interface BalancesReading {
  /** Those made by request, those that recurring ones have made by now, and those of renewals. */
  balances: Balance[]
  facts: LedgerFacts
  /** Of drafts: `invoiceId` is the draft's, `postedAt` the time of reading. */
  reserved: PostedDraw[]
}
