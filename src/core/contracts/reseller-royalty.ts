export const RESELLER_TYPES = ['AWS', 'AWS_PRO_SERVICE', 'GCP', 'GCP_PRO_SERVICE'] as const
export type ResellerType = (typeof RESELLER_TYPES)[number]

/** What a marketplace knows a sale by. */
export interface ResellerOptions {
  awsAccountNumber?: string
  awsPayerReferenceId?: string
  awsOfferId?: string
  gcpAccountId?: string
  gcpOfferId?: string
}

/** What a reseller keeps of the sales of some products in a span of time. */
export interface RoyaltySegment extends ResellerOptions {
  /** Decimal text, 0 … 1. */
  fraction: string
  netsuiteResellerId: string
  /** Any of these products, or of the products with these tags. */
  applicableProductIds?: string[]
  applicableProductTags?: string[]
  startingAt: number
  /** Exclusive; null = without end. */
  endingBefore: number | null
  /** Kept for the caller; a decimal text. */
  resellerContractValue?: string
}

/**
 * What a contract says of sales through a marketplace (pricing 7): there is one for each type at
 * most. It is shown on invoices and does not change what they come to.
 */
export interface ResellerRoyalty {
  type: ResellerType
  /** In the order of time, without overlaps. */
  segments: RoyaltySegment[]
}
