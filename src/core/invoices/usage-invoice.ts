import type { Catalog } from '../catalog/catalog.ts'
import { productAt } from '../catalog/product.ts'
import type { Contract } from '../contracts/contract.ts'
import { USD } from '../currency.ts'
import { toText } from '../decimal.ts'
import { deriveId } from '../id.ts'
import type { Cut } from '../metering/usage.ts'
import type { LadderTier } from '../rating/price-quantity.ts'
import type { RatedComposites } from '../rating/rate-composites.ts'
import type { RatedUsage, UnbilledUsage, UsageCharge } from '../rating/rate-usage.ts'
import type { PricingTerms } from '../rating/resolve-terms.ts'
import { assert } from '../result.ts'
import { formatTimestamp, type Period } from '../time.ts'
import { compositeLine, unbilledComposite } from './composite-line.ts'
import { conversionLines } from './conversion-line.ts'
import { deriveLine } from './derive-line.ts'
import { issuedAt } from './due-statement.ts'
import type {
  Invoice,
  UsageInvoiceHeader,
  FixedLine,
  InvoiceLine,
  SubscriptionLine,
  LineTier,
  UnbilledItem,
  UsageLine,
} from './invoice.ts'
import { invoiceTotal } from './invoice-total.ts'
import { orderLines } from './order-lines.ts'

/** Grows when rating the same usage at the same terms may give another result than before. */
export const RATING_VERSION = 2

/** The id of a contract's usage invoice for a period: the same for the draft and when finalized. */
export function usageInvoiceId(contractId: string, periodStart: number): string {
  return deriveId('usage-invoice', contractId, formatTimestamp(periodStart))
}

/** A contract's usage invoice for a statement period as far as it is known without rating. */
export function usageInvoiceHeader(terms: {
  contract: Contract
  customer: { customFields: Record<string, string> }
  /** Of the contract's rate card; without one, invoices are in US dollars. */
  fiatCreditTypeId: string | undefined
  period: Period
  graceMs: number
}): UsageInvoiceHeader {
  const { contract, customer, fiatCreditTypeId, period, graceMs } = terms
  const { netPaymentTermsDays, netsuiteSalesOrderId, salesforceOpportunityId } = contract.terms
  return {
    id: usageInvoiceId(contract.id, period.startMs),
    customerId: contract.customerId,
    contractId: contract.id,
    type: 'USAGE',
    status: 'DRAFT',
    startingAt: period.startMs,
    endingBefore: period.endMs,
    issuedAt: issuedAt(period, graceMs),
    creditTypeId: fiatCreditTypeId ?? USD.id,
    netPaymentTermsDays,
    netsuiteSalesOrderId,
    salesforceOpportunityId,
    customFields: {},
    contractCustomFields: contract.customFields,
    customerCustomFields: customer.customFields,
  }
}

/** What is charged on a usage invoice besides usage and fractions of spend. */
export type StatementCharges = readonly (FixedLine | SubscriptionLine)[]

/** What a contract's catalog came to in a period. */
export interface StatementRating {
  catalog: Catalog
  terms: PricingTerms
  rated: RatedUsage
  composites: RatedComposites
  /** Contracts whose spend composites of the scope CUSTOMER leave out. */
  leftOut: string[]
  cut: Cut | null
}

/**
 * Makes the draft from what was rated; without a catalog, a contract has only fixed charges.
 * @param now the environment's clock: lines show the products' tags as they are now
 */
export function draftUsageInvoice(
  header: UsageInvoiceHeader,
  rating: StatementRating | null,
  charges: StatementCharges,
  now: number,
): Invoice {
  const lines = rating === null ? [...charges] : linesOf(header, rating, charges, now)
  const sequences = rating?.catalog.rates.map((rate) => rate.sequence) ?? []
  return {
    ...header,
    finalizedAt: null,
    total: toText(invoiceTotal(lines, header.creditTypeId)),
    lines,
    derivation: {
      ratingVersion: RATING_VERSION,
      rateSequence: sequences.reduce((a, b) => Math.max(a, b), 0),
      cut: rating?.cut ?? null,
      unbilled: [
        ...(rating?.rated.unbilled.map(toUnbilledItem) ?? []),
        ...(rating?.composites.unbilled.map(unbilledComposite) ?? []),
      ],
    },
  }
}

/** The lines for products, and then those that convert what is not in the invoice's currency. */
function linesOf(
  header: UsageInvoiceHeader,
  { catalog, terms, rated, composites, leftOut }: StatementRating,
  charges: StatementCharges,
  now: number,
): InvoiceLine[] {
  const { creditTypeId } = header
  const usageLines = rated.charges.map((charge) => toLine(charge, terms, now))
  const compositeLines = composites.charges.map((charge) =>
    compositeLine(charge, { creditTypeId, leftOut }, now),
  )
  const { productOrder } = catalog.rateCard
  const subscriptions = charges.filter((line) => line.type === 'subscription')
  const fixed = charges.filter((line) => line.type !== 'subscription')
  const charged = orderLines([...usageLines, ...subscriptions, ...compositeLines], productOrder)
  return [...charged, ...conversionLines([...charged, ...fixed], catalog, header), ...fixed]
}

/** Makes a draft final: from here on it never changes. */
export function finalizeInvoice(draft: Invoice, now: number): Invoice {
  assert(draft.status === 'DRAFT', `invoice ${draft.id} must be a draft to be finalized`)
  assert(now >= draft.issuedAt, `invoice ${draft.id} must not be finalized before its grace ends`)
  const total = invoiceTotal(draft.lines, draft.creditTypeId)
  assert(toText(total) === draft.total, `the lines of invoice ${draft.id} must add up to its total`)
  return { ...draft, status: 'FINALIZED', finalizedAt: now }
}

function toLine(charge: UsageCharge, terms: PricingTerms, now: number): UsageLine {
  const { segment, tier, creditTypeId } = charge
  const { product, state } = segment
  return {
    type: 'usage',
    name: state.name,
    productId: product.id,
    productType: 'UsageProductListItem',
    productTags: productAt(product, now).tags,
    productCustomFields: product.customFields,
    creditTypeId,
    quantity: toText(charge.quantity),
    unitPrice: toText(charge.unitPrice),
    total: toText(charge.total),
    ...(tier !== null && { tier: toLineTier(tier) }),
    startingAt: charge.startMs,
    endingBefore: charge.endMs,
    // A NULL among the values has no price, so there is no charge for it.
    pricingGroupValues: charge.pricingGroupValues as Record<string, string> | null,
    presentationGroupValues: charge.presentationGroupValues,
    derivation: deriveLine(charge, terms),
  }
}

function toLineTier({ level, startingAt, size }: LadderTier): LineTier {
  return { level, startingAt: toText(startingAt), size: size && toText(size) }
}

function toUnbilledItem(usage: UnbilledUsage): UnbilledItem {
  return {
    productId: usage.segment.product.id,
    reason: usage.reason,
    quantity: toText(usage.quantity),
    startingAt: usage.startMs,
    endingBefore: usage.endMs,
    pricingGroupValues: usage.pricingGroupValues,
    presentationGroupValues: usage.presentationGroupValues,
  }
}
