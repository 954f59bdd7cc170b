import { productAt } from '../catalog/product.ts'
import { Decimal, toText, ZERO } from '../decimal.ts'
import { payersOf } from '../ledger/applicability.ts'
import { orderSources } from '../ledger/balance-order.ts'
import { drawsOf, openPurse, payLine, type Payable, type Purse } from '../ledger/draw-down.ts'
import type { Draw } from '../ledger/draw.ts'
import { subjectOf } from '../rating/plan-composites.ts'
import type { LadderTier } from '../rating/price-quantity.ts'
import type { CompositeCharge } from '../rating/rate-composites.ts'
import type { UsageCharge } from '../rating/rate-usage.ts'
import type { PricingTerms } from '../rating/resolve-terms.ts'
import { compositeLine } from './composite-line.ts'
import { conversionLines } from './conversion-line.ts'
import { deriveLine } from './derive-line.ts'
import type {
  InvoiceLine,
  LineTier,
  ProductLine,
  SubscriptionLine,
  UsageInvoiceHeader,
  UsageLine,
} from './invoice.ts'
import { orderForPayment, orderLines } from './order-lines.ts'
import type { StatementCharges, StatementRating } from './usage-invoice.ts'

/**
 * The lines for products with what pays for them, then those that convert what is left in custom
 * units, and what is charged for a date. Lines draw on balances in an order of their own (pricing
 * 14.2), whatever the order in which the card shows them; the parts of a line stay together.
 */
export function statementLines(
  header: UsageInvoiceHeader,
  rating: StatementRating,
  charges: StatementCharges,
  now: number,
): { lines: InvoiceLine[]; draws: Draw[] } {
  const { catalog } = rating
  const fixed = charges.filter((line) => line.type !== 'subscription')
  const payables = payablesOf(header, rating, charges, now)
  const purse = purseFor(header, rating, now)
  const whole = payables.map(({ line }) => line)
  const paid = new Map<ProductLine, InvoiceLine[]>()
  if (purse !== null) {
    const payableOf = new Map(payables.map((payable) => [payable.line, payable]))
    for (const line of orderForPayment(whole)) paid.set(line, payLine(purse, payableOf.get(line)!))
  }
  const charged = orderLines(whole, catalog.rateCard.productOrder).flatMap(
    (line): InvoiceLine[] => paid.get(line) ?? [line],
  )
  const converted = conversionLines([...charged, ...fixed], catalog, header).flatMap((line) =>
    purse === null ? [line] : payLine(purse, { line, subject: null, terms: null, position: ZERO }),
  )
  return {
    lines: [...charged, ...converted, ...fixed],
    draws: purse === null ? [] : drawsOf(purse),
  }
}

type ProductPayable = Payable & { line: ProductLine }

function payablesOf(
  header: UsageInvoiceHeader,
  { terms, rated, composites, leftOut }: StatementRating,
  charges: StatementCharges,
  now: number,
): ProductPayable[] {
  const { creditTypeId } = header
  return [
    ...rated.charges.map((charge) => usagePayable(charge, terms, now)),
    ...charges.flatMap((line) => (line.type === 'subscription' ? subscriptionPayable(line) : [])),
    ...composites.charges.map((charge) => ({
      line: compositeLine(charge, { creditTypeId, leftOut }, now),
      subject: subjectOf(charge.span.product, charge.span.state),
      terms: charge.span,
      position: startOf(charge),
    })),
  ]
}

function usagePayable(charge: UsageCharge, terms: PricingTerms, now: number): ProductPayable {
  const { segment, pricingGroupValues, presentationGroupValues } = charge
  return {
    line: toLine(charge, terms, now),
    subject: {
      ...subjectOf(segment.product, segment.state),
      pricingGroupValues,
      presentationGroupValues,
    },
    terms: charge.terms,
    position: startOf(charge),
  }
}

/** Its price is that at the start of its period, prorated or not, whatever pays for it. */
function subscriptionPayable(line: SubscriptionLine): ProductPayable {
  const { productId, productTags: tags } = line
  const subject = {
    productId,
    tags,
    pricingGroupValues: null,
    presentationGroupValues: null,
    billingFrequency: null,
  }
  return { line, subject, terms: null, position: ZERO }
}

/** Where a charge begins on its ladder: in the step that it is for. */
function startOf({ tier, position }: UsageCharge | CompositeCharge): Decimal {
  return tier === null ? position : Decimal.max(position, tier.startingAt)
}

/** Null for a statement without balances, whose lines are charged as they are. */
function purseFor(
  header: UsageInvoiceHeader,
  { catalog, terms, drawing }: StatementRating,
  now: number,
): Purse | null {
  if (drawing === undefined) return null
  const names = catalog.products.map(({ id, initial }) => [id, initial.name] as const)
  return openPurse(drawing.remaining, {
    sources: orderSources(payersOf(drawing), catalog.products, now),
    endMs: header.endingBefore,
    prioritization: terms.multiplierOverridePrioritization,
    productNames: new Map([...names, ...(drawing.productNames ?? [])]),
  })
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
