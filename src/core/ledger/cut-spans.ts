import { findFiatCreditType } from '../currency.ts'
import type { OverrideSubject } from '../rating/match-override.ts'
import type { TermSpan } from '../rating/resolve-terms.ts'
import type { Period } from '../time.ts'
import { accessChanges, mayPay } from './applicability.ts'
import type { Balance } from './balance.ts'
import { commitOverrides, isForBalance } from './commit-price.ts'

/**
 * Cuts the spans of some usage wherever a balance that may pay for it begins or ceases to do so, or
 * has another price for it (pricing 14.1; 14.5, step 4). Without such a balance they stay whole.
 * @param payers the balances that are for the product
 */
export function cutSpans<Span extends TermSpan>(
  spans: readonly Span[],
  payers: readonly Balance[],
  subject: OverrideSubject,
): Span[] {
  const own = payers.filter((balance) => mayPay(balance, subject))
  return spans.flatMap((span) => cutAt(span, cutsOf(span, own, subject)))
}

function cutsOf(span: TermSpan, payers: readonly Balance[], subject: OverrideSubject): number[] {
  const overrides = commitOverrides(span)
  const changes = payers.flatMap((balance) => {
    const fitting = overrides.filter((each) => isForBalance(each, subject, balance))
    const isPayer =
      balance.creditTypeId === span.creditTypeId ||
      mayPayConverted(balance, span) ||
      fitting.some(({ change }) => {
        return change?.type === 'OVERWRITE' && change.creditTypeId === balance.creditTypeId
      })
    if (!isPayer) return []
    return [
      ...accessChanges(balance, subject),
      ...fitting.flatMap(({ startingAt, endingBefore }) => [startingAt, endingBefore ?? Infinity]),
    ]
  })
  const inside = changes.filter((at) => at > span.startMs && at < span.endMs)
  return [...new Set(inside)].sort((a, b) => a - b)
}

/** What is left in a custom unit is converted into a currency, in which others pay for it. */
function mayPayConverted(balance: Balance, { creditTypeId }: TermSpan): boolean {
  const isCustom = creditTypeId !== null && findFiatCreditType(creditTypeId) === undefined
  return isCustom && findFiatCreditType(balance.creditTypeId) !== undefined && mayPay(balance, null)
}

function cutAt<Span extends TermSpan>(span: Span, cuts: readonly number[]): Span[] {
  if (cuts.length === 0) return [span]
  const starts = [span.startMs, ...cuts]
  return starts.map((startMs, i) => {
    const part = { startMs, endMs: cuts[i] ?? span.endMs }
    return { ...span, ...part, lost: span.lost.filter(({ override }) => overlaps(override, part)) }
  })
}

function overlaps(
  { startingAt, endingBefore }: { startingAt: number; endingBefore: number | null },
  { startMs, endMs }: Period,
): boolean {
  return startingAt < endMs && (endingBefore ?? Infinity) > startMs
}
