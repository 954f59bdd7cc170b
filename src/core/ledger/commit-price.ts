import type { Price } from '../catalog/price.ts'
import type { Rate } from '../catalog/rate.ts'
import type { Override, OverridePrioritization, OverrideSpecifier } from '../contracts/override.ts'
import { applyOverride } from '../rating/apply-override.ts'
import { chooseCommitOverride } from '../rating/choose-override.ts'
import { isFitting, type OverrideSubject } from '../rating/match-override.ts'
import type { TermSpan } from '../rating/resolve-terms.ts'
import type { Balance, BalanceRateType } from './balance.ts'

/** What usage costs that a balance pays, where that may be another price than the contract's. */
export interface CommitPrice {
  /** Which price of the card it starts from. */
  rateType: BalanceRateType
  /** That price; null where the card has none. */
  cardPrice: Price | null
  /** The one override that changes it. */
  override: Override | null
  price: Price
  creditTypeId: string
}

/** The terms that a charge is priced on, as far as prices under balances depend on them. */
export type PricedTerms = Pick<TermSpan, 'startMs' | 'lost' | 'price' | 'creditTypeId'> & {
  rate: Pick<Rate, 'price' | 'commitPrice' | 'creditTypeId'> | null
}

/**
 * The price of some usage under a balance (pricing 5.3); null for that of the contract. Of the
 * rate type COMMIT_RATE, a commit price on the card is changed by overrides with that target only;
 * without one, as under LIST_RATE, overrides for commits go before those of the contract, which is
 * all the same to those with the other target. Overrides for commits leave prices with a minimum
 * alone.
 * @param terms of the span that the usage is charged in
 */
export function commitPrice(
  terms: PricedTerms,
  subject: OverrideSubject,
  balance: Balance,
  prioritization?: OverridePrioritization,
): CommitPrice | null {
  const { rate } = terms
  if (terms.price === null || terms.creditTypeId === null) return null
  const commitRate = balance.rateType === 'COMMIT_RATE' ? (rate?.commitPrice ?? null) : null
  const rateType = commitRate === null ? 'LIST_RATE' : 'COMMIT_RATE'
  const cardPrice = commitRate ?? rate?.price ?? null
  const own = commitOverrides(terms).filter(
    (override) =>
      override.target === rateType &&
      override.startingAt <= terms.startMs &&
      terms.startMs < (override.endingBefore ?? Infinity) &&
      isForBalance(override, subject, balance),
  )
  const isBound = hasMinimum(commitRate ?? terms.price)
  const override = isBound ? null : chooseCommitOverride(own, prioritization)
  const change = override?.change ?? null
  if (change !== null && change.type === 'OVERWRITE' && !hasMinimum(change.price)) {
    const { price, creditTypeId } = change
    return { rateType, cardPrice, override, price, creditTypeId }
  }
  // A multiplier is on the price of the card, of which there is one if there is a rate.
  if (change !== null && change.type !== 'OVERWRITE' && cardPrice !== null && rate !== null) {
    const price = applyOverride(cardPrice, change)
    return { rateType, cardPrice, override, price, creditTypeId: rate.creditTypeId }
  }
  if (commitRate === null || rate === null) return null
  const { creditTypeId } = rate
  return { rateType, cardPrice, override: null, price: commitRate, creditTypeId }
}

/** The overrides that price only what commits pay, of those that are for the usage of a span. */
export function commitOverrides({ lost }: Pick<TermSpan, 'lost'>): Override[] {
  return lost.flatMap(({ override, reason }) => (reason === 'commit_specific' ? [override] : []))
}

/** Whether an override for commits is for this one: any of its specifiers fits both. */
export function isForBalance(
  { specifiers }: Pick<Override, 'specifiers'>,
  subject: OverrideSubject,
  balance: Pick<Balance, 'id' | 'recurringId'>,
): boolean {
  return (
    specifiers.length === 0 ||
    specifiers.some((each) => isFitting(each, subject) && isNaming(each, balance))
  )
}

/** Named by its own id, or by that of the recurring commit or credit that made it; without ids, any. */
function isNaming(
  { commitIds, recurringCommitIds, anyCommitOrCreditIds }: OverrideSpecifier,
  { id, recurringId }: Pick<Balance, 'id' | 'recurringId'>,
): boolean {
  const lists = [commitIds, recurringCommitIds, anyCommitOrCreditIds]
  if (lists.every((ids) => ids === undefined)) return true
  const named = lists.flatMap((ids) => ids ?? [])
  return named.includes(id) || (recurringId !== undefined && named.includes(recurringId))
}

function hasMinimum(price: Price): boolean {
  return 'minimum' in price && price.minimum !== null
}
