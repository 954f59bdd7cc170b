import type { Price } from '../catalog/price.ts'
import type { Product } from '../catalog/product.ts'
import { Decimal, divide, sum, ZERO } from '../decimal.ts'
import type { Period } from '../time.ts'
import { priceTiered } from './models/tiered.ts'
import { orderComposites } from './order-composites.ts'
import type { CompositeSpan } from './plan-composites.ts'
import type { PricedQuantity } from './price-quantity.ts'
import { amountIn, isApplicable, type Spend } from './spend.ts'

/** What a fraction is of: what was spent on a product in a span of time. */
export interface SpendShare {
  /** Null: the invoice's own contract. */
  contractId: string | null
  productId: string
  creditTypeId: string
  /** In the unit of the credit type, … */
  amount: Decimal
  /** … and converted into the currency of the invoice. */
  converted: Decimal
}

/** A charge for a fraction of spend; at the steps of a ladder, one for each of them. */
export interface CompositeCharge extends PricedQuantity {
  span: CompositeSpan
  /** The sum of the shares. */
  base: Decimal
  shares: SpendShare[]
  /** Spend of the period before the span: ladders go on from there. */
  position: Decimal
  /** The least that is charged for the span; null for none. */
  minimum: Decimal | null
}

/** A composite product that is not billed for some time, and why. */
export interface UnbilledComposite extends Period {
  product: Product
  reason: UnbilledCompositeReason
  /** The spend that it would have been a fraction of. */
  quantity: Decimal
}

export type UnbilledCompositeReason =
  | 'not_entitled'
  | 'custom_price'
  /** Its price is not a fraction. */
  | 'not_a_spend_price'
  /** By way of other composite products it is a fraction of itself. */
  | 'composite_cycle'

export interface RatedComposites {
  charges: CompositeCharge[]
  unbilled: UnbilledComposite[]
}

/**
 * Charges composite products (pricing 2; 14.5, step 8): fractions of what was spent in their spans
 * after overrides and before commits and credits, in the currency, and at least the minimum.
 * @param spend of the contract, and of others of its customer for the scope CUSTOMER
 */
export function rateComposites(
  spans: readonly CompositeSpan[],
  spend: readonly Spend[],
  { period, currencyId }: { period: Period; currencyId: string },
): RatedComposites {
  const { order, cyclic } = orderComposites(spans)
  const byProduct = Map.groupBy(spans, ({ product }) => product.id)
  const known = [...spend]
  const rated = new Map<string, RatedComposites>()
  for (const id of order) {
    const own = rateProduct(byProduct.get(id) ?? [], known, period)
    known.push(...own.charges.map((charge) => compositeSpend(charge, currencyId)))
    rated.set(id, own)
  }
  const cycles = spans.filter(({ product }) => cyclic.has(product.id))
  const inOrder = [...byProduct.keys()].flatMap((id) => rated.get(id) ?? [])
  return {
    charges: inOrder.flatMap(({ charges }) => charges),
    unbilled: [
      ...inOrder.flatMap(({ unbilled }) => unbilled),
      ...cycles.map((span) => unbill(span, sharesOf([span], spend), 'composite_cycle')),
    ],
  }
}

function rateProduct(
  spans: readonly CompositeSpan[],
  known: readonly Spend[],
  period: Period,
): RatedComposites {
  const charges: CompositeCharge[] = []
  const unbilled: UnbilledComposite[] = []
  let position = ZERO
  for (const same of joinSpans(spans)) {
    const span = { ...same.at(-1)!, startMs: same[0]!.startMs }
    const shares = sharesOf(same, known)
    const base = baseOf(shares)
    const { price, isEntitled } = span
    if (!isEntitled || price === null) unbilled.push(unbill(span, shares, 'not_entitled'))
    else if (isSpendPrice(price)) {
      const minimum = minimumOf(price, span, period)
      const parts = priceSpend(price, { position, base, minimum })
      charges.push(...parts.map((part) => ({ ...part, span, base, shares, position, minimum })))
      position = position.plus(base)
    } else {
      const reason = price.rateType === 'CUSTOM' ? 'custom_price' : 'not_a_spend_price'
      unbilled.push(unbill(span, shares, reason))
    }
  }
  // Where nothing was spent there is nothing to miss.
  return { charges, unbilled: unbilled.filter(({ quantity }) => !quantity.isZero()) }
}

/**
 * Neighbouring spans on the same terms are charged as one: what a change of the product itself,
 * such as of its name, cuts has one minimum all the same.
 */
