import type { BillingTerms } from './billing-period.ts'
import { DAY_MS, type Period } from '../time.ts'
import { subscriptionLife, subscriptionPeriods } from './subscription-periods.ts'
import { quantitySteps } from './subscription-quantity.ts'
import type { QuantityChange, Subscription } from './subscription.ts'

/** As many there are, from one change to the next. */
export interface QuantitySpan extends Pick<QuantityChange, 'quantity' | 'seatIds'> {
  startingAt: number
  /** Exclusive; null: open. */
  endingBefore: number | null
}

/** The quantities of a subscription, all of them, in the order of time. */
export function quantitySpans(subscription: Subscription): QuantitySpan[] {
  const steps = quantitySteps(subscription)
  return steps.map(({ at, quantity, seatIds }, i) => {
    const endingBefore = steps[i + 1]?.at ?? subscription.endingBefore
    return { startingAt: at, endingBefore, quantity, seatIds }
  })
}

/** The quantity at an instant, and those that are to come. */
export function spansFrom(subscription: Subscription, now: number): QuantitySpan[] {
  return quantitySpans(subscription).filter(({ endingBefore }) => (endingBefore ?? Infinity) > now)
}

/** The period that contains an instant, and those beside it; a gap before the start and after the end. */
export interface PeriodsAround {
  previous?: Period
  current?: Period
  next?: Period
}

// No period is longer than a year, and only the first and the last ones are shorter than others.
const PERIOD_MS_MAX = 366 * DAY_MS

export function periodsAround(
  subscription: Subscription,
  contract: BillingTerms,
  now: number,
): PeriodsAround {
  const life = subscriptionLife(subscription, contract)
  const range = {
    startMs: Math.min(now, life.endMs) - 2 * PERIOD_MS_MAX,
    endMs: Math.max(now, life.startMs) + PERIOD_MS_MAX,
  }
  const periods = [...subscriptionPeriods(subscription, contract, range)].map(
    ({ covered }) => covered,
  )
  return {
    previous: periods.findLast(({ endMs }) => endMs <= now),
    current: periods.find(({ startMs, endMs }) => startMs <= now && now < endMs),
    next: periods.find(({ startMs }) => startMs > now),
  }
}
