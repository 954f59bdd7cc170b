import type { Catalog } from '../catalog/catalog.ts'
import { productStates } from '../catalog/product-states.ts'
import { productAt, type Product, type ProductState } from '../catalog/product.ts'
import { indexRates } from '../catalog/resolve-rate.ts'
import type { Contract } from '../contracts/contract.ts'
import { recurringPeriods } from '../contracts/recurrence.ts'
import { Decimal, toText } from '../decimal.ts'
import { deriveId } from '../id.ts'
import { subjectOf } from '../rating/plan-composites.ts'
import { resolveTerms, type TermSpan } from '../rating/resolve-terms.ts'
import { assert } from '../result.ts'
import { formatTimestamp, type Period } from '../time.ts'
import type { SubscriptionLine } from './invoice.ts'
import { proratedUnitPrice } from './subscription-line.ts'

/**
 * What rates of the type SUBSCRIPTION charge in a statement period (pricing 3.3): the card itself
 * says how many there are, and no contract has a subscription to them. The unit price is the share
 * of the price that falls to the time in which the rate holds, of the whole period, which a contract
 * may have only a part of.
 * @param catalog of the contract, with the rates of the period; null where it has none
 * @param period a statement period of the contract
 * @param now the environment's clock: lines show the products' tags as they are now
 */
export function cardSubscriptionLines(
  contract: Contract,
  period: Period,
  catalog: Pick<Catalog, 'products' | 'rates'> | null,
  now: number,
): SubscriptionLine[] {
  const { products, rates } = catalog ?? { products: [], rates: [] }
  // A price of another kind is meant for what contracts have subscriptions to.
  const overrides = contract.terms.overrides?.filter(
    ({ change }) => change?.type !== 'OVERWRITE' || change.price.rateType === 'SUBSCRIPTION',
  )
  const terms = { ...contract.terms, overrides }
  const ratesOf = indexRates(rates.filter(({ billingFrequency }) => billingFrequency === null))
  return products.flatMap((product) => {
    const own = ratesOf.get(product.id)
    if (product.type !== 'SUBSCRIPTION' || own === undefined) return []
    const whole = wholePeriod(contract, period)
    return productStates(product, period).flatMap(({ state, ...part }) =>
      resolveTerms(own, terms, subjectOf(product, state), part).flatMap((span) =>
        toLine(contract, whole, { span, product, state, now }),
      ),
    )
  })
}

/** The period as it would be if the contract had all of it. */
function wholePeriod({ terms }: Contract, { startMs }: Period): Period {
  const range = { startMs, endMs: startMs + 1 }
  const [whole] = recurringPeriods(terms.statementSchedule, range)
  assert(whole !== undefined, 'statement periods follow the schedule of their contract')
  return whole
}

function toLine(
  contract: Contract,
  whole: Period,
  {
    span,
    product,
    state,
    now,
  }: { span: TermSpan; product: Product; state: ProductState; now: number },
): SubscriptionLine[] {
  const { startMs, endMs, rate, override, lost, price, creditTypeId } = span
  if (!span.isEntitled || price?.rateType !== 'SUBSCRIPTION' || creditTypeId === null) return []
  const quantity = new Decimal(price.quantity)
  const unitPrice = proratedUnitPrice(new Decimal(price.price), span, whole, undefined)
  return [
    {
      type: 'subscription',
      chargeId: deriveId('card-subscription', contract.id, product.id, formatTimestamp(startMs)),
      name: state.name,
      isProrated: true,
      productId: product.id,
      productType: 'SubscriptionProductListItem',
      productTags: productAt(product, now).tags,
      productCustomFields: product.customFields,
      creditTypeId,
      quantity: toText(quantity),
      unitPrice: toText(unitPrice),
      total: toText(quantity.times(unitPrice)),
      startingAt: startMs,
      endingBefore: endMs,
      pricingGroupValues: null,
      presentationGroupValues: null,
      derivation: {
        rateId: rate?.id ?? null,
        listPrice: rate?.price ?? null,
        // Entitlement alone changes no price, so a winner has a change.
        override: override && { id: override.id, change: override.change! },
        lost: lost.map(({ override: { id }, reason }) => ({ id, reason })),
        billingPeriod: { startingAt: whole.startMs, endingBefore: whole.endMs },
        pricedAt: startMs,
      },
    },
  ]
}
