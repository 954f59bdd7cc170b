import type { ProductState } from '../catalog/product.ts'
import type { RateSegment } from '../catalog/rate-schedule.ts'
import { resolveTerms, type PricingTerms, type TermSpan } from './resolve-terms.ts'
import { assert } from '../result.ts'

/** A rate of a contract: what its card says, and what its overrides make of it. */
export interface ContractRate extends Pick<TermSpan, 'override' | 'price' | 'creditTypeId'> {
  /** The span in which neither the card nor the overrides change it. */
  startingAt: number
  /** Exclusive; null = open. */
  endingBefore: number | null
}

/**
 * What a contract pays by an entry of its card at an instant; null when it is not entitled to it
 * (pricing 3.4). Overrides for single presentation values, and for commits, are not the price of
 * all usage, so they do not count here.
 * @param segment of the entry, which contains the instant
 */
export function contractRateAt(
  terms: PricingTerms,
  { rate, startingAt, endingBefore }: RateSegment,
  state: ProductState,
  at: number,
): ContractRate | null {
  const subject = {
    productId: rate.productId,
    tags: state.tags,
    pricingGroupValues: rate.pricingGroupValues,
    presentationGroupValues: null,
    billingFrequency: rate.billingFrequency,
  }
  // Other entries have segments of their own.
  const rates = { specific: new Map(), fallback: [rate] }
  const whole = { startMs: startingAt, endMs: endingBefore ?? Infinity }
  const spans = resolveTerms(rates, terms, subject, whole)
  const span = spans.find(({ startMs, endMs }) => startMs <= at && at < endMs)
  assert(span !== undefined, 'the segment of a rate contains the instant that it is asked for')
  if (!span.isEntitled) return null
  const { override, price, creditTypeId, startMs, endMs } = span
  const end = endMs === Infinity ? null : endMs
  return { override, price, creditTypeId, startingAt: startMs, endingBefore: end }
}
