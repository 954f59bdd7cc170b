import { toText } from '../decimal.ts'
import type { Period } from '../time.ts'
import { findDearer } from './compare-totals.ts'
import { productAt, type Product } from './product.ts'
import { rateSegments } from './rate-schedule.ts'
import { indexRates, resolveRates, type ProductRates } from './resolve-rate.ts'
import { rateKeyOf, type Rate } from './rate.ts'

/** What may be wrong with a card. */
export const FINDING_KINDS = [
  'NO_METRIC',
  'UNMATCHABLE_RATE',
  'GAP',
  'COMMIT_RATE_ABOVE_LIST',
  'SHADOWED_RATE',
  'TIER_WITHOUT_EFFECT',
  'UNPRICED_USAGE',
] as const
export type FindingKind = (typeof FINDING_KINDS)[number]

/** Something on a card that its author may not have meant, with the smallest example of it. */
export interface CardFinding {
  kind: FindingKind
  /** In full sentences. */
  message: string
  productId: string
  /** The entry that it is about, if it is about one. */
  rateId: string | null
  pricingGroupValues: Record<string, string | null> | null
  /** From when on it matters, and until when. */
  startingAt: number | null
  endingBefore: number | null
  /** Decimal text: a quantity that shows it. */
  quantity: string | null
}

/**
 * Looks for what on a card cannot have been meant: entries that never price anything, times without
 * a price, and commit rates that cost more than the list price. What is over by now is passed over.
 * @param rates all entries of the card
 */
export function checkCard(products: Product[], rates: Rate[], now: number): CardFinding[] {
  const byProduct = indexRates(rates)
  const entriesOf = Map.groupBy(rates, ({ productId }) => productId)
  return products.flatMap((product) => {
    const entries = entriesOf.get(product.id) ?? []
    const current = entries.filter(({ endingBefore }) => (endingBefore ?? Infinity) > now)
    const productRates = byProduct.get(product.id)
    if (productRates === undefined) return []
    return [
      ...findNoMetric(product, current, now),
      ...current.flatMap((rate) => findUnmatchable(product, rate, now)),
      ...findGaps(product, productRates, entries, now),
      ...current.flatMap((rate) => findDearCommitRate(product, rate)),
      ...findShadowed(product, entries, now),
      ...current.flatMap((rate) => findIdleTiers(product, rate)),
    ]
  })
}

function finding(
  kind: FindingKind,
  product: Product,
  message: string,
  members: Partial<CardFinding> & { rate?: Rate } = {},
): CardFinding {
  const { rate, ...rest } = members
  return {
    kind,
    message,
    productId: product.id,
    rateId: rate?.id ?? null,
    pricingGroupValues: rate?.pricingGroupValues ?? null,
    startingAt: rate?.startingAt ?? null,
    endingBefore: rate?.endingBefore ?? null,
    quantity: null,
    ...rest,
  }
}

function findNoMetric(product: Product, current: Rate[], now: number): CardFinding[] {
  const { name, billableMetricId } = productAt(product, now)
  if (product.type !== 'USAGE' || billableMetricId !== undefined || current.length === 0) return []
  const message = `The product "${name}" has rates but no billable metric: nothing is ever billed for it.`
  return [finding('NO_METRIC', product, message)]
}

/** The pricing group key may change after an entry was added for values of the former one. */
function findUnmatchable(product: Product, rate: Rate, now: number): CardFinding[] {
  const { pricingGroupValues: values } = rate
  if (values === null) return []
  const names = JSON.stringify(Object.keys(values).sort())
  const changes = product.updates.map((update) => update.startingAt)
  const since = Math.max(rate.startingAt, now)
  const instants = [since, ...changes.filter((at) => at > since && at < endOf(rate))]
  const at = instants.find((instant) => {
    const { pricingGroupKey = [] } = productAt(product, instant)
    return JSON.stringify(pricingGroupKey.toSorted()) !== names
  })
  if (at === undefined) return []
  const { name, pricingGroupKey = [] } = productAt(product, at)
  const key = pricingGroupKey.length === 0 ? 'none' : JSON.stringify(pricingGroupKey)
  const message = `The rate for ${JSON.stringify(values)} matches no usage: the pricing group key of the product "${name}" is ${key} then.`
  return [finding('UNMATCHABLE_RATE', product, message, { rate, startingAt: at })]
}

