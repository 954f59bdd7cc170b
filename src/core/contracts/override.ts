import type { BillingFrequency, Price } from '../catalog/price.ts'

export const OVERRIDE_PRIORITIZATIONS = ['LOWEST_MULTIPLIER', 'EXPLICIT'] as const
export type OverridePrioritization = (typeof OVERRIDE_PRIORITIZATIONS)[number]

/** What an override does to the price of the card; only its entitlement may matter, too. */
export type OverrideChange =
  /** Times the price, of every tier (0 = free). */
  | { type: 'MULTIPLIER'; multiplier: string; priority: number | null }
  /** Instead of the price. */
  | { type: 'OVERWRITE'; price: Price; creditTypeId: string }
  /** Times the price, by how much was used in the period; beyond the last sized step, the price itself. */
  | { type: 'TIERED'; tiers: { size: string | null; multiplier: string }[]; priority: number }

/** What an override is for: all members that are given must fit (pricing 5.2). */
export interface OverrideSpecifier {
  productId?: string
  /** The product has all of them. */
  productTags?: string[]
  /** The usage has these values, and maybe others. */
  pricingGroupValues?: Record<string, string>
  presentationGroupValues?: Record<string, string>
  billingFrequency?: BillingFrequency
  commitIds?: string[]
  recurringCommitIds?: string[]
  anyCommitOrCreditIds?: string[]
  /** What has all tags of one of these is left out. */
  exclude?: { productTags: string[] }[]
}

/** A change of the card's prices for one contract. Exactly one prices a line; they never stack. */
export interface Override {
  id: string
  startingAt: number
  endingBefore: number | null
  /** Whether products are billed, where that differs from the card. */
  entitled: boolean | null
  change: OverrideChange | null
  /** Any of them; none: everything. `product_id` and tags of the request become specifiers. */
  specifiers: OverrideSpecifier[]
  /** What was asked for by product and tags, for showing it so; the specifiers say the same. */
  targeting?: { productId?: string; anyProductTags?: string[] }
  /** Prices only what a commit or credit pays. */
  isCommitSpecific: boolean
  target: 'LIST_RATE' | 'COMMIT_RATE'
  createdAt: number
}
