import type { Period } from '../time.ts'
import type { Rate } from './rate.ts'

/** The entries of one product, newest first. */
export interface ProductRates {
  /** By the key of their pricing group values. */
  specific: Map<string, Rate[]>
  /** Entries without values: they price whatever has no entry of its own (pricing 18.12). */
  fallback: Rate[]
}

/** A part of a period throughout which one entry applies, or none. */
export interface RateSpan extends Period {
  rate: Rate | null
}

/** Sorts the entries of a card for resolving: by product, then by values, newest first. */
export function indexRates(rates: Rate[]): Map<string, ProductRates> {
  const newestFirst = rates.toSorted((a, b) => b.sequence - a.sequence)
  const byProduct = Map.groupBy(newestFirst, (rate) => rate.productId)
  return new Map([...byProduct].map(([productId, entries]) => [productId, sortByValues(entries)]))
}

function sortByValues(entries: Rate[]): ProductRates {
  const byValues = Map.groupBy(entries, ({ pricingGroupValues: values }) =>
    values === null ? null : valuesKey(values),
  )
  const fallback = byValues.get(null) ?? []
  byValues.delete(null)
  return { specific: byValues as Map<string, Rate[]>, fallback }
}

/**
 * The entries that apply to some pricing group values in the course of a period, in order and
 * without gaps: neighbouring spans differ in their entry. The newest entry wins inside its span
 * and earlier ones resume after it (pricing 3.3); values match exactly, and an entry for the
 * values goes before the product's fallback.
 * @param values null for a product without pricing group key; a value that is null matches nothing
 */
export function resolveRates(
  rates: ProductRates,
  values: Record<string, string | null> | null,
  period: Period,
): RateSpan[] {
  const candidates = candidatesFor(rates, values)
  const spans: RateSpan[] = []
  const cuts = changePoints(candidates, period)
  cuts.forEach((startMs, i) => {
    const endMs = cuts[i + 1] ?? period.endMs
    const rate = candidates.find((candidate) => isInForce(candidate, startMs)) ?? null
    const last = spans.at(-1)
    if (last !== undefined && last.rate === rate) last.endMs = endMs
    else spans.push({ startMs, endMs, rate })
  })
  return spans
}

/** A NULL among the values matches no entry, not even the fallback: it is not known what to price. */
function candidatesFor(
  { specific, fallback }: ProductRates,
  values: Record<string, string | null> | null,
): Rate[] {
  if (values === null) return fallback
  if (Object.values(values).includes(null)) return []
  return [...(specific.get(valuesKey(values as Record<string, string>)) ?? []), ...fallback]
}

/** The start of the period and every instant in it at which one of these entries starts or ends. */
export function changePoints(rates: Iterable<Rate>, period: Period): number[] {
  const points = new Set([period.startMs])
  for (const { startingAt, endingBefore } of rates) {
    for (const at of [startingAt, endingBefore ?? Infinity]) {
      if (at > period.startMs && at < period.endMs) points.add(at)
    }
  }
  return [...points].sort((a, b) => a - b)
}

function isInForce(rate: Rate, at: number): boolean {
  return rate.startingAt <= at && at < (rate.endingBefore ?? Infinity)
}

/** Equal for equal values, whatever the order of their names. */
function valuesKey(values: Record<string, string>): string {
  return JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)))
}
