import type { Catalog } from '../catalog/catalog.ts'
import type { PayingBalances } from '../ledger/applicability.ts'
import type { Balance } from '../ledger/balance.ts'
import type { Remaining } from '../ledger/draw.ts'
import type { UsageReading } from '../metering/usage.ts'
import { unbillUnconvertible } from '../rating/convert-units.ts'
import { joinReads } from '../rating/plan-reads.ts'
import type { UsagePlan } from '../rating/plan-usage.ts'
import { compositeSpend, rateComposites } from '../rating/rate-composites.ts'
import { rateUsage, type RatedUsage } from '../rating/rate-usage.ts'
import type { PricingTerms } from '../rating/resolve-terms.ts'
import { subscriptionSpend, usageSpend, type Spend } from '../rating/spend.ts'
import type { Increment } from '../rating/usage-cells.ts'
import { usageIncrements } from '../rating/usage-increments.ts'
import { assert } from '../result.ts'
import type { Period } from '../time.ts'
import type { Invoice, SubscriptionLine, UsageInvoiceHeader } from './invoice.ts'
import { draftUsageInvoice, type StatementCharges } from './usage-invoice.ts'

/** What a statement is computed from. */
export interface StatementSources {
  catalog: Catalog
  /** What the contract changes about the catalog's prices, and about the usage that counts. */
  terms: PricingTerms
  plan: UsagePlan
  /** The answers to the plan's reads; null when it has none. */
  reading: UsageReading | null
  /** What the reading comes to, or what was given in its place: one list for each query. */
  measured?: Increment[][]
}

/** What other contracts of the customer were charged, for composites of the scope CUSTOMER. */
export interface CustomerSpend {
  spend: Spend[]
  /** The contracts whose spend is in another currency, and so does not count. */
  leftOut: string[]
}

const NO_SPEND: CustomerSpend = { spend: [], leftOut: [] }

/** What a statement consists of besides the usage and spend of its own contract. */
export interface StatementAdditions {
  customer?: CustomerSpend
  /** The fixed charges that are on this invoice. */
  charges?: StatementCharges
  /** What it may draw on; the plan was made with the same balances. */
  drawing?: StatementDrawing
}

/** The balances that may pay for a statement, and what the statements before it have left. */
export interface StatementDrawing extends PayingBalances {
  /** All of the customer's that are not archived; which of them fit is decided line by line. */
  balances: readonly Balance[]
  remaining: Remaining
  /** The names of the products that balances without a name are called by. */
  productNames?: ReadonlyMap<string, string>
}

/**
 * Computes a statement's draft from what was read for its plan, by the steps of pricing 14.5.
 * @param now the environment's clock
 */
export function rateStatement(
  header: UsageInvoiceHeader,
  sources: StatementSources,
  now: number,
  { customer = NO_SPEND, charges = [], drawing }: StatementAdditions = {},
): Invoice {
  const { catalog, terms, plan, reading } = sources
  const rated = rateSources(sources)
  // Step 8: fractions of what was spent, which is looked at only where there are any.
  const isSpendCounting = plan.composites.length > 0
  const subscriptions = charges.filter((line) => line.type === 'subscription')
  const own = isSpendCounting
    ? [
        ...usageSpend(rated.charges, catalog.rateCard),
        ...subscriptionSpend(subscriptions, catalog.rateCard, { endMs: header.endingBefore }),
      ]
    : []
  const spend = [...own, ...customer.spend]
  const composites = rateComposites(plan.composites, spend, {
    period: { startMs: header.startingAt, endMs: header.endingBefore },
    currencyId: header.creditTypeId,
  })
  const { leftOut } = customer
  // Steps 9 to 15: amounts become lines in order, balances pay for them, custom units are converted,
  // all is summed.
  const cut = reading?.cut ?? null
  const rating = { catalog, terms, rated, composites, leftOut, cut, drawing }
  return draftUsageInvoice(header, rating, charges, now)
}

/**
 * What a contract was charged in one of its statement periods, for a composite on another contract
 * of its customer. Composites of the scope CUSTOMER are not among it.
 * @param subscriptions what the statement charges for these
 */
export function statementSpend(
  contractId: string,
  sources: StatementSources,
  period: Period,
  subscriptions: readonly SubscriptionLine[],
): Spend[] {
  const { catalog, plan } = sources
  const { rateCard } = catalog
  const { endMs } = period
  const spent = [
    ...usageSpend(rateSources(sources).charges, rateCard, contractId),
    ...subscriptionSpend(subscriptions, rateCard, { endMs, contractId }),
  ]
  const own = plan.composites.filter(({ state }) => state.compositeScope !== 'CUSTOMER')
  const currencyId = rateCard.fiatCreditTypeId
  const { charges } = rateComposites(
    own,
    spent.map((each) => ({ ...each, contractId: null })),
    { period, currencyId },
  )
  return [...spent, ...charges.map((charge) => compositeSpend(charge, currencyId, contractId))]
}

/** Prices the usage of a statement, before balances pay for it. */
export function rateSources(sources: StatementSources): RatedUsage {
  const { catalog, terms, plan } = sources
  const increments = sources.measured ?? measureSources(sources)
  // Steps 3 to 6: converted and rounded, cut wherever the terms change, priced.
  return unbillUnconvertible(rateUsage(catalog, plan, increments, terms), catalog.rateCard)
}

/** Steps 1 and 2 of pricing 14.5: which usage is the contract's, and what each window added to it. */
export function measureSources({
  catalog,
  plan: { queries, reads },
  reading,
}: StatementSources): Increment[][] {
  const metrics = new Map(catalog.metrics.map((metric) => [metric.id, metric]))
  const usage = joinReads(queries, reads, reading?.usage ?? [])
  return queries.map((query, i) => {
    const metric = metrics.get(query.metricId)
    assert(metric !== undefined, `metric ${query.metricId} of a query must be known`)
    return usageIncrements(metric, query, usage[i]!)
  })
}
