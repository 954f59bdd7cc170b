import type { CustomUnit } from '../credit-type.ts'
import type { BillableMetric } from '../metering/metric.ts'
import type { Period } from '../time.ts'
import type { Product } from './product.ts'
import type { RateCard } from './rate-card.ts'
import type { Rate } from './rate.ts'

/** One rate card with everything that rating a period on it needs. */
export interface Catalog {
  rateCard: RateCard
  /** The products on the card, in the order of their lines (see `orderProducts`). */
  products: Product[]
  /** The entries that overlap the period; in any order. */
  rates: Rate[]
  /** The metrics that the products use or used. */
  metrics: BillableMetric[]
  /** The custom pricing units that the card converts, and maybe others. */
  customUnits?: CustomUnit[]
}

/** The catalog with only those entries that overlap a period. */
export function narrowCatalog(catalog: Catalog, { startMs, endMs }: Period): Catalog {
  const rates = catalog.rates.filter(
    ({ startingAt, endingBefore }) => startingAt < endMs && (endingBefore ?? Infinity) > startMs,
  )
  return { ...catalog, rates }
}
