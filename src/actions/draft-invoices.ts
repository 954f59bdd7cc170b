import { narrowCatalog, type Catalog } from '../core/catalog/catalog.ts'
import { billingPeriods } from '../core/contracts/billing-period.ts'
import type { Contract } from '../core/contracts/contract.ts'
import type { Invoice } from '../core/invoices/invoice.ts'
import type { OpenStatement } from '../core/invoices/open-statement.ts'
import {
  rateStatement,
  statementSpend,
  type StatementSources,
} from '../core/invoices/rate-statement.ts'
import { draftUsageInvoice } from '../core/invoices/usage-invoice.ts'
import {
  hasCustomerScope,
  heldElsewhere,
  otherContracts,
  type CardContract,
} from '../core/rating/customer-scope.ts'
import { compositeChanges } from '../core/rating/plan-composites.ts'
import { planUsage, type PlanOptions } from '../core/rating/plan-usage.ts'
import { assert } from '../core/result.ts'
import type { Period } from '../core/time.ts'
import { openDatabase } from '../db/database.ts'
import { recallCatalogs } from '../db/catalog-cache.ts'
import type { LoadedTerms } from '../db/terms.ts'
import type { Env } from '../env.ts'
import type { MeteredEnvironment } from './read-usage.ts'
import { meteredUsage, type UsageSource } from './usage-source.ts'

/** Whose invoices are computed, and when by the environment's clock. */
interface Drafting {
  environmentId: string
  customerId: string
  /** The terms that the statements are of. */
  terms: Pick<LoadedTerms, 'environment' | 'catalogVersion' | 'contracts'>
  now: number
}

/** What every statement of a call is computed with. */
interface Drafts {
  source: UsageSource
  customerId: string
  environment: MeteredEnvironment
  contracts: Contract[]
  catalogs: Map<string, Catalog>
  now: number
}

/**
 * Computes the invoices of some open statements of one customer from scratch, from the rates and
 * the usage of this moment; in the order of the statements.
 * @param source where the usage comes from: the meters, unless it is a preview
 */
export async function draftInvoices(
  env: Env,
  drafting: Drafting,
  statements: OpenStatement[],
  source: UsageSource = meteredUsage(env),
): Promise<Invoice[]> {
  if (statements.length === 0) return []
  const { customerId, terms, now } = drafting
  const { configVersion, catalogs } = await loadStatementCatalogs(env, terms, statements)
  // Meters must have applied what the terms saw, and the metrics of the catalogs.
  const version = Math.max(configVersion, terms.environment.configVersion)
  const environment = { ...terms.environment, configVersion: version }
  const { contracts } = terms
  const drafts = { source, customerId, environment, contracts, catalogs, now }
  return Promise.all(statements.map((statement) => draftStatement(drafts, statement)))
}

/**
 * The catalogs of the statements' contracts, and of the customer's other ones if a composite
 * product counts what is spent on these, too.
 */
async function loadStatementCatalogs(
  env: Env,
  terms: Drafting['terms'],
  statements: OpenStatement[],
) {
  const db = openDatabase(env.DB)
  const periods = statements.map(({ period }) => period)
  const range = spanOf(periods)
  const cardIds = cardsOf(statements.map(({ contract }) => contract))
  const loaded = await recallCatalogs(db, terms, cardIds, range)
  const isCounting = [...loaded.catalogs.values()].some((each) => hasCustomerScope(each, range))
  const others = terms.contracts.filter(({ archivedAt }) => archivedAt === null)
  if (!isCounting || others.length < 2) return loaded
  const overlapping = others.flatMap((contract) => [...billingPeriods(contract, range)])
  const all = [...cardIds, ...cardsOf(others)]
  return recallCatalogs(db, terms, [...new Set(all)], spanOf([...periods, ...overlapping]))
}

function cardsOf(contracts: Contract[]): string[] {
  return [...new Set(contracts.flatMap(({ rateCardId }) => rateCardId ?? []))]
}

function spanOf(periods: Period[]): Period {
  return {
    startMs: Math.min(...periods.map(({ startMs }) => startMs)),
    endMs: Math.max(...periods.map(({ endMs }) => endMs)),
  }
}

async function draftStatement(drafts: Drafts, statement: OpenStatement): Promise<Invoice> {
  const { contract, period, header } = statement
  const { now } = drafts
  const catalog = catalogOf(drafts, contract)
  if (catalog === null) return draftUsageInvoice(header, null, [], now)
  if (!hasCustomerScope(catalog, period)) {
    return rateStatement(header, await readStatement(drafts, statement, catalog), now)
  }
  const others = otherContracts(drafts.contracts, contract, period).flatMap((other) => {
    const own = catalogOf(drafts, other)
    return own === null ? [] : [{ contract: other, catalog: own }]
  })
  const held = heldElsewhere({ contract, catalog }, others)
  const sources = await readStatement(drafts, statement, catalog, { heldElsewhere: held })
  const changes = compositeChanges(sources.plan.composites, period)
  const cuts = [period.startMs, ...changes, period.endMs]
  const isComparable = (other: CardContract) =>
    other.catalog.rateCard.fiatCreditTypeId === header.creditTypeId
  const spend = await Promise.all(
    others.filter(isComparable).flatMap((other) =>
      [...billingPeriods(other.contract, period)].map(async (overlapping) => {
        const statementOf = { contract: other.contract, period: overlapping }
        const read = await readStatement(drafts, statementOf, other.catalog, { cuts })
        return statementSpend(other.contract.id, read, overlapping)
      }),
    ),
  )
  const leftOut = others.filter((other) => !isComparable(other)).map((other) => other.contract.id)
  return rateStatement(header, sources, now, { customer: { spend: spend.flat(), leftOut } })
}

function catalogOf({ catalogs }: Drafts, { rateCardId }: Contract): Catalog | null {
  if (rateCardId === null) return null
  const catalog = catalogs.get(rateCardId)
  assert(catalog !== undefined, `rate card ${rateCardId} of a contract must exist`)
  return catalog
}

async function readStatement(
  { source, customerId, environment }: Drafts,
  { contract: { terms }, period }: Pick<OpenStatement, 'contract' | 'period'>,
  cardCatalog: Catalog,
  options: PlanOptions = {},
): Promise<StatementSources> {
  const catalog = narrowCatalog(cardCatalog, period)
  const plan = planUsage(catalog, period, terms, options)
  const queries = plan.reads.map(({ query }) => query)
  const need = { environment, customerId, metrics: catalog.metrics, queries }
  const reading = queries.length > 0 ? await source(need) : null
  return { catalog, terms, plan, reading }
}
