import {
  canonicalValues,
  createRate,
  type NewRate,
  type RateInput,
} from '../core/catalog/create-rate.ts'
import { productAt, type Product } from '../core/catalog/product.ts'
import type { BillingFrequency } from '../core/catalog/price.ts'
import { rateKeyOf, type RateKey } from '../core/catalog/rate.ts'
import { rateSegments, type RateSegment } from '../core/catalog/rate-schedule.ts'
import { assert, ok, refuse, type Result } from '../core/result.ts'
import type { Database } from '../db/database.ts'
import { loadProducts, loadProductsOfCard } from '../db/products.ts'
import { findRateCard } from '../db/rate-cards.ts'
import { insertRates, listRatesByKey, loadCreditTypes, type RateSelector } from '../db/rates.ts'

/** An entry to be added, and where the request has it. */
export interface RateRequest {
  input: RateInput
  /** Goes before field names in messages, such as `rates[2].`. */
  path: string
}

/** How often entries are decided on anew because others priced the same products meanwhile. */
const ATTEMPTS_MAX = 5

/** Adds entries to a card, all or none. */
export async function addRates(
  db: Database,
  environmentId: string,
  rateCardId: string,
  requests: RateRequest[],
  now: number,
): Promise<Result<NewRate[]>> {
  const card = await findRateCard(db, environmentId, rateCardId)
  if (card === null) return refuse('not_found', `rate_card_id: no rate card ${rateCardId}`)
  const ids = [...new Set(requests.map(({ input }) => input.productId))]
  const products = await loadProducts(db, environmentId, ids)
  const byId = new Map(products.map((product) => [product.id, product]))
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const creditTypes = await loadCreditTypes(db, environmentId, rateCardId, ids)
    const newProductIds = ids.filter((id) => !creditTypes.has(id))
    const newRates: NewRate[] = []
    for (const { input, path } of requests) {
      const { productId } = input
      const product = byId.get(productId) ?? null
      const creditTypeId = creditTypes.get(productId) ?? null
      const rate = createRate(input, { card, product, creditTypeId }, now, path)
      if (!rate.ok) return rate
      creditTypes.set(productId, rate.value.creditTypeId)
      newRates.push(rate.value)
    }
    // The first entry decides the product's unit on the card, so there must be only one first.
    if (await insertRates(db, environmentId, newRates, newProductIds)) return ok(newRates)
  }
  return refuse('overloaded', 'The rate card is being changed by others; try again shortly.')
}

/** What the rates of a question have in common: all given members must fit (pricing 3.4). */
export interface SelectorInput {
  productId?: string
  /** Products with any of these tags. */
  productTags?: string[]
  billingFrequency?: BillingFrequency
  /** All values of the rate. */
  pricingGroupValues?: Record<string, string>
  /** Some values of the rate. */
  partialPricingGroupValues?: Record<string, string>
}

export interface ScheduleQuestion {
  rateCardId: string
  startMs: number
  /** Exclusive; null = open. */
  endMs: number | null
  /** Rates that fit any of these; null = all. */
  selectors: SelectorInput[] | null
}

/** A row of a card's schedule, and its place in the order of the rows. */
export interface ScheduledRate extends RateSegment {
  product: Product
  key: RateKey
}

/** The place of a row: rows are in the order of products, values, frequencies, time. */
export interface SchedulePlace extends RateKey {
  startingAt: number
}

/**
 * The segments of a card's rates that overlap a period.
 * @param after the row before the first one wanted
 */
export async function readRateSchedule(
  db: Database,
  environmentId: string,
  question: ScheduleQuestion,
  after: SchedulePlace | null,
  limit: number,
  now: number,
): Promise<Result<ScheduledRate[]>> {
  const { rateCardId, startMs, endMs } = question
  if ((await findRateCard(db, environmentId, rateCardId)) === null) {
    return refuse('not_found', `rate_card_id: no rate card ${rateCardId}`)
  }
  const selectors =
    question.selectors && (await compile(db, environmentId, rateCardId, question.selectors, now))
  const filter = { startMs, endMs, selectors }
  // Each key has at least one row in the period, but the first may have been listed to its end.
  const rates = await listRatesByKey(db, environmentId, rateCardId, filter, after, limit + 1)
  const products = await loadProducts(db, environmentId, [
    ...new Set(rates.map((rate) => rate.productId)),
  ])
  const byId = new Map(products.map((product) => [product.id, product]))
  const rows = [...Map.groupBy(rates, (rate) => JSON.stringify(rateKeyOf(rate))).values()].flatMap(
    (entries) => rateSegments(entries, startMs, endMs).map((segment) => toRow(segment, byId)),
  )
  return ok(rows.filter((row) => after === null || isAfter(row, after)).slice(0, limit))
}

function toRow(segment: RateSegment, products: Map<string, Product>): ScheduledRate {
  const product = products.get(segment.rate.productId)
  assert(product !== undefined, 'a rate is for a product that exists')
  return { ...segment, product, key: rateKeyOf(segment.rate) }
}

function isAfter({ key, startingAt }: ScheduledRate, place: SchedulePlace): boolean {
  const isSameKey =
    key.productId === place.productId &&
    key.values === place.values &&
    key.frequency === place.frequency
  return !isSameKey || startingAt > place.startingAt
}

async function compile(
  db: Database,
  environmentId: string,
  rateCardId: string,
  selectors: SelectorInput[],
  now: number,
): Promise<RateSelector[]> {
  const needsTags = selectors.some(({ productTags }) => productTags !== undefined)
  const products = needsTags ? await loadProductsOfCard(db, environmentId, rateCardId) : []
  return selectors.map((selector) => {
    const { pricingGroupValues: values, partialPricingGroupValues: partialValues } = selector
    return {
      productIds: selectProducts(selector, products, now),
      values: values && valuesText(values),
      partialValues,
      frequency: selector.billingFrequency,
    }
  })
}

function valuesText(values: Record<string, string>): string {
  return Object.keys(values).length === 0 ? '' : JSON.stringify(canonicalValues(values))
}

/** The ids that a selector leaves; undefined when it says nothing about products. */
function selectProducts(
  { productId, productTags }: SelectorInput,
  products: Product[],
  now: number,
): string[] | undefined {
  if (productTags === undefined) return productId === undefined ? undefined : [productId]
  const tags = new Set(productTags)
  return products
    .filter(({ id }) => productId === undefined || id === productId)
    .filter((product) => productAt(product, now).tags.some((tag) => tags.has(tag)))
    .map(({ id }) => id)
}
