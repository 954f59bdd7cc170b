import type { Period } from '../time.ts'
import type { BillingTerms } from './billing-period.ts'
import { recurringPeriods } from './recurrence.ts'
import type { Subscription } from './subscription.ts'

/** What decides the periods of a subscription (pricing 8). */
export type SubscriptionTerms = Pick<
  Subscription,
  'billingFrequency' | 'cycleAnchorMs' | 'startingAt' | 'endingBefore'
>

/** A period of a subscription. */
export interface SubscriptionPeriod {
  /** From one occurrence of the anchor to the next: what a charge is prorated by. */
  whole: Period
  /** The part of it in which there is the subscription, and its contract. */
  covered: Period
}

/**
 * The periods of a subscription that overlap a range of time, in order; taken as far as they are
 * needed. They are counted from the subscription's own anchor or, without one, from that of the
 * contract's statements; the first begins and the last ends with the subscription.
 */
export function* subscriptionPeriods(
  subscription: SubscriptionTerms,
  contract: BillingTerms,
  range: Period,
): Generator<SubscriptionPeriod> {
  const { billingFrequency: frequency, cycleAnchorMs } = subscription
  const anchorMs = cycleAnchorMs ?? contract.terms.statementSchedule.anchorMs
  const life = subscriptionLife(subscription, contract)
  const asked = {
    startMs: Math.max(life.startMs, range.startMs),
    endMs: Math.min(life.endMs, range.endMs),
  }
  for (const whole of recurringPeriods({ frequency, anchorMs }, asked)) {
    const startMs = Math.max(life.startMs, whole.startMs)
    yield { whole, covered: { startMs, endMs: Math.min(life.endMs, whole.endMs) } }
  }
}

/** The time in which there are both the subscription and its contract; Infinity for no end. */
export function subscriptionLife(
  { startingAt, endingBefore }: Pick<Subscription, 'startingAt' | 'endingBefore'>,
  contract: Pick<BillingTerms, 'startingAt' | 'endingBefore'>,
): Period {
  return {
    startMs: Math.max(startingAt, contract.startingAt),
    endMs: Math.min(endingBefore ?? Infinity, contract.endingBefore ?? Infinity),
  }
}
