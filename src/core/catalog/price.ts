export const RATE_TYPES = [
  'FLAT',
  'PERCENTAGE',
  'SUBSCRIPTION',
  'TIERED',
  'TIERED_PERCENTAGE',
  'CUSTOM',
] as const
export type RateType = (typeof RATE_TYPES)[number]

/** A step of a ladder. `size` is its width; the last step has none and never ends (pricing 3.3). */
export interface Tier {
  size: string | null
  price: string
}

/** How a quantity, or spend, turns into an amount. All numbers are decimal texts. */
export type Price =
  /** Per unit. */
  | { rateType: 'FLAT'; price: string }
  /** Each unit at the price of the step that it falls into (graduated; pricing 14.4). */
  | { rateType: 'TIERED'; tiers: Tier[] }
  /** A fraction of spend, 0.1 = 10 %, and at least the minimum of a period. */
  | { rateType: 'PERCENTAGE'; price: string; minimum: string | null }
  /** A ladder of fractions, whose steps are amounts of spend. */
  | { rateType: 'TIERED_PERCENTAGE'; tiers: Tier[]; minimum: string | null }
  /** The old form: so many units a period, whatever was used. */
  | { rateType: 'SUBSCRIPTION'; price: string; quantity: string; isProrated: boolean }
  /** Kept for the caller's own pricing; it charges nothing here. */
  | { rateType: 'CUSTOM'; /** JSON text. */ customRate: string }

export const BILLING_FREQUENCIES = ['MONTHLY', 'QUARTERLY', 'ANNUAL', 'WEEKLY'] as const
export type BillingFrequency = (typeof BILLING_FREQUENCIES)[number]
