import { productAt } from '../catalog/product.ts'
import { Decimal, toText, ZERO } from '../decimal.ts'
import { mayPay, payersOf } from '../ledger/applicability.ts'
import { orderSources } from '../ledger/balance-order.ts'
import { drawsOf, openPurse, payLine, type Payable, type Purse } from '../ledger/draw-down.ts'
import type { Draw } from '../ledger/draw.ts'
import { subjectOf } from '../rating/plan-composites.ts'
import type { LadderTier } from '../rating/price-quantity.ts'
import type { CompositeCharge } from '../rating/rate-composites.ts'
import type { UsageCharge } from '../rating/rate-usage.ts'
import type { PricingTerms } from '../rating/resolve-terms.ts'
import type { Period } from '../time.ts'
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
import { effectivePrice } from './replay-line.ts'
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
  const { startingAt, endingBefore } = header
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
  const converted = conversionSpans(header, purse).flatMap((span) =>
    conversionLines(
      linesIn(span, { lines: [...charged, ...fixed], startingAt, endingBefore }),
      catalog,
      {
        creditTypeId: header.creditTypeId,
        startingAt: span.startMs,
        endingBefore: span.endMs,
      },
    ).flatMap((line) =>
      purse === null
        ? [line]
        : payLine(purse, { line, subject: null, terms: null, position: ZERO }),
    ),
  )
  return {
    lines: [...charged, ...converted, ...fixed],
    draws: purse === null ? [] : drawsOf(purse),
  }
}

/** What is converted is cut as other lines are: where balances that may pay for it start or end. */
function conversionSpans(
  { startingAt, endingBefore, creditTypeId }: UsageInvoiceHeader,
  purse: Purse | null,
): Period[] {
  const sources = purse?.sources.filter(({ balance }) => {
    return balance.creditTypeId === creditTypeId && mayPay(balance, null)
  })
  const changes = sources?.flatMap(({ segment }) => [segment.startingAt, segment.endingBefore])
  const inside = changes?.filter((at) => at > startingAt && at < endingBefore) ?? []
  const starts = [...new Set([startingAt, ...inside])].sort((a, b) => a - b)
  return starts.map((startMs, i) => ({ startMs, endMs: starts[i + 1] ?? endingBefore }))
}

/** Those that start in a span; what starts before or after the invoice is in its first or last. */
function linesIn(
  { startMs, endMs }: Period,
  { lines, startingAt, endingBefore }: LinesOfPeriod,
): InvoiceLine[] {
  return lines.filter((line) => {
    const at = 'source' in line ? startingAt : line.startingAt
    const isBefore = at < startMs && startMs > startingAt
    const isAfter = at >= endMs && endMs < endingBefore
    return !isBefore && !isAfter
  })
}

interface LinesOfPeriod {
  lines: readonly InvoiceLine[]
  startingAt: number
  endingBefore: number
}

type ProductPayable = Payable & { line: ProductLine }

function payablesOf(
  header: UsageInvoiceHeader,
  rating: StatementRating,
  charges: StatementCharges,
  now: number,
): ProductPayable[] {
  const { creditTypeId } = header
  const { terms, rated, composites, leftOut } = rating
  return [
    ...rated.charges.map((charge) => usagePayable(charge, terms, now)),
    ...charges.flatMap((line) =>
      line.type === 'subscription' ? subscriptionPayable(line, terms) : [],
    ),
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

/** Its terms are those of the instant whose price it has. */
function subscriptionPayable(
  line: SubscriptionLine,
  { overrides = [] }: PricingTerms,
): ProductPayable {
  const { productId, productTags: tags, creditTypeId, tier, derivation } = line
  const { listPrice, lost, pricedAt, ladder, commitTerms } = derivation
  const position = new Decimal(ladder?.position ?? 0)
  return {
    line,
    subject: {
      productId,
      tags,
      pricingGroupValues: null,
      presentationGroupValues: null,
      billingFrequency: commitTerms?.billingFrequency ?? null,
    },
    terms: {
      startMs: pricedAt,
      rate: listPrice && {
        price: listPrice,
        commitPrice: commitTerms?.price ?? null,
        creditTypeId,
      },
      lost: lost.flatMap(({ id, reason }) => {
        const override = overrides.find((each) => each.id === id)
        return override === undefined ? [] : [{ override, reason }]
      }),
      price: effectivePrice(derivation),
      creditTypeId,
    },
    position: tier === undefined ? position : Decimal.max(position, tier.startingAt),
  }
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