/** Times between two entries for the same in which no entry, not even the fallback, is in force. */
function findGaps(
  product: Product,
  productRates: ProductRates,
  entries: Rate[],
  now: number,
): CardFinding[] {
  const byKey = Map.groupBy(entries, (rate) => JSON.stringify(rateKeyOf(rate)))
  return [...byKey.values()].flatMap((same) => {
    const { pricingGroupValues, billingFrequency } = same[0]!
    const own =
      billingFrequency === null
        ? productRates
        : { specific: new Map(), fallback: same.toSorted((a, b) => b.sequence - a.sequence) }
    return gapsOf(own, pricingGroupValues, spanOf(same))
      .filter(({ endMs }) => endMs > now)
      .map(({ startMs, endMs }) => {
        const { name } = productAt(product, startMs)
        const what = pricingGroupValues === null ? '' : ` for ${JSON.stringify(pricingGroupValues)}`
        const message = `Between two of its rates${what} the product "${name}" has none: what is used then is not billed.`
        return finding('GAP', product, message, {
          pricingGroupValues,
          startingAt: startMs,
          endingBefore: endMs,
        })
      })
  })
}

function gapsOf(
  rates: ProductRates,
  values: Record<string, string> | null,
  period: Period,
): Period[] {
  if (period.startMs >= period.endMs) return []
  return resolveRates(rates, values, period).filter(({ rate }) => rate === null)
}

/** From the first start of an entry to the last one: gaps lie in between. */
function spanOf(entries: Rate[]): Period {
  const starts = entries.map(({ startingAt }) => startingAt)
  return { startMs: Math.min(...starts), endMs: Math.max(...starts) }
}

/** What a customer has paid for in advance should not cost more than what it has not. */
function findDearCommitRate(product: Product, rate: Rate): CardFinding[] {
  const dearer = rate.commitPrice && findDearer(rate.commitPrice, rate.price)
  if (!dearer) return []
  const { name } = productAt(product, rate.startingAt)
  const [quantity, total, otherTotal] = [dearer.quantity, dearer.total, dearer.otherTotal].map(
    toText,
  )
  const message = `At its commit rate ${quantity} of the product "${name}" cost ${total}, more than ${otherTotal} at the list rate.`
  return [finding('COMMIT_RATE_ABOVE_LIST', product, message, { rate, quantity })]
}

/** Entries that others, added later for the same, cover from their start to their end. */
function findShadowed(product: Product, entries: Rate[], now: number): CardFinding[] {
  const byKey = Map.groupBy(entries, (rate) => JSON.stringify(rateKeyOf(rate)))
  return [...byKey.values()].flatMap((same) => {
    const applied = new Set(rateSegments(same, -Infinity, null).map(({ rate }) => rate))
    return same.flatMap((rate) => {
      if (endOf(rate) <= now || applied.has(rate)) return []
      const cover = same.findLast(
        (other) => other.startingAt <= rate.startingAt && rate.startingAt < endOf(other),
      )
      const { name } = productAt(product, rate.startingAt)
      const message = `The rate for the product "${name}" never applies: rates that were added later, such as ${cover?.id}, cover all of its time.`
      return [finding('SHADOWED_RATE', product, message, { rate })]
    })
  })
}

function findIdleTiers(product: Product, rate: Rate): CardFinding[] {
  const { price } = rate
  if (!('tiers' in price)) return []
  const { name } = productAt(product, rate.startingAt)
  return price.tiers.flatMap((tier, i) => {
    const before = price.tiers[i - 1]
    if (before === undefined || before.price !== tier.price) return []
    const message = `Tier ${i + 1} of a rate for the product "${name}" has no effect: its price is that of the tier before, ${tier.price}.`
    return [finding('TIER_WITHOUT_EFFECT', product, message, { rate })]
  })
}

function endOf({ endingBefore }: Rate): number {
  return endingBefore ?? Infinity
}
