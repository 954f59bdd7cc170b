import { compareReadings, type ReadingDifference } from '../metering/naive/compare-readings.ts'
import type { BillableMetric } from '../metering/metric.ts'
import type { UsageQuery, WindowUsage } from '../metering/usage.ts'
import type { InvoiceDifference } from './invoice-difference.ts'

/** Usage that an invoice was computed from, and what the stored events say of the same. */
export interface ReadingPair {
  metrics: readonly BillableMetric[]
  queries: readonly UsageQuery[]
  fast: readonly WindowUsage[][]
  naive: readonly WindowUsage[][]
}

/** Where the usage that an invoice was computed from is not what the stored events add up to. */
export function verifyReadings(pairs: readonly ReadingPair[]): InvoiceDifference[] {
  return pairs.flatMap(({ metrics, queries, fast, naive }) =>
    compareReadings(metrics, queries, fast, naive).map((difference) => describe(difference)),
  )
}

function describe(difference: ReadingDifference): InvoiceDifference {
  const { fast, naive, ...place } = difference
  return { kind: 'usage', ...place, expected: naive, found: fast, cause: causeOf(fast, naive) }
}

function causeOf(fast: string | null, naive: string | null): string {
  if (naive === null) return 'the meters have usage of which the log has no events'
  if (fast === null) return 'the log has events of which the meters have no usage'
  if (fast === naive) return 'the meters have the same value of other events'
  return 'the meters have other usage than the events of the log add up to'
}
