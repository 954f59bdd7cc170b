import type { Cut } from '../metering/usage.ts'
import type { GroupValues, UnbilledUsage } from '../rating/rate-usage.ts'

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

/** Spec invoices, section 2.2. `total` is exactly `quantity × unitPrice`. */
export interface InvoiceLine {
  type: 'usage'
  name: string
  productId: string
  productType: 'UsageProductListItem'
  /** As they were when the invoice was computed, not as of the period. */
  productTags: string[]
  productCustomFields: Record<string, string>
  creditTypeId: string
  quantity: string
  unitPrice: string
  total: string
  startingAt: number
  endingBefore: number
  /** Null for a product without such a key. What is priced has a value for each property. */
  pricingGroupValues: Record<string, string> | null
  presentationGroupValues: GroupValues | null
  derivation: LineDerivation
}

/** Why a line is what it is. */
export interface LineDerivation {
  metricId: string
  rateId: string
  /** What the metered value grew by in each window with usage; they add up to the quantity. */
  increments: WindowQuantity[]
}

export interface WindowQuantity {
  startingAt: number
  endingBefore: number
  quantity: string
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
  reason: UnbilledUsage['reason']
  quantity: string
  startingAt: number
  endingBefore: number
  pricingGroupValues: GroupValues | null
  presentationGroupValues: GroupValues | null
}
