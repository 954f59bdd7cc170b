import type { Contract } from '../contracts/contract.ts'
import { subscriptionLife, subscriptionPeriods } from '../contracts/subscription-periods.ts'
import { quantityAt, quantitySteps } from '../contracts/subscription-quantity.ts'
import type { Subscription } from '../contracts/subscription.ts'
import type { SubscriptionCharge } from '../contracts/plan-subscription-charges.ts'
import type { SubscriptionLine } from './invoice.ts'
import { subscriptionLines, type SubscriptionPricing } from './subscription-line.ts'

/** What a whole period costs for the quantity that there is from an instant on; by step of a ladder. */
export interface PricedSpan {
  startingAt: number
  parts: Pick<SubscriptionLine, 'quantity' | 'unitPrice' | 'total'>[]
}

/**
 * How quantities and prices of a subscription have changed up to an instant: one entry for each
 * time at which what a whole period costs became another.
 * @param pricing its catalog has the rates of all that time
 */
export function pricedSpans(
  subscription: Subscription,
  contract: Contract,
  pricing: SubscriptionPricing,
  until: number,
): PricedSpan[] {
  const life = subscriptionLife(subscription, contract)
  const range = { startMs: life.startMs, endMs: until + 1 }
  const spans: PricedSpan[] = []
  for (const { whole, covered } of subscriptionPeriods(subscription, contract, range)) {
    const steps = quantitySteps(subscription).map(({ at }) => at)
    const inside = steps.filter((at) => at > covered.startMs && at < covered.endMs && at <= until)
    for (const startingAt of [covered.startMs, ...inside]) {
      const { quantity } = quantityAt(subscription, startingAt)
      const charge = wholeCharge(subscription, contract, whole, quantity)
      const parts = subscriptionLines(charge, pricing).map((line) => {
        return { quantity: line.quantity, unitPrice: line.unitPrice, total: line.total }
      })
      // What is not entitled costs nothing.
      const shown = parts.length > 0 ? parts : [{ quantity, unitPrice: '0', total: '0' }]
      const last = spans.at(-1)
      if (JSON.stringify(last?.parts) === JSON.stringify(shown)) continue
      spans.push({ startingAt, parts: shown })
    }
  }
  return spans
}

function wholeCharge(
  subscription: Subscription,
  { id: contractId }: Contract,
  billingPeriod: SubscriptionCharge['item']['billingPeriod'],
  quantity: string,
): SubscriptionCharge {
  const item = { subscription, billingPeriod, covered: billingPeriod, quantity, isProrated: false }
  return {
    id: subscription.id,
    contractId,
    at: billingPeriod.startMs,
    placement: 'SCHEDULED',
    item: { kind: 'subscription', ...item },
  }
}
