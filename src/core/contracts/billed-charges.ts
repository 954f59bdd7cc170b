import { billingPeriodAt } from './billing-period.ts'
import type { Contract } from './contract.ts'
import { planSubscriptionCharges, type SubscriptionCharge } from './plan-subscription-charges.ts'
import type { Subscription } from './subscription.ts'

/** The ends of the contract's usage invoices that are final, void ones among them. */
export type FinalEnds = ReadonlySet<number>

/**
 * The charges of a subscription that final invoices have. Those on scheduled invoices are final as
 * they fall due; those that are for a usage invoice, with it.
 */
export function billedCharges(
  subscription: Subscription,
  contract: Contract,
  finalEnds: FinalEnds,
  now: number,
): SubscriptionCharge[] {
  const due = planSubscriptionCharges(subscription, contract, now)
  return due.filter((charge) => {
    const end = usageInvoiceEnd(charge, contract)
    return end === null || finalEnds.has(end)
  })
}

/** The end of the usage invoice that a charge is for; null where it is on a scheduled one. */
function usageInvoiceEnd({ at, placement }: SubscriptionCharge, contract: Contract): number | null {
  if (placement === 'SCHEDULED') return null
  const period = billingPeriodAt(contract, at - 1)
  if (period === null || (placement === 'ENDING_USAGE' && period.endMs !== at)) return null
  return period.endMs
}

/**
 * The first billed charge that a change of its subscription would make another one; null for none.
 * What is merely cut short by an earlier end stays as it is: nothing is refunded.
 */
export function brokenCharge(
  before: Subscription,
  after: Subscription,
  contract: Contract,
  finalEnds: FinalEnds,
  now: number,
): SubscriptionCharge | null {
  const planned = planSubscriptionCharges(after, contract, now)
  const byId = new Map(planned.map((charge) => [charge.id, charge]))
  const end = after.endingBefore ?? Infinity
  const isBroken = ({ id, at, item }: SubscriptionCharge) => {
    const next = byId.get(id)
    if (next === undefined) return at < end && item.covered.startMs < end
    if (next.item.quantity !== item.quantity) return true
    // A prorated charge for a longer time would leave the rest of it unbilled.
    return item.isProrated && next.item.covered.endMs > item.covered.endMs
  }
  return billedCharges(before, contract, finalEnds, now).find(isBroken) ?? null
}
