import type { BillingFrequency, Price } from '../catalog/price.ts'
import type { CompositeScope, QuantityConversion, QuantityRounding } from '../catalog/product.ts'
import type { ContractLink } from '../contracts/hierarchy.ts'
import type { OverrideChange } from '../contracts/override.ts'
import type { ProrationRounding } from '../contracts/subscription.ts'
import type { UsageFilter } from '../contracts/usage-filter.ts'
import type { BalanceRateType, BalanceType } from '../ledger/balance.ts'
import type { OrderStep } from '../ledger/balance-order.ts'
import type { Draw } from '../ledger/draw.ts'
import type { Cut, UsageQuery } from '../metering/usage.ts'
import type { LossReason } from '../rating/choose-override.ts'
import type { UnbilledCompositeReason } from '../rating/rate-composites.ts'
import type { UnbilledReason } from '../rating/rate-usage.ts'
import type { GroupValues } from '../rating/usage-cells.ts'
import type { BillableStatus } from './billable-status.ts'
import type { HoldReason } from './hold-reason.ts'
import type { InvoiceRoyalty } from './invoice-royalty.ts'

export const INVOICE_STATUSES = ['DRAFT', 'FINALIZED', 'VOID'] as const
export type InvoiceStatus = (typeof INVOICE_STATUSES)[number]

/** The kinds that invoices can be asked for by. */
export const INVOICE_TYPES = ['USAGE', 'USAGE_CONSOLIDATED', 'SCHEDULED'] as const
export type InvoiceType = (typeof INVOICE_TYPES)[number]

/** What finding and sorting invoices needs; a draft's is known without rating anything. */
export interface InvoiceSummary {
  id: string
  contractId: string
  type: InvoiceType
  status: InvoiceStatus
  /** The service period of a usage invoice, half-open; null for scheduled ones. */
  startingAt: number | null
  endingBefore: number | null
  /** The period's end plus grace, or the date of a scheduled invoice; on drafts too (invoices 1.4). */
  issuedAt: number
  creditTypeId: string
}

/** An invoice but for what rating finds out. Instants are epoch milliseconds. */
export interface InvoiceHeader extends InvoiceSummary {
  customerId: string
  netPaymentTermsDays?: number
  netsuiteSalesOrderId?: string
  salesforceOpportunityId?: string
  /** Of usage invoices, in whose period the contract has one. */
  resellerRoyalty?: InvoiceRoyalty
  /** Of usage invoices inside a hierarchy: the contract that pays, and whose it is. */
  payer?: ContractLink
  /** The void invoice that it takes the place of; absent for none. */
  regeneratedFromInvoiceId?: string
  /** What is said of it, or of all of its customer's; absent for nothing. */
  billableStatus?: BillableStatus
  customFields: Record<string, string>
  contractCustomFields: Record<string, string>
  customerCustomFields: Record<string, string>
}

/** The header of a usage invoice. */
export interface UsageInvoiceHeader extends InvoiceHeader {
  type: 'USAGE'
  startingAt: number
  endingBefore: number
}

/** Spec invoices, section 2; amounts and quantities are decimal texts. */
export interface Invoice extends InvoiceHeader {
  /** When it was finalized, by the environment's clock; null while it is a draft. */
  finalizedAt: number | null
  total: string
  lines: InvoiceLine[]
  /** Of consolidated invoices: those that their lines are copied from, in the order of the lines. */
  constituents?: Constituent[]
  derivation: InvoiceDerivation
  /** How it was proven before it became final; absent on drafts and on those finalized before. */
  verification?: InvoiceVerification
  /** Who made it final though it was not proven; absent on all that were. */
  release?: InvoiceRelease
}

/** An invoice that was held back was made final by its operator, as it stood, without a proof. */
export interface InvoiceRelease {
  /** By the environment's clock. */
  releasedAt: number
  tokenId: string
  tokenName: string
  /** Why, in the operator's words. */
  reason: string
  /** What had held it back. */
  finding: HoldReason
  /** Under which ids events were the customer's when its usage was read. */
  ingestIds: string[]
}

/** An invoice becomes final only if the stored events, read a second time, make the same. */
export interface InvoiceVerification {
  /** By the environment's clock. */
  verifiedAt: number
  /** Events of the customer in the logs up to the cut, whenever they were; 0 without usage. */
  eventsRead: number
  /** Under which ids events were the customer's, and what of their usage was compared. */
  usage: VerifiedUsage[]
}

/** Readings of usage that were compared with the naive evaluation, at one cut. */
export interface VerifiedUsage {
  ingestIds: string[]
  cut: Cut
  queries: UsageQuery[]
  /** Of what the naive evaluation answered: another one tells that the log is another by now. */
  digest: string
}

/** An invoice that a consolidated one copies. */
export interface Constituent {
  invoiceId: string
  contractId: string
  customerId: string
  /** Its service period. */
  startingAt: number
  endingBefore: number
}

/** The line of which invoice a line of a consolidated invoice is a copy of. */
export interface LineOrigin {
  lineId: string
  invoiceId: string
  contractId: string
  customerId: string
}

/** Spec invoices, section 2.2. */
export type InvoiceLine = ChargingLine | AppliedLine

/** The lines that charge something: all have a quantity and a unit price. */
export type ChargingLine = DrawableLine | FixedLine

/** The lines that commits and credits may pay. */
export type DrawableLine = ProductLine | ConversionLine

/** A line that charges for a product on the rate card. */
export type ProductLine = UsageLine | SubscriptionLine | CompositeLine

/** What every line has that charges something. `total` is exactly `quantity × unitPrice`. */
interface LineAmount {
  name: string
  creditTypeId: string
  quantity: string
  unitPrice: string
  total: string
  /** On consolidated invoices. */
  origin?: LineOrigin
}

