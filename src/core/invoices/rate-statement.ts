import type { Catalog } from '../catalog/catalog.ts'
import type { UsageReading } from '../metering/usage.ts'
import { joinReads } from '../rating/plan-reads.ts'
import type { UsagePlan } from '../rating/plan-usage.ts'
import { rateUsage } from '../rating/rate-usage.ts'
import type { PricingTerms } from '../rating/resolve-terms.ts'
import type { Increment } from '../rating/usage-cells.ts'
import { usageIncrements } from '../rating/usage-increments.ts'
import { assert } from '../result.ts'
import type { Invoice, InvoiceHeader } from './invoice.ts'
import { draftUsageInvoice } from './usage-invoice.ts'

/** What a statement is computed from. */
export interface StatementSources {
  catalog: Catalog
  /** What the contract changes about the catalog's prices, and about the usage that counts. */
  terms: PricingTerms
  plan: UsagePlan
  /** The answers to the plan's reads; null when it has none. */
  reading: UsageReading | null
}

/**
 * Computes a statement's draft from what was read for its plan, by the steps of pricing 14.5.
 * @param now the environment's clock
 */
export function rateStatement(
  header: InvoiceHeader,
  { catalog, terms, plan, reading }: StatementSources,
  now: number,
): Invoice {
  // Steps 1 and 2: which usage is the contract's, and what each window added to it.
  const increments = measurePlan(catalog, plan, reading)
  // Steps 3 to 6: converted and rounded, cut wherever the terms change, priced.
  const rated = rateUsage(catalog, plan, increments, terms)
  // Step 15: amounts become lines, and the lines a total.
  return draftUsageInvoice(header, { catalog, terms, rated, cut: reading?.cut ?? null }, now)
}

function measurePlan(
  catalog: Catalog,
  { queries, reads }: UsagePlan,
  reading: UsageReading | null,
): Increment[][] {
  const metrics = new Map(catalog.metrics.map((metric) => [metric.id, metric]))
  const usage = joinReads(queries, reads, reading?.usage ?? [])
  return queries.map((query, i) => {
    const metric = metrics.get(query.metricId)
    assert(metric !== undefined, `metric ${query.metricId} of a query must be known`)
    return usageIncrements(metric, query, usage[i]!)
  })
}
