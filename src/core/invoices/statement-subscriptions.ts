import type { Catalog } from '../catalog/catalog.ts'
import type { Contract } from '../contracts/contract.ts'
import {
  planSubscriptionCharges,
  type SubscriptionCharge,
} from '../contracts/plan-subscription-charges.ts'
import { USD } from '../currency.ts'
import type { Period } from '../time.ts'
import { cardSubscriptionLines } from './card-subscription-lines.ts'
import type { SubscriptionLine } from './invoice.ts'
import { placeCharges } from './place-charges.ts'
import { subscriptionLines } from './subscription-line.ts'

/** The charges for subscriptions that a statement has if it is made by the terms as they are now. */
export function statementSubscriptionCharges(
  contract: Contract,
  period: Period,
): SubscriptionCharge[] {
  const { subscriptions = [] } = contract.terms
  const charges = subscriptions.flatMap((each) =>
    planSubscriptionCharges(each, contract, period.endMs),
  )
  // Whatever the currency, subscriptions are on the contract's own invoices.
  const { onUsage } = placeCharges(contract, charges, () => false, USD.id)
  return (onUsage.get(period.startMs) ?? []).flatMap(({ item, ...charge }) =>
    item.kind === 'subscription' ? [{ ...charge, item }] : [],
  )
}

/**
 * What a statement charges for subscriptions, as composites of the customer's other contracts see
 * it; whether it is final or a draft.
 * @param catalog of the contract, with the rates at the times whose prices the charges have
 * @param now the environment's clock
 */
export function statementSubscriptions(
  contract: Contract,
  period: Period,
  catalog: Catalog,
  now: number,
): SubscriptionLine[] {
  const products = new Map(catalog.products.map((product) => [product.id, product]))
  const charges = statementSubscriptionCharges(contract, period)
  const lines = charges.flatMap((charge) => {
    // What has never been on the card has no price.
    const product = products.get(charge.item.subscription.productId)
    if (product === undefined) return []
    return subscriptionLines(charge, { catalog, terms: contract.terms, product, now })
  })
  return [...lines, ...cardSubscriptionLines(contract, period, catalog, now)]
}
