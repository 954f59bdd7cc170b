import type { Price } from '../catalog/price.ts'
import type { Rate } from '../catalog/rate.ts'
import { resolveRates, type ProductRates } from '../catalog/resolve-rate.ts'
import type { ContractTerms } from '../contracts/contract.ts'
import type { Override } from '../contracts/override.ts'
import type { Period } from '../time.ts'
import { applyOverride } from './apply-override.ts'
import { chooseOverride, type LostOverride } from './choose-override.ts'
import { matchOverride, type OverrideSubject } from './match-override.ts'

/** What a contract changes about the prices of its card and about the usage that it is billed for. */
export type PricingTerms = Pick<
  ContractTerms,
  'overrides' | 'multiplierOverridePrioritization' | 'usageFilters'
>

/** What holds for some usage in a span of time. */
export interface TermSpan extends Period {
  /** The entry of the card; null where it has none. */
  rate: Rate | null
  /** The one override that changes the price. */
  override: Override | null
  /** Those that would have, had they not lost. */
  lost: LostOverride[]
  /** Decided by the last override that says so, or else by the card. */
  isEntitled: boolean
  /** The price with the override; null where there is none. */
  price: Price | null
  creditTypeId: string | null
}

/**
 * The terms of some usage in the course of a period, in order and without gaps (pricing 5.3).
 * Neighbouring spans differ in their entry, the winning override or whether the usage is billed;
 * an override that loses throughout cuts nothing.
 * @param overrides in the order in which they were added
 */
export function resolveTerms(
  rates: ProductRates,
  { overrides = [], multiplierOverridePrioritization }: PricingTerms,
  subject: OverrideSubject,
  period: Period,
): TermSpan[] {
  const own = overrides.filter((override) => matchOverride(override, subject))
  const spans: TermSpan[] = []
  for (const span of resolveRates(rates, subject.pricingGroupValues, period)) {
    for (const part of cutAt(own, span)) {
      const inForce = own.filter((override) => isInForce(override, part.startMs))
      const choice = chooseOverride(inForce, multiplierOverridePrioritization)
      const next = { startMs: part.startMs, endMs: part.endMs, ...termsOf(span.rate, choice) }
      const last = spans.at(-1)
      if (last === undefined || !isSame(last, next)) spans.push(next)
      else spans[spans.length - 1] = join(last, next)
    }
  }
  return spans
}

function termsOf(
  rate: Rate | null,
  { winner: override, lost, entitling }: ReturnType<typeof chooseOverride>,
): Omit<TermSpan, keyof Period> {
  const isEntitled = entitling?.entitled ?? rate?.entitled ?? false
  const { change = null } = override ?? {}
  // An OVERWRITE brings a price of its own, so it needs none of the card.
  const isOverwritten = change?.type === 'OVERWRITE'
  const listPrice = rate?.price ?? (isOverwritten ? change.price : null)
  const price = listPrice !== null && change !== null ? applyOverride(listPrice, change) : listPrice
  const creditTypeId = isOverwritten ? change.creditTypeId : (rate?.creditTypeId ?? null)
  return { rate, override, lost, isEntitled, price, creditTypeId }
}

/** The start of the period and every instant in it at which an override starts or ends. */
function cutAt(overrides: readonly Override[], period: Period): Period[] {
  if (overrides.length === 0) return [period]
  const starts = [period.startMs, ...overrideChanges(overrides, period)]
  return starts.map((startMs, i) => ({ startMs, endMs: starts[i + 1] ?? period.endMs }))
}

/** Every instant inside a period at which one of these overrides starts or ends, ascending. */
export function overrideChanges(overrides: readonly Override[], period: Period): number[] {
  const changes = overrides.flatMap(({ startingAt, endingBefore }) => [
    startingAt,
    endingBefore ?? Infinity,
  ])
  const inside = changes.filter((at) => at > period.startMs && at < period.endMs)
  return [...new Set(inside)].sort((a, b) => a - b)
}

function isInForce({ startingAt, endingBefore }: Override, at: number): boolean {
  return startingAt <= at && at < (endingBefore ?? Infinity)
}

function isSame(a: TermSpan, b: TermSpan): boolean {
  return a.rate === b.rate && a.override === b.override && a.isEntitled === b.isEntitled
}

function join(first: TermSpan, second: TermSpan): TermSpan {
  const known = new Set(first.lost.map(({ override }) => override))
  const added = second.lost.filter(({ override }) => !known.has(override))
  return { ...first, endMs: second.endMs, lost: [...first.lost, ...added] }
}
