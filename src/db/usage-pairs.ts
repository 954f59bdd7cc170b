import { and, asc, eq, gt, isNull, or } from 'drizzle-orm'
import type { BillableMetric } from '../core/metering/metric.ts'
import { fromMetricRow } from './billable-metrics.ts'
import type { Database } from './database.ts'
import { inJson } from './keyset.ts'
import { billableMetrics, customers } from './schema.ts'

/** One metric of one customer: the unit in which usage of many is paged (UB-9). */
export interface UsagePair {
  customerId: string
  metric: BillableMetric
}

export interface PairFilter {
  customerIds?: string[]
  metricIds?: string[]
}

/**
 * Customers × metrics, ordered by the ids of both. What is not named is taken whole, without the
 * archived ones (UB-2).
 */
export async function listUsagePairs(
  db: Database,
  environmentId: string,
  { customerIds, metricIds }: PairFilter,
  from: { customerId: string; metricId: string } | null,
  limit: number,
): Promise<UsagePair[]> {
  const rows = await db
    .select({ customerId: customers.id, metric: billableMetrics })
    .from(customers)
    .innerJoin(billableMetrics, eq(billableMetrics.environmentId, customers.environmentId))
    .where(
      and(
        eq(customers.environmentId, environmentId),
        customerIds === undefined
          ? isNull(customers.archivedAt)
          : inJson(customers.id, customerIds),
        metricIds === undefined
          ? isNull(billableMetrics.archivedAt)
          : inJson(billableMetrics.id, metricIds),
        from === null
          ? undefined
          : or(
              gt(customers.id, from.customerId),
              and(eq(customers.id, from.customerId), gt(billableMetrics.id, from.metricId)),
            ),
      ),
    )
    .orderBy(asc(customers.id), asc(billableMetrics.id))
    .limit(limit)
  return rows.map(({ customerId, metric }) => ({ customerId, metric: fromMetricRow(metric) }))
}

/** Which of these ids are no customers of the environment. */
export async function findUnknownCustomers(
  db: Database,
  environmentId: string,
  ids: string[],
): Promise<string[]> {
  const rows = await db
    .select({ id: customers.id })
    .from(customers)
    .where(and(eq(customers.environmentId, environmentId), inJson(customers.id, ids)))
  const known = new Set(rows.map((row) => row.id))
  return ids.filter((id) => !known.has(id))
}
