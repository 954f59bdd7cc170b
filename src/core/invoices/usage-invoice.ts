import type { Catalog } from '../catalog/catalog.ts'
import type { Contract } from '../contracts/contract.ts'
import { payerOf } from '../contracts/hierarchy.ts'
import { USD } from '../currency.ts'
import { toText } from '../decimal.ts'
import { deriveId } from '../id.ts'
import type { Cut } from '../metering/usage.ts'
import type { RatedComposites } from '../rating/rate-composites.ts'
import type { RatedUsage, UnbilledUsage } from '../rating/rate-usage.ts'
import type { PricingTerms } from '../rating/resolve-terms.ts'
import { assert } from '../result.ts'
import { formatTimestamp, type Period } from '../time.ts'
import { unbilledComposite } from './composite-line.ts'
import { noteIncrement } from './derive-line.ts'
import { issuedAt } from './due-invoice.ts'
import type {
  Invoice,
  UsageInvoiceHeader,
  FixedLine,
  SubscriptionLine,
  UnbilledItem,
} from './invoice.ts'
import { invoiceRoyalty } from './invoice-royalty.ts'
import { invoiceTotal } from './invoice-total.ts'
import type { StatementDrawing } from './rate-statement.ts'
import { statementLines } from './statement-lines.ts'

/** Grows when rating the same usage at the same terms may give another result than before. */
export const RATING_VERSION = 5

/** The id of a contract's usage invoice for a period: the same for the draft and when finalized. */
export function usageInvoiceId(contractId: string, periodStart: number): string {
  return deriveId('usage-invoice', contractId, formatTimestamp(periodStart))
}

/** A contract's usage invoice for a statement period as far as it is known without rating. */
export function usageInvoiceHeader(terms: {
  contract: Contract
  /** Whether other contracts are below it. */
  isParent?: boolean
  customer: { customFields: Record<string, string> }
  /** Of the contract's rate card; without one, invoices are in US dollars. */
  fiatCreditTypeId: string | undefined
  period: Period
  graceMs: number
}): UsageInvoiceHeader {
  const { contract, isParent = false, customer, fiatCreditTypeId, period, graceMs } = terms
  const { netPaymentTermsDays, netsuiteSalesOrderId, salesforceOpportunityId } = contract.terms
  const payer = payerOf(contract, isParent)
  const resellerRoyalty = invoiceRoyalty(contract.terms.resellerRoyalties ?? [], period)
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
    ...(resellerRoyalty !== undefined && { resellerRoyalty }),
    ...(payer !== null && { payer }),
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
  drawing?: StatementDrawing
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
  const { lines, draws } =
    rating === null
      ? { lines: [...charges], draws: [] }
      : statementLines(header, rating, charges, now)
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
      ...(draws.length > 0 && { draws }),
    },
  }
}

/** Makes a draft final: from here on it never changes. */
export function finalizeInvoice(draft: Invoice, now: number): Invoice {
  assert(draft.status === 'DRAFT', `invoice ${draft.id} must be a draft to be finalized`)
  assert(now >= draft.issuedAt, `invoice ${draft.id} must not be finalized before its grace ends`)
  const total = invoiceTotal(draft.lines, draft.creditTypeId)
  assert(toText(total) === draft.total, `the lines of invoice ${draft.id} must add up to its total`)
  return { ...draft, status: 'FINALIZED', finalizedAt: now }
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
    increments: usage.increments.map(noteIncrement),
  }
}
