import { productAt } from '../catalog/product.ts'
import { toText } from '../decimal.ts'
import type { CompositeCharge, SpendShare, UnbilledComposite } from '../rating/rate-composites.ts'
import type { CompositeDerivation, CompositeLine, SpendNote, UnbilledItem } from './invoice.ts'

/**
 * Shows a charge for a fraction of spend: the spend is the quantity, the fraction its unit price. A
 * minimum is one of itself.
 * @param invoice.leftOut the customer's contracts whose spend cannot count
 * @param now the environment's clock: lines show the products' tags as they are now
 */
export function compositeLine(
  charge: CompositeCharge,
  invoice: { creditTypeId: string; leftOut: string[] },
  now: number,
): CompositeLine {
  const { creditTypeId, leftOut } = invoice
  const { span, tier } = charge
  const { product, state } = span
  return {
    type: 'usage',
    name: state.name,
    productId: product.id,
    productType: 'CompositeProductListItem',
    productTags: productAt(product, now).tags,
    productCustomFields: product.customFields,
    creditTypeId,
    quantity: toText(charge.quantity),
    unitPrice: toText(charge.unitPrice),
    total: toText(charge.total),
    ...(tier !== null && {
      tier: {
        level: tier.level,
        startingAt: toText(tier.startingAt),
        size: tier.size && toText(tier.size),
      },
    }),
    startingAt: span.startMs,
    endingBefore: span.endMs,
    pricingGroupValues: null,
    presentationGroupValues: null,
    derivation: deriveComposite(charge, leftOut),
  }
}

function deriveComposite(charge: CompositeCharge, leftOut: string[]): CompositeDerivation {
  const { span, base, shares, position, minimum } = charge
  const { rate, override, lost, price, state } = span
  return {
    rateId: rate?.id ?? null,
    listPrice: rate?.price ?? null,
    // Entitlement alone changes no price, so a winner has a change.
    override: override && { id: override.id, change: override.change! },
    lost: lost.map(({ override: { id }, reason }) => ({ id, reason })),
    scope: state.compositeScope ?? 'CONTRACT',
    base: toText(base),
    shares: shares.map(noteShare),
    ...(state.compositeScope === 'CUSTOMER' && leftOut.length > 0 && { leftOut }),
    ...(price?.rateType === 'TIERED_PERCENTAGE' && { position: toText(position) }),
    ...(minimum !== null && { minimum: toText(minimum) }),
  }
}

function noteShare({ contractId, amount, converted, ...share }: SpendShare): SpendNote {
  return {
    ...share,
    ...(contractId !== null && { contractId }),
    amount: toText(amount),
    ...(!converted.eq(amount) && { converted: toText(converted) }),
  }
}

/** Notes a composite product that is not billed, by the spend that it would be a fraction of. */
export function unbilledComposite(unbilled: UnbilledComposite): UnbilledItem {
  return {
    productId: unbilled.product.id,
    reason: unbilled.reason,
    quantity: toText(unbilled.quantity),
    startingAt: unbilled.startMs,
    endingBefore: unbilled.endMs,
    pricingGroupValues: null,
    presentationGroupValues: null,
  }
}