/** What a line has that charges for a span of time, and may be paid by a commit or credit. */
interface DrawableAmount extends LineAmount {
  startingAt: number
  endingBefore: number
  /** What pays for it; absent where nothing does. */
  paidBy?: PaidBy
  /** Of lines of a charge that balances pay in part or in whole. */
  part?: LinePart
}

/** Which part a line is of what is charged; decimal texts. */
export interface LinePart {
  /** What is charged in all, before anything was paid. */
  charge: { quantity: string; unitPrice: string; total: string; tier?: LineTier }
  /** What other lines of it pay before this one, at the charge's own price. */
  before: { quantity: string; total: string }
  /** Of paid lines: the price under the balance, where that is another than the contract's. */
  under?: LinePriceUnder
}

/** How the price under a balance came about (pricing 5.3). */
export interface LinePriceUnder {
  /** Which price of the card it starts from; that price is null where the card has none. */
  rateType: BalanceRateType
  cardPrice: Price | null
  override: AppliedOverride | null
  /** Where the charge begins on the ladder of the price. */
  position: string
}

/** The segment of a balance that pays for a line, and why it is that one (pricing 14.3). */
export interface PaidBy {
  balanceId: string
  segmentId: string
  balanceType: BalanceType
  balanceName: string
  balanceCustomFields: Record<string, string>
  seatId?: string
  /** Of the segment, or of the seat's part: before the line and after it; decimal texts. */
  remainingBefore: string
  remainingAfter: string
  /** The next one in order among those that could have paid, and the step that decided; null for none. */
  runnerUp: { balanceId: string; decidedBy: OrderStep } | null
}

/** What a commit or credit pays of the line before it: its negative, without a quantity. */
export interface AppliedLine {
  type: 'applied_commit_or_credit'
  /** `<name of the balance> applied`. */
  name: string
  creditTypeId: string
  total: string
  startingAt: number
  endingBefore: number
  /** Of the line that is paid; null for conversions. */
  product: Pick<
    ProductLine,
    | 'productId'
    | 'productType'
    | 'productTags'
    | 'productCustomFields'
    | 'pricingGroupValues'
    | 'presentationGroupValues'
  > | null
  paidBy: PaidBy
  /** On consolidated invoices. */
  origin?: LineOrigin
}

/** Charges what was agreed on for a date, whatever is used (pricing 7; invoices 2.2). */
export interface FixedLine extends LineAmount {
  type: 'scheduled' | 'commit_purchase'
  /** What it charges (`FixedCharge`): no other line does. */
  chargeId: string
  productId: string
  productType: 'FixedProductListItem'
  productTags: string[]
  productCustomFields: Record<string, string>
  /** The term that it comes from. */
  source:
    | { kind: 'scheduled_charge' | 'discount' | 'professional_service'; id: string }
    /** The commit that is paid for, or whose shortfall a true-up charges. */
    | { kind: 'commit' | 'trueup'; id: string; balanceType: BalanceType }
  sourceCustomFields: Record<string, string>
  /** What a line for a professional service was asked for with: it is shown, and bills nothing. */
  service?: {
    metadata?: string
    netsuiteBillingStart?: number
    netsuiteBillingEnd?: number
  }
}

/**
 * Charges for a period of a subscription, or for what was added in its course. What the card alone
 * says that there is of a product has no subscription on the contract.
 */
export interface SubscriptionLine extends DrawableAmount {
  type: 'subscription'
  chargeId: string
  subscriptionId?: string
  subscriptionCustomFields?: Record<string, string>
  isProrated: boolean
  productId: string
  productType: 'SubscriptionProductListItem'
  productTags: string[]
  productCustomFields: Record<string, string>
  tier?: LineTier
  pricingGroupValues: null
  presentationGroupValues: null
  derivation: SubscriptionDerivation
}

/** How the unit price of a subscription's line came about. */
export interface SubscriptionDerivation {
  rateId: string | null
  /** On the card; null where it has none. */
  listPrice: Price | null
  override: AppliedOverride | null
  lost: LostOverrideNote[]
  /** The whole period: what is prorated is the line's part of it. */
  billingPeriod: { startingAt: number; endingBefore: number }
  /** The instant whose price is charged: the period's start, or the subscription's if that is later. */
  pricedAt: number
  /** All that the charge is for, and where it begins on the ladder; absent without a ladder. */
  ladder?: { position: string; quantity: string }
  /** Of the unit price; absent where nothing is prorated, or nothing rounded. */
  rounding?: ProrationRounding
  /** What commits and credits may pay, where that may be another price. */
  commitTerms?: { price: Price | null; billingFrequency: BillingFrequency }
}

/** Turns what is left in a custom pricing unit into the invoice's currency (invoices 3.3). */
export interface ConversionLine extends DrawableAmount {
  type: 'cpu_conversion'
  derivation: { customCreditTypeId: string }
}

/** Charges a fraction of spend. */
export interface CompositeLine extends DrawableAmount {
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
export interface UsageLine extends DrawableAmount {
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
  /** What it draws on balances; absent for nothing. */
  draws?: Draw[]
  /** Its usage was given with it (historical invoices), and is not what meters have. */
  isGiven?: true
}

export interface UnbilledItem {
  productId: string
  reason: UnbilledReason | UnbilledCompositeReason
  quantity: string
  startingAt: number
  endingBefore: number
  pricingGroupValues: GroupValues | null
  presentationGroupValues: GroupValues | null
  /** What each window added; absent of fractions of spend, and on invoices before rating version 5. */
  increments?: WindowQuantity[]
}
