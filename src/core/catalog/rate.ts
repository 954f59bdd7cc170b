import type { BillingFrequency, Price } from './price.ts'

/** One entry of a rate card: a price for a product, for certain values, in a span of time. */
export interface Rate {
  id: string
  /** Order of entry: where entries overlap, the newest wins (pricing 3.3). */
  sequence: number
  rateCardId: string
  productId: string
  /** The values that it is for; null = the product's fallback for unmatched values. */
  pricingGroupValues: Record<string, string> | null
  startingAt: number
  endingBefore: number | null
  /** False: priced, but not billed unless a contract turns it on. */
  entitled: boolean
  /** In the unit of the credit type. */
  price: Price
  /** What is charged instead where a commit or credit of rate type COMMIT_RATE pays. */
  commitPrice: Price | null
  /** Of prices for subscriptions; null for others. */
  billingFrequency: BillingFrequency | null
  creditTypeId: string
  createdAt: number
}

/** What a rate is for; entries for the same are one schedule, and each has its place on the card. */
export interface RateKey {
  productId: string
  /** The canonical JSON of the pricing group values; empty for the fallback. */
  values: string
  /** Empty for rates that have none. */
  frequency: string
}

export function rateKeyOf({
  productId,
  pricingGroupValues: values,
  billingFrequency,
}: Pick<Rate, 'productId' | 'pricingGroupValues' | 'billingFrequency'>): RateKey {
  return {
    productId,
    values: values === null ? '' : JSON.stringify(values),
    frequency: billingFrequency ?? '',
  }
}
