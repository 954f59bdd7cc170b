import { Decimal, toText } from '../decimal.ts'
import { deriveId } from '../id.ts'
import type { ChargePlacement, FixedCharge, SubscriptionItem } from '../invoices/fixed-charge.ts'
import { formatTimestamp } from '../time.ts'
import { splitPeriod } from './billing-period.ts'
import type { Contract } from './contract.ts'
import {
  subscriptionLife,
  subscriptionPeriods,
  type SubscriptionPeriod,
} from './subscription-periods.ts'
import { quantityAt, quantitySteps } from './subscription-quantity.ts'
import type { Subscription } from './subscription.ts'

/** A charge for a subscription. */
export type SubscriptionCharge = FixedCharge & { item: SubscriptionItem }

/** What a period charges: what there is at its start, or an increase in its course. */
interface PeriodPart {
  startMs: number
  quantity: Decimal
  /** What the period charges without it. */
  position: Decimal
}

/**
 * All charges of a subscription that fall due at or before an instant, by period, in the order in
 * which they arise (pricing 8). In each of its periods it charges
 * - what there is at the start, at once (ADVANCE) or when the period is over (ARREARS);
 * - each increase in its course, from then on: at the period's end, or where increases are billed
 *   immediately, as they happen.
 *
 * What becomes less in the course of a period is charged all the same, and is not refunded. What
 * then becomes more again is charged only beyond the most that there has been in the period.
 *
 * Nothing that falls due before the contract's first invoice is charged, and no quantity of 0.
 */
export function planSubscriptionCharges(
  subscription: Subscription,
  contract: Contract,
  until: number,
): SubscriptionCharge[] {
  const { startMs } = subscriptionLife(subscription, contract)
  const { invoicedFrom = -Infinity } = contract.terms.statementSchedule
  const charges: SubscriptionCharge[] = []
  for (const period of subscriptionPeriods(subscription, contract, { startMs, endMs: until + 1 })) {
    const due = settledParts(subscription, contract, period).flatMap((part) =>
      chargePeriod(subscription, contract, part),
    )
    charges.push(...due.filter(({ at }) => at >= invoicedFrom && at <= until))
  }
  return charges
}

/**
 * A period that was cut short by an end of the contract which has moved since, and charged up to
 * there by a final invoice, is charged for the rest of it.
 */
function settledParts(
  { collectionSchedule, proration }: Subscription,
  { terms }: Contract,
  { whole, covered }: SubscriptionPeriod,
): SubscriptionPeriod[] {
  const { breaks = [] } = terms.statementSchedule
  if (collectionSchedule === 'ADVANCE' || !proration.isProrated) return [{ whole, covered }]
  return splitPeriod(covered, breaks).map((part) => ({ whole, covered: part }))
}

function chargePeriod(
  subscription: Subscription,
  contract: Contract,
  { whole, covered }: SubscriptionPeriod,
): SubscriptionCharge[] {
  const { isProrated } = subscription.proration
  return partsOf(subscription, covered).map(({ startMs, quantity, position }) => {
    const isIncrease = startMs > covered.startMs
    const part = { startMs, endMs: covered.endMs }
    const isPartial = part.startMs > whole.startMs || part.endMs < whole.endMs
    return {
      id: chargeId(subscription, startMs, isIncrease),
      contractId: contract.id,
      ...dateOf(subscription, part, isIncrease),
      item: {
        kind: 'subscription',
        subscription,
        billingPeriod: whole,
        covered: part,
        quantity: toText(quantity),
        ...(isIncrease && { position: toText(position) }),
        isProrated: isProrated && isPartial,
      },
    }
  })
}

/** Each instant of a period at which there is more than ever before in it, beginning with its start. */
function partsOf(subscription: Subscription, { startMs, endMs }: SubscriptionPeriod['covered']) {
  const parts: PeriodPart[] = []
  const inside = quantitySteps(subscription).filter(({ at }) => at > startMs && at < endMs)
  let most = new Decimal(0)
  for (const { at, quantity } of [
    { ...quantityAt(subscription, startMs), at: startMs },
    ...inside,
  ]) {
    const added = new Decimal(quantity).minus(most)
    if (added.lessThanOrEqualTo(0)) continue
    parts.push({ startMs: at, quantity: added, position: most })
    most = most.plus(added)
  }
  return parts
}

/**
 * When a part of a period is charged, and on which invoice (invoices 1.7). The increases that await
 * the next collection are on the invoice of the period that follows.
 */
function dateOf(
  { collectionSchedule, proration, invoicePlacement }: Subscription,
  { startMs, endMs }: SubscriptionPeriod['covered'],
  isIncrease: boolean,
): { at: number; placement: ChargePlacement } {
  const onUsageInvoice = (placement: ChargePlacement) =>
    invoicePlacement === 'ON_USAGE_INVOICE' ? placement : 'SCHEDULED'
  if (collectionSchedule === 'ARREARS') {
    return { at: endMs, placement: onUsageInvoice('CONTAINING_USAGE') }
  }
  if (!isIncrease) return { at: startMs, placement: onUsageInvoice('ENDING_USAGE') }
  if (proration.invoiceBehavior === 'BILL_IMMEDIATELY') {
    return { at: startMs, placement: 'SCHEDULED' }
  }
  return { at: endMs, placement: onUsageInvoice('ENDING_USAGE') }
}

/**
 * The same however often the charge is planned, and whatever comes later. What a period starts with
 * and an increase at the same instant, which another anchor would make of it, are two charges.
 */
function chargeId({ id }: Subscription, startMs: number, isIncrease: boolean): string {
  const kind = isIncrease ? 'subscription-increase' : 'subscription-period'
  return deriveId(kind, id, formatTimestamp(startMs))
}