function joinSpans(spans: readonly CompositeSpan[]): CompositeSpan[][] {
  const joined: CompositeSpan[][] = []
  for (const span of spans) {
    const last = joined.at(-1)?.at(-1)
    const isSame =
      last !== undefined &&
      last.endMs === span.startMs &&
      span.isApart !== true &&
      last.rate === span.rate &&
      last.override === span.override &&
      last.isEntitled === span.isEntitled
    if (isSame) joined.at(-1)!.push(span)
    else joined.push([span])
  }
  return joined
}

/** A fraction of spend, or a ladder of fractions. */
export type SpendPrice = Extract<Price, { rateType: 'PERCENTAGE' | 'TIERED_PERCENTAGE' }>

export function isSpendPrice(price: Price): price is SpendPrice {
  return price.rateType === 'PERCENTAGE' || price.rateType === 'TIERED_PERCENTAGE'
}

/**
 * What some spend is charged: the fraction of it, or the minimum if that is more. Of a ladder, whose
 * steps are amounts of spend, each part is a fraction of what lies in its step.
 */
export function priceSpend(
  price: SpendPrice,
  { position, base, minimum }: Pick<CompositeCharge, 'position' | 'base' | 'minimum'>,
): PricedQuantity[] {
  const parts = priceFractions(price, position, base)
  if (minimum === null || sum(parts.map(({ total }) => total)).gte(minimum)) return parts
  return [{ quantity: new Decimal(1), unitPrice: minimum, total: minimum, tier: null }]
}

function priceFractions(price: SpendPrice, position: Decimal, base: Decimal): PricedQuantity[] {
  if (price.rateType === 'TIERED_PERCENTAGE') return priceTiered(price, position, base)
  const unitPrice = new Decimal(price.price)
  return [{ quantity: base, unitPrice, total: base.times(unitPrice), tier: null }]
}

/**
 * A minimum is that of a whole period. If the terms change within it, each of them has its share by
 * time, to the millisecond: otherwise every change would add a minimum (pricing 18.7).
 */
function minimumOf({ minimum }: SpendPrice, span: Period, period: Period): Decimal | null {
  if (minimum === null) return null
  const [part, whole] = [span.endMs - span.startMs, period.endMs - period.startMs]
  if (part === whole) return new Decimal(minimum)
  return divide(new Decimal(minimum).times(part), new Decimal(whole))
}

/** What was spent in some spans on what a composite is of, by contract, product and unit. */
function sharesOf(spans: readonly CompositeSpan[], known: readonly Spend[]): SpendShare[] {
  const parts = spans.flatMap((span) =>
    known
      .filter((spend) => isShare(span, spend))
      .map((spend) => ({ ...spend, amount: amountIn(spend, span) }))
      .filter(({ amount }) => span.state.excludeFreeUsage !== true || !amount.isZero()),
  )
  const groups = Map.groupBy(parts, ({ contractId, productId, creditTypeId }) =>
    JSON.stringify([contractId, productId, creditTypeId]),
  )
  return [...groups.values()].map((own) => {
    const { contractId, productId, creditTypeId, fiatPerUnit } = own[0]!
    const amount = sum(own.map((part) => part.amount))
    return { contractId, productId, creditTypeId, amount, converted: amount.times(fiatPerUnit) }
  })
}

function isShare({ product, state }: CompositeSpan, spend: Spend): boolean {
  const isInScope = spend.contractId === null || state.compositeScope === 'CUSTOMER'
  return isInScope && spend.productId !== product.id && isApplicable(state, spend)
}

function baseOf(shares: readonly SpendShare[]): Decimal {
  return sum(shares.map(({ converted }) => converted))
}

function unbill(
  { product, startMs, endMs }: CompositeSpan,
  shares: readonly SpendShare[],
  reason: UnbilledCompositeReason,
): UnbilledComposite {
  return { product, startMs, endMs, reason, quantity: baseOf(shares) }
}

/** A charge for a composite, as what another one may be a fraction of. */
export function compositeSpend(
  { span, total }: CompositeCharge,
  currencyId: string,
  contractId: string | null = null,
): Spend {
  const { product, state, startMs, endMs } = span
  return {
    contractId,
    productId: product.id,
    productType: 'COMPOSITE',
    tags: state.tags,
    creditTypeId: currencyId,
    fiatPerUnit: new Decimal(1),
    amounts: [{ startMs, endMs, amount: total }],
  }
}
