export const SPEND_SOURCES = ['THRESHOLD_RECHARGE', 'MANUAL'] as const
export type SpendSource = (typeof SPEND_SOURCES)[number]

export const DISCOUNTED_SPEND = ['ANY', 'DISCOUNTED_ONLY', 'UNDISCOUNTED_ONLY'] as const

/** What counts: what is invoiced for commits of one of the sources. */
export interface SpendSpecifier {
  spendType: 'COMMIT_PURCHASE'
  sources: SpendSource[]
  /** ANY if absent. */
  discounted?: (typeof DISCOUNTED_SPEND)[number]
}

/** Adds up what a contract's commits cost in each of its billing periods (pricing 9.3). */
export interface SpendTracker {
  /** Unique in the contract. */
  alias: string
  creditTypeId: string
  resetFrequency: 'BILLING_PERIOD'
  /** What fits any of them counts, once. */
  specifiers: SpendSpecifier[]
}
