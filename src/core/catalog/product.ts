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

/** Whose spend a composite is a share of: that on its contract, or on all of the customer's. */
export const COMPOSITE_SCOPES = ['CONTRACT', 'CUSTOMER'] as const
export type CompositeScope = (typeof COMPOSITE_SCOPES)[number]

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
  /** Of COMPOSITE products: the products, and the tags of products, that they are a share of. */
  compositeProductIds?: string[]
  compositeTags?: string[]
  /** CONTRACT if absent. */
  compositeScope?: CompositeScope
  /** Whether products that cost nothing are left out; false if absent. */
  excludeFreeUsage?: boolean
  /** Whether other composites count, too; false if absent. */
  includeCompositeSpend?: boolean
  /** The rest is for other systems and has no effect here. */
  isRefundable?: boolean
  netsuiteInternalItemId?: string
  netsuiteOverageItemId?: string
}

/** Some members of a state. Null takes a conversion or rounding away. */
export type ProductChanges = Partial<Omit<ProductState, Removable>> & {
  [Member in Removable]?: ProductState[Member] | null
}
type Removable = 'quantityConversion' | 'quantityRounding'

/** A change of a product that takes effect at an instant; omitted members keep their value. */
export interface ProductUpdate extends ProductChanges {
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
  if (state.quantityConversion === null) delete state.quantityConversion
  if (state.quantityRounding === null) delete state.quantityRounding
  return state
}

/** The state of a product that was created with keys of no properties, which are none. */
export function withoutEmptyKeys(state: ProductState): ProductState {
  const kept = { ...state }
  if (state.pricingGroupKey?.length === 0) delete kept.pricingGroupKey
  if (state.presentationGroupKey?.length === 0) delete kept.presentationGroupKey
  if (state.compositeProductIds?.length === 0) delete kept.compositeProductIds
  if (state.compositeTags?.length === 0) delete kept.compositeTags
  return kept
}

/** All properties by which a product's usage is grouped: pricing keys, then presentation keys. */
export function groupKeyOf(state: ProductState): string[] {
  return [...new Set([...(state.pricingGroupKey ?? []), ...(state.presentationGroupKey ?? [])])]
}
