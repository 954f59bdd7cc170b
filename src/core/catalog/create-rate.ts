import { findFiatCreditType } from '../currency.ts'
import { ok, refuse, type Result } from '../result.ts'
import { productAt, type Product } from './product.ts'
import type { RateType } from './price.ts'
import type { RateCard } from './rate-card.ts'
import type { Rate } from './rate.ts'

/** An entry of a rate card as it is asked for. Instants are epoch milliseconds on the hour. */
export interface RateInput {
  id: string
  productId: string
  pricingGroupValues?: Record<string, string>
  startingAt: number
  endingBefore?: number
  entitled: boolean
  rateType: RateType
  /** Per unit, a decimal text that is not negative. */
  price?: string
  creditTypeId?: string
}

/** An entry before it was put on its card, which gives it its place in the order of entry. */
export type NewRate = Omit<Rate, 'sequence'>

/**
 * Decides on a new entry of a card (pricing 3.3). Refusals name the field as the API calls it,
 * with `path` before it, such as `rates[2].`. An archived card takes new entries all the same:
 * archiving ends new contracts, not the running ones (pricing 3.1).
 * @param product null when there is no product of the input's id
 */
export function createRate(
  input: RateInput,
  card: RateCard,
  product: Product | null,
  now: number,
  path = '',
): Result<NewRate> {
  const { id, productId, startingAt, endingBefore, entitled, rateType, price } = input
  if (rateType !== 'FLAT') {
    return refuse('invalid', `${path}rate_type: only FLAT rates can be added so far`)
  }
  if (price === undefined) return refuse('invalid', `${path}price: required for FLAT rates`)
  if (endingBefore !== undefined && endingBefore <= startingAt) {
    return refuse('invalid', `${path}ending_before: expected an instant after starting_at`)
  }
  const creditTypeId = input.creditTypeId ?? card.fiatCreditTypeId
  if (creditTypeId !== card.fiatCreditTypeId) {
    const unit = findFiatCreditType(card.fiatCreditTypeId)?.name ?? card.fiatCreditTypeId
    return refuse(
      'invalid',
      `${path}credit_type_id: the rate card is priced in ${unit}; rates in another unit are not supported yet`,
    )
  }
  if (product === null) return refuse('not_found', `${path}product_id: no product ${productId}`)
  if (product.archivedAt !== null) {
    return refuse(
      'invalid',
      `${path}product_id: product ${productId} is archived and takes no new rates`,
    )
  }
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
    price: { rateType, price },
    commitPrice: null,
    billingFrequency: null,
    creditTypeId,
    createdAt: now,
  })
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
