import type { Catalog } from '../catalog/catalog.ts'
import { productStates } from '../catalog/product-states.ts'
import type { Product, ProductState } from '../catalog/product.ts'
import { indexRates } from '../catalog/resolve-rate.ts'
import { accessChanges, mayPay } from '../ledger/applicability.ts'
import type { Balance } from '../ledger/balance.ts'
import { cutSpans } from '../ledger/cut-spans.ts'
import type { Period } from '../time.ts'
import type { OverrideSubject } from './match-override.ts'
import { resolveTerms, type PricingTerms, type TermSpan } from './resolve-terms.ts'

/** A part of a period throughout which a composite product is the same, on the same terms. */
export interface CompositeSpan extends TermSpan {
  product: Product
  state: ProductState
  /** Whether it is charged apart from what is before it, though on the same terms. */
  isApart?: true
}

/** When other contracts of the customer bill a product for all of them, by the product's id. */
export type HeldElsewhere = ReadonlyMap<string, readonly Period[]>

/**
 * The composite products of a card in the course of a period: by product in the order of the card,
 * then by start. What is billed on another contract of the customer is left out, and so is the time
 * in which a product has no price.
 */
export function planComposites(
  { products, rates }: Pick<Catalog, 'products' | 'rates'>,
  period: Period,
  terms: PricingTerms,
  heldElsewhere: HeldElsewhere = new Map(),
): CompositeSpan[] {
  const composites = products.filter(({ type }) => type === 'COMPOSITE')
  const ids = new Set(composites.map(({ id }) => id))
  const ratesOf = indexRates(rates.filter(({ productId }) => ids.has(productId)))
  return composites.flatMap((product) => {
    const own = ratesOf.get(product.id)
    if (own === undefined) return []
    return productStates(product, period).flatMap(({ state, ...span }) => {
      const held = state.compositeScope === 'CUSTOMER' ? heldElsewhere.get(product.id) : []
      const subject = subjectOf(product, state)
      return withoutPeriods(span, held ?? [])
        .flatMap((part) => resolveTerms(own, terms, subject, part))
        .flatMap((part) => (part.price === null ? [] : [{ ...part, product, state }]))
    })
  })
}

/**
 * Cuts spans where balances that may pay for the product start or end, each part to be charged by
 * itself. What has a minimum stays whole, for a minimum is that of a whole charge: only what is
 * there throughout its time pays it.
 */
export function cutComposites(
  spans: readonly CompositeSpan[],
  payers: readonly Balance[],
): CompositeSpan[] {
  if (payers.length === 0) return [...spans]
  return spans.flatMap((span) => {
    const { price, product, state } = span
    if (price !== null && 'minimum' in price && price.minimum !== null) return [span]
    const subject = subjectOf(product, state)
    const own = payers.filter((balance) => mayPay(balance, subject))
    // Neighbours on the same terms are charged as one, unless a balance changes between them.
    const isCutBefore = own.some((each) => accessChanges(each, subject).includes(span.startMs))
    return cutSpans([span], own, subject).map((part, i) =>
      i === 0 && !isCutBefore ? part : { ...part, isApart: true as const },
    )
  })
}

/** What overrides and balances may be for: all that is spent has neither values nor a frequency. */
export function subjectOf({ id }: Product, { tags }: ProductState): OverrideSubject {
  return {
    productId: id,
    tags,
    pricingGroupValues: null,
    presentationGroupValues: null,
    billingFrequency: null,
  }
}

/**
 * Every instant inside a period at which the terms of a composite product change: usage is read by
 * windows that meet there, so that each fraction is of the spend of its own time.
 */
export function compositeChanges(spans: readonly CompositeSpan[], period: Period): number[] {
  const ends = spans.flatMap(({ startMs, endMs }) => [startMs, endMs])
  const inside = ends.filter((at) => at > period.startMs && at < period.endMs)
  return [...new Set(inside)].sort((a, b) => a - b)
}

/** What is left of a span without some periods, in order. */
function withoutPeriods(span: Period, periods: readonly Period[]): Period[] {
  let left = [span]
  for (const { startMs, endMs } of periods) {
    left = left.flatMap((part) =>
      [
        { startMs: part.startMs, endMs: Math.min(part.endMs, startMs) },
        { startMs: Math.max(part.startMs, endMs), endMs: part.endMs },
      ].filter((rest) => rest.startMs < rest.endMs),
    )
  }
  return left
}
