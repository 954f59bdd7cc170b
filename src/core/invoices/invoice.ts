import type { Price } from '../catalog/price.ts'
import type { CompositeScope, QuantityConversion, QuantityRounding } from '../catalog/product.ts'
import type { OverrideChange } from '../contracts/override.ts'
import type { UsageFilter } from '../contracts/usage-filter.ts'
import type { Cut } from '../metering/usage.ts'
import type { LossReason } from '../rating/choose-override.ts'
import type { UnbilledCompositeReason } from '../rating/rate-composites.ts'
import type { UnbilledReason } from '../rating/rate-usage.ts'
import type { GroupValues } from '../rating/usage-cells.ts'

export const INVOICE_STATUSES = ['DRAFT', 'FINALIZED', 'VOID'] as const
export type InvoiceStatus = (typeof INVOICE_STATUSES)[number]

/** The kinds that invoices can be asked for by; only usage invoices are made so far. */
export const INVOICE_TYPES = ['USAGE', 'USAGE_CONSOLIDATED', 'SCHEDULED'] as const
export type InvoiceType = (typeof INVOICE_TYPES)[number]

/** What finding and sorting invoices needs; a draft's is known without rating anything. */
export interface InvoiceSummary {
  id: string
  contractId: string
  type: InvoiceType
  status: InvoiceStatus
  /** The service period, half-open. */
  startingAt: number
  endingBefore: number
  /** The period's end plus grace, on drafts too (invoices 1.4). */
  issuedAt: number
  creditTypeId: string
}

/** An invoice but for what rating finds out. Instants are epoch milliseconds. */
export interface InvoiceHeader extends InvoiceSummary {
  customerId: string
  netPaymentTermsDays?: number
  netsuiteSalesOrderId?: string
  salesforceOpportunityId?: string
  customFields: Record<string, string>
  contractCustomFields: Record<string, string>
  customerCustomFields: Record<string, string>
}

/** Spec invoices, section 2; amounts and quantities are decimal texts. */
export interface Invoice extends InvoiceHeader {
  /** When it was finalized, by the environment's clock; null while it is a draft. */
  finalizedAt: number | null
  total: string
  lines: InvoiceLine[]
  derivation: InvoiceDerivation
}

/** Spec invoices, section 2.2. */
export type InvoiceLine = ProductLine | ConversionLine

/** A line that charges for a product. */
export type ProductLine = UsageLine | CompositeLine

/** What every line has. `total` is exactly `quantity × unitPrice`. */
interface LineAmount {
  name: string
  creditTypeId: string
  quantity: string
  unitPrice: string
  total: string
  startingAt: number
  endingBefore: number
}

/** Turns what is left in a custom pricing unit into the invoice's currency (invoices 3.3). */
export interface ConversionLine extends LineAmount {
  type: 'cpu_conversion'
  derivation: { customCreditTypeId: string }
}

/** Charges a fraction of spend. */
export interface CompositeLine extends LineAmount {
  type: 'usage'
  productId: string
  productType: 'CompositeProductListItem'
  /** As they were when the invoice was computed, not as of the period. */
  productTags: string[]
  productCustomFields: Record<string, string>
  /** The step of a ladder of spend. */
  tier?: LineTier
  pricingGroupValues: null
  presentationGroupValues: null
  derivation: CompositeDerivation
}

/** What a composite line is a fraction of, and at which price. Amounts are decimal texts. */
export interface CompositeDerivation {
  rateId: string | null
  /** On the card; null where it has none. */
  listPrice: Price | null
  override: AppliedOverride | null
  lost: LostOverrideNote[]
  scope: CompositeScope
  /** The sum of the shares, in the invoice's currency. */
  base: string
  shares: SpendNote[]
  /** Contracts of the customer whose spend is in another currency and does not count. */
  leftOut?: string[]
  /** Spend of the period before the line's time; absent where the price has no ladder. */
  position?: string
  /** The least that is charged for the line's time; absent for none. */
  minimum?: string
}

/** What was spent on a product in a line's time: the sum of its lines, or of its part of them. */
export interface SpendNote {
  /** Another contract of the customer; absent for the invoice's own. */
  contractId?: string
  productId: string
  creditTypeId: string
  amount: string
  /** In the invoice's currency; absent where that is the amount. */
  converted?: string
}

/** Charges for usage. */
export interface UsageLine extends LineAmount {
  type: 'usage'
  productId: string
  productType: 'UsageProductListItem'
  /** As they were when the invoice was computed, not as of the period. */
  productTags: string[]
  productCustomFields: Record<string, string>
  /** The step of a ladder that the quantity lies in; absent where the price has no ladder. */
  tier?: LineTier
  /** Null for a product without such a key. What is priced has a value for each property. */
  pricingGroupValues: Record<string, string> | null
  presentationGroupValues: GroupValues | null
  derivation: LineDerivation
}

/** Quantities as decimal texts. */
export interface LineTier {
  /** The first is 1. */
  level: number
  /** The quantity that lies below the step. */
  startingAt: string
  /** Null: the step never ends. */
  size: string | null
}

/** Why a line is what it is: enough to compute it again (`replay-line.ts`). */
export interface LineDerivation {
  metricId: string
  /** The entry of the card; null where only an override has a price. */
  rateId: string | null
  /** What each window with usage added; they add up to what `pricing` priced. */
  increments: WindowQuantity[]
  /** Lines of rating version 1 lack it: they have a flat price, as it is on the card. */
  pricing?: LinePricing
}

export interface WindowQuantity {
  startingAt: number
  endingBefore: number
  /** What is billed: converted and rounded. */
  quantity: string
  /** As metered, and then converted; absent where both are the quantity. */
  raw?: string
  converted?: string
}

/** The way from what was metered to the amount of a line. */
export interface LinePricing {
  /** The properties by which usage was read; null = all of it in one. */
  groupKey: string[] | null
  /** The contract's usage filters in force in the line's time; absent where it has none. */
  usageFilters?: UsageFilter[]
  conversion?: QuantityConversion
  rounding?: QuantityRounding
  /** Of the same values, in the period before the first increment; absent where there was nothing. */
  counted?: CountedBefore
  /** On the card; null where it has none. */
  listPrice: Price | null
  override: AppliedOverride | null
  /** Other overrides that were for this usage, and why they do not price it. */
  lost: LostOverrideNote[]
  /** Where the increments begin on the ladder; absent where the price has no ladder. */
  position?: string
}

export interface CountedBefore {
  /** Converted before the present conversion came into force. */
  base: string
  /** Metered since then. */
  raw: string
  /** Billed up to now. */
  quantity: string
  conversion: QuantityConversion | null
}

export interface AppliedOverride {
  id: string
  change: OverrideChange
}

export interface LostOverrideNote {
  id: string
  reason: LossReason
}

/** What an invoice was computed from. */
export interface InvoiceDerivation {
  /** Version of the rating rules. */
  ratingVersion: number
  /** The newest entry of the rate card that was considered; 0 for none. */
  rateSequence: number
  /** Up to where usage was read; null when there was none to read. */
  cut: Cut | null
  /** Usage of products on the card that was not billed. */
  unbilled: UnbilledItem[]
}

export interface UnbilledItem {
  productId: string
  reason: UnbilledReason | UnbilledCompositeReason
  quantity: string
  startingAt: number
  endingBefore: number
  pricingGroupValues: GroupValues | null
  presentationGroupValues: GroupValues | null
}
