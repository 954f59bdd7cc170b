import type { PaymentGate } from './payment-gate.ts'

/** What the commits of a threshold have in common (pricing 9.1). */
export interface ThresholdCommit {
  /** Of type FIXED. */
  productId: string
  /** The product's name if absent. */
  name?: string
  description?: string
  /** Lower goes first; a decimal text. */
  priority: string
}

/** The priority of threshold commits that say nothing else (pricing 6.1). */
export const THRESHOLD_PRIORITY = '100'

/** A part of the price is paid, as long as a spend tracker has not reached an amount. */
export interface ThresholdDiscount {
  /** The part that is paid, above 0 and at most 1; a decimal text. */
  paymentFraction: string
  cap?: { spendTrackerAlias: string; amount: string }
}

/**
 * Each time that spend which nothing has paid for reaches an amount, a commit over it is sold
 * (pricing 9.1). Amounts are decimal texts in the currency of the contract's rate card.
 */
export interface SpendThreshold {
  isEnabled: boolean
  thresholdAmount: string
  commit: ThresholdCommit
  paymentGate: PaymentGate
  discount?: ThresholdDiscount
}
