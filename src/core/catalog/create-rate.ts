import { findFiatCreditType } from '../currency.ts'
import { ok, refuse, type Result } from '../result.ts'
import { definePrice, type PriceInput } from './define-price.ts'
import { productAt, type Product, type ProductType } from './product.ts'
import type { BillingFrequency, Price, RateType } from './price.ts'
import type { RateCard } from './rate-card.ts'
import type { Rate } from './rate.ts'

/** An entry of a rate card as it is asked for. Instants are epoch milliseconds on the hour. */
export interface RateInput extends PriceInput {
  id: string
  productId: string
  pricingGroupValues?: Record<string, string>
  startingAt: number
  endingBefore?: number
  entitled: boolean
  billingFrequency?: BillingFrequency
  creditTypeId?: string
  /** The price where a commit or credit of rate type COMMIT_RATE pays. */
  commitRate?: PriceInput
}

/** An entry before it was put on its card, which gives it its place in the order of entry. */
export type NewRate = Omit<Rate, 'sequence'>

/** What an entry is decided on. */
export interface RateSurroundings {
  card: RateCard
  /** Null when there is no product of the input's id. */
  product: Product | null
  /** The unit of the product's other entries on the card; null when it has none. */
  creditTypeId: string | null
}

/** What a product can be priced by. What FIXED products and services cost is said in contracts. */
export const RATE_TYPES_OF: Record<ProductType, readonly RateType[]> = {
  USAGE: ['FLAT', 'TIERED', 'CUSTOM'],
  SUBSCRIPTION: ['FLAT', 'SUBSCRIPTION', 'CUSTOM'],
  COMPOSITE: ['PERCENTAGE', 'TIERED_PERCENTAGE', 'CUSTOM'],
  FIXED: [],
  PRO_SERVICE: [],
}

/** What the second price of an entry can be. */
const COMMIT_RATE_TYPES: readonly RateType[] = ['FLAT', 'TIERED']

/**
 * Decides on a new entry of a card (pricing 3.3). Refusals name the field as the API calls it,
 * with `path` before it, such as `rates[2].`. An archived card takes new entries all the same:
 * archiving ends new contracts, not the running ones (pricing 3.1).
 */
export function createRate(
  input: RateInput,
  surroundings: RateSurroundings,
  now: number,
  path = '',
): Result<NewRate> {
  const { id, productId, startingAt, endingBefore, entitled } = input
  const { card, product } = surroundings
  if (endingBefore !== undefined && endingBefore <= startingAt) {
    return refuse('invalid', `${path}ending_before: expected an instant after starting_at`)
  }
  if (product === null) return refuse('not_found', `${path}product_id: no product ${productId}`)
  const fitting = checkFit(input, product, path)
  if (!fitting.ok) return fitting
  const price = definePrice(input, path)
  if (!price.ok) return price
  const commitPrice = commitPriceOf(input, product, path)
  if (!commitPrice.ok) return commitPrice
  const creditTypeId = creditTypeOf(input, surroundings, path)
  if (!creditTypeId.ok) return creditTypeId
  const values = pricingGroupValuesOf(input, product, path)
  if (!values.ok) return values
  return ok({
    id,
    rateCardId: card.id,
    productId,
    pricingGroupValues: values.value,
    startingAt,
    endingBefore: endingBefore ?? null,
    entitled,
    price: price.value,
    commitPrice: commitPrice.value,
    billingFrequency: input.billingFrequency ?? null,
    creditTypeId: creditTypeId.value,
    createdAt: now,
  })
}

/** Whether the product takes rates of this type, and is billed as often as the rate says. */
function checkFit(
  { productId, startingAt, rateType, billingFrequency }: RateInput,
  product: Product,
  path: string,
): Result<null> {
  if (product.archivedAt !== null) {
    return refuse(
      'invalid',
      `${path}product_id: product ${productId} is archived and takes no new rates`,
    )
  }
  const { type } = product
  const { name } = productAt(product, startingAt)
  const types = RATE_TYPES_OF[type]
  if (types.length === 0) {
    return refuse(
      'invalid',
      `${path}product_id: the ${type} product "${name}" takes no rates: contracts say what it costs`,
    )
  }
  if (!types.includes(rateType)) {
    return refuse(
      'invalid',
      `${path}rate_type: ${rateType} does not fit the ${type} product "${name}"; expected one of ${types.join(', ')}`,
    )
  }
  const isPeriodic = type === 'SUBSCRIPTION' && rateType === 'FLAT'
  if (isPeriodic && billingFrequency === undefined) {
    return refuse(
      'invalid',
      `${path}billing_frequency: required for FLAT rates of SUBSCRIPTION products`,
    )
  }
  if (!isPeriodic && billingFrequency !== undefined) {
    return refuse(
      'invalid',
      `${path}billing_frequency: applies to FLAT rates of SUBSCRIPTION products only`,
    )
  }
  return ok(null)
}

