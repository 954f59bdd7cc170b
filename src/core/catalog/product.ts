export const PRODUCT_TYPES = ['USAGE', 'SUBSCRIPTION', 'COMPOSITE', 'FIXED', 'PRO_SERVICE'] as const
export type ProductType = (typeof PRODUCT_TYPES)[number]

/** When the quantity of a SQL metric counts as incurred: as it grows, or at the period's end (SG-1). */
export const SQL_GRANULARITIES = ['HOUR', 'SERVICE_PERIOD'] as const
export type SqlGranularity = (typeof SQL_GRANULARITIES)[number]

export const CONVERSION_OPERATIONS = ['MULTIPLY', 'DIVIDE'] as const
export type ConversionOperation = (typeof CONVERSION_OPERATIONS)[number]

/** Turns what was metered into what is billed: MB, divided by 1024, into GB. */
export interface QuantityConversion {
  name?: string
  /** Decimal text; never 0 with DIVIDE. */
  factor: string
  operation: ConversionOperation
}

export const ROUNDING_METHODS = ['ROUND_UP', 'ROUND_DOWN', 'ROUND_HALF_UP'] as const
export type RoundingMethod = (typeof ROUNDING_METHODS)[number]

export interface QuantityRounding {
  method: RoundingMethod
  decimalPlaces: number
}

/** What a product is in a span of time (spec pricing, section 2). */
export interface ProductState {
  name: string
  tags: string[]
  /** USAGE products only. */
  billableMetricId?: string
  /** Of SQL metrics only; SERVICE_PERIOD if absent (SG-2). */
  sqlBreakdownGranularity?: SqlGranularity
  /** Before rounding. */
  quantityConversion?: QuantityConversion
  /** Of the quantity of the period so far, not of each line (pricing 18.2). */
  quantityRounding?: QuantityRounding
  /** Properties that choose the rate. */
  pricingGroupKey?: string[]
  /** Properties that only split the invoice lines. */
  presentationGroupKey?: string[]
}

/** A change of a product that takes effect at an instant; omitted members keep their value. */
export interface ProductUpdate extends Partial<ProductState> {
  startingAt: number
  createdAt: number
  createdBy: string
}

export interface Product {
  id: string
  type: ProductType
  initial: ProductState
  updates: ProductUpdate[]
  customFields: Record<string, string>
  createdAt: number
  createdBy: string
  archivedAt: number | null
}

/** The product as it is at an instant: later updates win over earlier ones. */
export function productAt(product: Product, at: number): ProductState {
  const state = { ...product.initial }
  for (const { startingAt, createdAt: _, createdBy: __, ...changes } of product.updates) {
    if (startingAt <= at) Object.assign(state, changes)
  }
  return state
}

/** All properties by which a product's usage is grouped: pricing keys, then presentation keys. */
export function groupKeyOf(state: ProductState): string[] {
  return [...new Set([...(state.pricingGroupKey ?? []), ...(state.presentationGroupKey ?? [])])]
}
