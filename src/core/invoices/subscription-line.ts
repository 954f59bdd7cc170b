import type { Catalog } from '../catalog/catalog.ts'
import type { Price } from '../catalog/price.ts'
import { productAt, type Product } from '../catalog/product.ts'
import { indexRates } from '../catalog/resolve-rate.ts'
import { prorate, roundProrated } from '../contracts/proration.ts'
import type { SubscriptionCharge } from '../contracts/plan-subscription-charges.ts'
import { Decimal, toText } from '../decimal.ts'
import { priceQuantity, type PricedQuantity } from '../rating/price-quantity.ts'
import { resolveTerms, type PricingTerms, type TermSpan } from '../rating/resolve-terms.ts'
import type { Period } from '../time.ts'
import type { SubscriptionItem } from './fixed-charge.ts'
import type { SubscriptionDerivation, SubscriptionLine } from './invoice.ts'

/** What a charge for a subscription costs depends on it. */
export interface SubscriptionPricing {
  /** Its rates must include those at `pricedAt` the charge's item. */
  catalog: Pick<Catalog, 'rates'>
  terms: PricingTerms
  /** The product of the subscription. */
  product: Product
  /** The environment's clock: lines show the product's tags as they are now. */
  now: number
}

/**
 * The lines of a charge for a subscription (pricing 8): one, or one for each step of a ladder that
 * the quantity lies in. None where the subscription's rate is not entitled, or there is no price
 * that charges a quantity. The price is that at the period's start, whatever becomes of the rate
 * later; if it is prorated, the unit price is rounded as the subscription says.
 */
export function subscriptionLines(
  charge: SubscriptionCharge,
  { catalog, terms, product, now }: SubscriptionPricing,
): SubscriptionLine[] {
  const { item } = charge
  const { subscription, covered, quantity, position = '0' } = item
  const span = termsOf(item, { catalog, terms, product })
  const { isEntitled, price, creditTypeId } = span
  if (!isEntitled || price === null || creditTypeId === null) return []
  const priced = priceQuantity(price, new Decimal(position), new Decimal(quantity))
  if ('unpriceable' in priced) return []
  return priced.parts.map((part) => ({
    type: 'subscription',
    chargeId: charge.id,
    subscriptionId: subscription.id,
    subscriptionCustomFields: subscription.customFields,
    name: subscription.name ?? productAt(product, pricedAt(item)).name,
    isProrated: item.isProrated,
    productId: product.id,
    productType: 'SubscriptionProductListItem',
    productTags: productAt(product, now).tags,
    productCustomFields: product.customFields,
    creditTypeId,
    ...amountOf(part, item),
    startingAt: covered.startMs,
    endingBefore: covered.endMs,
    pricingGroupValues: null,
    presentationGroupValues: null,
    derivation: derive(item, span, price),
  }))
}

/** The instant whose price a charge has. */
export function pricedAt({ billingPeriod, subscription }: SubscriptionItem): number {
  return Math.max(billingPeriod.startMs, subscription.startingAt)
}

/**
 * The unit price for a part of a period: its share of the price by time, rounded.
 * @param part null where the price is that of the whole period
 */
export function proratedUnitPrice(
  unitPrice: Decimal,
  part: Period | null,
  whole: Period,
  rounding: SubscriptionDerivation['rounding'],
): Decimal {
  if (part === null) return unitPrice
  return roundProrated(prorate(unitPrice, part, whole), rounding)
}

function termsOf(
  item: SubscriptionItem,
  { catalog, terms, product }: Pick<SubscriptionPricing, 'catalog' | 'terms' | 'product'>,
): TermSpan {
  const { billingFrequency } = item.subscription
  const own = catalog.rates.filter(
    (rate) => rate.productId === product.id && rate.billingFrequency === billingFrequency,
  )
  const rates = indexRates(own).get(product.id) ?? { specific: new Map(), fallback: [] }
  const at = pricedAt(item)
  const { tags } = productAt(product, at)
  const subject = {
    productId: product.id,
    tags,
    pricingGroupValues: null,
    presentationGroupValues: null,
    billingFrequency,
  }
  // A price of the card's own subscriptions is none of those that the contract has.
  const overrides = terms.overrides?.filter(
    ({ change }) => change?.type !== 'OVERWRITE' || change.price.rateType !== 'SUBSCRIPTION',
  )
  const whole = { startMs: at, endMs: at + 1 }
  const [span] = resolveTerms(rates, { ...terms, overrides }, subject, whole)
  return span!
}

function amountOf(
  { quantity, unitPrice, tier }: PricedQuantity,
  { isProrated, covered, billingPeriod, subscription }: SubscriptionItem,
) {
  const part = isProrated ? covered : null
  const { rounding } = subscription.proration
  const price = proratedUnitPrice(unitPrice, part, billingPeriod, rounding)
  return {
    quantity: toText(quantity),
    unitPrice: toText(price),
    total: toText(quantity.times(price)),
    ...(tier !== null && {
      tier: {
        level: tier.level,
        startingAt: toText(tier.startingAt),
        size: tier.size && toText(tier.size),
      },
    }),
  }
}

function derive(
  item: SubscriptionItem,
  { rate, override, lost }: TermSpan,
  price: Price,
): SubscriptionDerivation {
  const { billingPeriod, quantity, position = '0', subscription, isProrated } = item
  const { rounding } = subscription.proration
  const commitPrice = rate?.commitPrice ?? null
  const isForCommits = lost.some(({ reason }) => reason === 'commit_specific')
  return {
    rateId: rate?.id ?? null,
    listPrice: rate?.price ?? null,
    // Entitlement alone changes no price, so a winner has a change.
    override: override && { id: override.id, change: override.change! },
    lost: lost.map(({ override: { id }, reason }) => ({ id, reason })),
    billingPeriod: { startingAt: billingPeriod.startMs, endingBefore: billingPeriod.endMs },
    pricedAt: pricedAt(item),
    ...(price.rateType === 'TIERED' && { ladder: { position, quantity } }),
    ...(isProrated && rounding !== undefined && { rounding }),
    ...((commitPrice !== null || isForCommits) && {
      commitTerms: { price: commitPrice, billingFrequency: subscription.billingFrequency },
    }),
  }
}