/** Commit rates are for usage, and stand beside a list rate in the same unit (pricing 3.3). */
function commitPriceOf(
  { rateType, commitRate }: RateInput,
  product: Product,
  path: string,
): Result<Price | null> {
  if (commitRate === undefined) return ok(null)
  if (product.type !== 'USAGE') {
    return refuse('invalid', `${path}commit_rate: applies to USAGE products only`)
  }
  if (!COMMIT_RATE_TYPES.includes(rateType)) {
    return refuse('invalid', `${path}commit_rate: applies beside FLAT and TIERED rates only`)
  }
  if (!COMMIT_RATE_TYPES.includes(commitRate.rateType)) {
    return refuse(
      'invalid',
      `${path}commit_rate.rate_type: expected one of ${COMMIT_RATE_TYPES.join(', ')}`,
    )
  }
  return definePrice(commitRate, `${path}commit_rate.`)
}

/**
 * The unit of an entry: the card's currency, or a custom unit that the card converts. A product
 * keeps to one unit on a card. Shares of spend are in the currency that the spend is in.
 */
function creditTypeOf(
  { creditTypeId: asked, rateType }: RateInput,
  { card, creditTypeId: held }: RateSurroundings,
  path: string,
): Result<string> {
  const fiat = card.fiatCreditTypeId
  const fiatName = findFiatCreditType(fiat)?.name ?? fiat
  const creditTypeId = asked ?? fiat
  if (rateType === 'PERCENTAGE' || rateType === 'TIERED_PERCENTAGE') {
    if (creditTypeId === fiat) return ok(fiat)
    return refuse(
      'invalid',
      `${path}credit_type_id: ${rateType} rates are in the rate card's ${fiatName}, as the spend is`,
    )
  }
  const units = [fiat, ...card.conversions.map(({ customCreditTypeId }) => customCreditTypeId)]
  if (!units.includes(creditTypeId)) {
    return refuse(
      'invalid',
      `${path}credit_type_id: expected the rate card's ${fiatName}, or a custom unit that it has a conversion for`,
    )
  }
  if (held === null || held === creditTypeId) return ok(creditTypeId)
  const heldName = findFiatCreditType(held)?.name ?? held
  return refuse(
    'invalid',
    `${path}credit_type_id: expected ${heldName}, the unit in which the rate card prices this product`,
  )
}

/**
 * The values in canonical form (names in order), so that equal ones are equal texts. They name
 * every property of the product's pricing group key and nothing else; without values the rate is
 * the product's fallback (pricing 18.12).
 */
function pricingGroupValuesOf(
  input: RateInput,
  product: Product,
  path: string,
): Result<Record<string, string> | null> {
  const { name, pricingGroupKey = [] } = productAt(product, input.startingAt)
  const values = input.pricingGroupValues
  if (values === undefined) return ok(null)
  const missing = pricingGroupKey.filter((property) => !Object.hasOwn(values, property))
  const superfluous = Object.keys(values).filter((property) => !pricingGroupKey.includes(property))
  if (missing.length > 0 || superfluous.length > 0) {
    const problems = [
      ...missing.map((property) => `missing ${JSON.stringify(property)}`),
      ...superfluous.map((property) => `superfluous ${JSON.stringify(property)}`),
    ]
    const key = pricingGroupKey.length === 0 ? 'none' : JSON.stringify(pricingGroupKey)
    return refuse(
      'invalid',
      `${path}pricing_group_values: ${problems.join(', ')}; the pricing group key of the product "${name}" is ${key}`,
    )
  }
  return ok(pricingGroupKey.length === 0 ? null : canonicalValues(values))
}

/** The same values with their names in order: equal values give equal JSON. */
export function canonicalValues(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)))
}
