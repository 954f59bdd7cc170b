import type { BillingFrequency } from '../catalog/price.ts'
import type { Product } from '../catalog/product.ts'
import type { RateCard } from '../catalog/rate-card.ts'
import type { BillableMetric } from '../metering/metric.ts'

/** What is on a rate card, as far as the terms of a contract depend on it. */
export interface CardContents {
  rateCard: RateCard
  /** All products that have ever had a rate on the card. */
  products: Product[]
  /** The metrics that the products use or used. */
  metrics: BillableMetric[]
  /** How often subscriptions may be billed: what there has ever been a rate for. */
  subscriptionRates?: { productId: string; billingFrequency: BillingFrequency }[]
}
