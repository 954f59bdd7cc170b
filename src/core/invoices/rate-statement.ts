import type { Catalog } from '../catalog/catalog.ts'
import type { UsageReading } from '../metering/usage.ts'
import type { UsagePlan } from '../rating/plan-usage.ts'
import { rateUsage } from '../rating/rate-usage.ts'
import { usageIncrements } from '../rating/usage-increments.ts'
import { assert } from '../result.ts'
import type { Invoice, InvoiceHeader } from './invoice.ts'
import { draftUsageInvoice } from './usage-invoice.ts'

/**
 * Computes a statement's draft from what was read for its plan.
 * @param reading the answers to the plan's queries; null when the plan has none
 * @param now the environment's clock
 */
export function rateStatement(
  header: InvoiceHeader,
  { catalog, plan, reading }: { catalog: Catalog; plan: UsagePlan; reading: UsageReading | null },
  now: number,
): Invoice {
  const metrics = new Map(catalog.metrics.map((metric) => [metric.id, metric]))
  const increments = plan.queries.map((query, i) => {
    const [metric, usage] = [metrics.get(query.metricId), reading?.usage[i]]
    assert(metric !== undefined && usage !== undefined, 'every planned query must be answered')
    return usageIncrements(metric, query, usage)
  })
  const rated = rateUsage(catalog, plan, increments)
  return draftUsageInvoice(header, { catalog, rated, cut: reading?.cut ?? null }, now)
}
