import type { RateCard } from '../catalog/rate-card.ts'
import type { ProductState, ProductType } from '../catalog/product.ts'
import { Decimal, sum, ZERO } from '../decimal.ts'
import type { Period } from '../time.ts'
import { fiatPerUnit } from './convert-units.ts'
import { priceQuantity } from './price-quantity.ts'
import type { UsageCharge } from './rate-usage.ts'

/** What was charged for a product, before commits and credits, by when it was incurred. */
export interface Spend {
  /** The contract that it was charged on, where that is another than the invoice's. */
  contractId: string | null
  productId: string
  productType: ProductType
  /** The product's at the time. */
  tags: readonly string[]
  creditTypeId: string
  /** What one of its unit is worth in the card's currency. */
  fiatPerUnit: Decimal
  /** In the unit of the credit type. */
  amounts: (Period & { amount: Decimal })[]
}

/**
 * What was spent on usage, window by window. What is charged at the steps of one ladder is one
 * spend: a window may lie in several of them. Amounts in a unit that the card cannot convert are
 * worth nothing that could be compared, and are left out.
 */
export function usageSpend(
  charges: readonly UsageCharge[],
  card: Pick<RateCard, 'fiatCreditTypeId' | 'conversions'>,
  contractId: string | null = null,
): Spend[] {
  // The steps that usage of one cell and span falls into share its increments.
  const shared = Map.groupBy(charges, ({ increments }) => increments)
  return [...shared.values()].flatMap(([first]) => {
    if (first === undefined || first.increments.length === 0) return []
    const { segment, creditTypeId } = first
    const worth = fiatPerUnit(creditTypeId, card)
    if (worth === null) return []
    return [
      {
        contractId,
        productId: segment.product.id,
        productType: segment.product.type,
        tags: segment.state.tags,
        creditTypeId,
        fiatPerUnit: worth,
        amounts: amountsOf(first),
      },
    ]
  })
}

/** What is charged for a subscription, as far as it is spend. */
export interface SubscriptionSpend {
  productId: string
  productTags: readonly string[]
  creditTypeId: string
  total: string
}

/**
 * What was spent on subscriptions. It is incurred when the statement that it is on is over, whatever
 * time it is for: what is paid in advance is for time that no composite of the statement has.
 * @param statement.endMs when it ends
 * @param statement.contractId null: the invoice's own contract
 */
export function subscriptionSpend(
  lines: readonly SubscriptionSpend[],
  card: Pick<RateCard, 'fiatCreditTypeId' | 'conversions'>,
  { endMs, contractId = null }: { endMs: number; contractId?: string | null },
): Spend[] {
  return lines.flatMap(({ productId, productTags: tags, creditTypeId, total }) => {
    const worth = fiatPerUnit(creditTypeId, card)
    if (worth === null) return []
    return [
      {
        contractId,
        productId,
        productType: 'SUBSCRIPTION' as const,
        tags,
        creditTypeId,
        fiatPerUnit: worth,
        amounts: [{ startMs: endMs, endMs, amount: new Decimal(total) }],
      },
    ]
  })
}

function amountsOf({ price, position, increments }: UsageCharge): Spend['amounts'] {
  let at = position
  return increments.map(({ startMs, endMs, quantity }) => {
    const pricing = priceQuantity(price, at, quantity)
    at = at.plus(quantity)
    const amount = 'parts' in pricing ? sum(pricing.parts.map(({ total }) => total)) : ZERO
    return { startMs, endMs, amount }
  })
}

/** Whether a composite product is a fraction of what is spent on another (pricing 2). */
export function isApplicable(
  state: ProductState,
  { productId, productType, tags }: Pick<Spend, 'productId' | 'productType' | 'tags'>,
): boolean {
  if (productType === 'COMPOSITE' && state.includeCompositeSpend !== true) return false
  const { compositeProductIds = [], compositeTags = [] } = state
  return compositeProductIds.includes(productId) || compositeTags.some((tag) => tags.includes(tag))
}

/**
 * What was incurred in a span of time. Windows do not straddle it; what is known only when its time
 * is over, such as another fraction, is incurred at its end.
 */
export function amountIn({ amounts }: Spend, { startMs, endMs }: Period): Decimal {
  const inside = amounts.filter((part) => startMs < part.endMs && part.endMs <= endMs)
  return sum(inside.map(({ amount }) => amount))
}
