import { and, asc, eq, getTableColumns, gt, isNull, lt, or, sql, type SQL } from 'drizzle-orm'
import type { NewRate } from '../core/catalog/create-rate.ts'
import type { BillingFrequency } from '../core/catalog/price.ts'
import type { Rate, RateKey } from '../core/catalog/rate.ts'
import type { Database } from './database.ts'
import { insertRows } from './insert-rows.ts'
import { inJson } from './keyset.ts'
import { fromRateRow } from './rate-cards.ts'
import { rates } from './schema.ts'

/** Which rates of a card are wanted: those that all given members fit. */
export interface RateSelector {
  productIds?: string[]
  /** As in `RateKey`. */
  values?: string
  /** Values that the rate's include. */
  partialValues?: Record<string, string>
  frequency?: BillingFrequency
}

export interface RateFilter {
  /** The period that entries overlap. */
  startMs: number
  /** Exclusive; null = open. */
  endMs: number | null
  /** Rates that fit any of these; null = all. */
  selectors: RateSelector[] | null
}

/**
 * Puts entries on a card, all or none. Repeating with the same ids leaves them as they are.
 * @param newProductIds products that had no entries on the card when these were decided on
 * @returns false, with nothing written, when such a product has entries by now
 */
export async function insertRates(
  db: Database,
  environmentId: string,
  newRates: NewRate[],
  newProductIds: string[] = [],
): Promise<boolean> {
  const rows = newRates.map((rate) => ({ ...rate, environmentId }))
  const condition = hasNoRates(environmentId, newRates[0]?.rateCardId ?? '', newProductIds)
  const inserted = await insertRows(db, rates, rows, condition).onConflictDoNothing()
  return newProductIds.length === 0 || inserted.meta.changes > 0
}

function hasNoRates(environmentId: string, rateCardId: string, productIds: string[]): SQL {
  if (productIds.length === 0) return sql`true`
  return sql`NOT EXISTS (
    SELECT 1 FROM rates AS held
    WHERE held.environment_id = ${environmentId} AND held.rate_card_id = ${rateCardId}
      AND held.product_id IN (SELECT value FROM json_each(${JSON.stringify(productIds)})))`
}

/** The first entries of a card, in the order of entry. */
export async function listRates(
  db: Database,
  environmentId: string,
  rateCardId: string,
  limit: number,
): Promise<Rate[]> {
  const rows = await db
    .select()
    .from(rates)
    .where(and(eq(rates.environmentId, environmentId), eq(rates.rateCardId, rateCardId)))
    .orderBy(asc(rates.sequence))
    .limit(limit)
  return rows.map(fromRateRow)
}

/** The unit in which a card prices each of these products, so far as it does, by product. */
export async function loadCreditTypes(
  db: Database,
  environmentId: string,
  rateCardId: string,
  productIds: string[],
): Promise<Map<string, string>> {
  const rows = await db
    .selectDistinct({ productId: rates.productId, creditTypeId: rates.creditTypeId })
    .from(rates)
    .where(
      and(
        eq(rates.environmentId, environmentId),
        eq(rates.rateCardId, rateCardId),
        inJson(rates.productId, productIds),
      ),
    )
  return new Map(rows.map(({ productId, creditTypeId }) => [productId, creditTypeId]))
}

/**
 * All entries for each of a number of keys that have one in the filter's period, in the order of
 * products, values, frequencies, entry.
 * @param from the first key that may be listed
 * @param keyLimit how many keys are listed
 */
export async function listRatesByKey(
  db: Database,
  environmentId: string,
  rateCardId: string,
  filter: RateFilter,
  from: RateKey | null,
  keyLimit: number,
): Promise<Rate[]> {
  const isOnCard = and(eq(rates.environmentId, environmentId), eq(rates.rateCardId, rateCardId))
  const values = sql<string>`coalesce(${rates.pricingGroupValues}, '')`
  const frequency = sql<string>`coalesce(${rates.billingFrequency}, '')`
  const keys = db
    .select({
      productId: rates.productId,
      values: values.as('key_values'),
      frequency: frequency.as('key_frequency'),
    })
    .from(rates)
    .where(
      and(
        isOnCard,
        or(isNull(rates.endingBefore), gt(rates.endingBefore, filter.startMs)),
        filter.endMs === null ? undefined : lt(rates.startingAt, filter.endMs),
        filter.selectors === null ? undefined : fitsAny(filter.selectors, values),
        from === null
          ? undefined
          : sql`(${rates.productId}, ${values}, ${frequency}) >= (${from.productId}, ${from.values}, ${from.frequency})`,
      ),
    )
    .groupBy(rates.productId, values, frequency)
    .orderBy(asc(rates.productId), asc(values), asc(frequency))
    .limit(keyLimit)
    .as('keys')
  const rows = await db
    .select(getTableColumns(rates))
    .from(rates)
    .innerJoin(
      keys,
      and(
        eq(rates.productId, keys.productId),
        eq(values, keys.values),
        eq(frequency, keys.frequency),
      ),
    )
    .where(isOnCard)
    .orderBy(asc(rates.productId), asc(values), asc(frequency), asc(rates.sequence))
  return rows.map(fromRateRow)
}

/** One bound value for any number of selectors. */
function fitsAny(selectors: RateSelector[], values: SQL): SQL {
  return sql`EXISTS (
    SELECT 1 FROM json_each(${JSON.stringify(selectors)}) AS selector
    WHERE (selector.value -> 'productIds' IS NULL OR ${rates.productId} IN (
        SELECT product.value FROM json_each(selector.value, '$.productIds') AS product))
      AND coalesce(selector.value ->> 'values', ${values}) = ${values}
      AND coalesce(selector.value ->> 'frequency' = ${rates.billingFrequency}, selector.value ->> 'frequency' IS NULL)
      AND NOT EXISTS (
        SELECT 1 FROM json_each(selector.value, '$.partialValues') AS wanted
        WHERE NOT EXISTS (
          SELECT 1 FROM json_each(${rates.pricingGroupValues}) AS own
          WHERE own.key = wanted.key AND own.value = wanted.value)))`
}
