import { narrowCatalog, type Catalog } from '../core/catalog/catalog.ts'
import type { Invoice } from '../core/invoices/invoice.ts'
import type { OpenStatement } from '../core/invoices/open-statement.ts'
import { rateStatement } from '../core/invoices/rate-statement.ts'
import { draftUsageInvoice } from '../core/invoices/usage-invoice.ts'
import { planUsage } from '../core/rating/plan-usage.ts'
import { assert } from '../core/result.ts'
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
  terms: Pick<LoadedTerms, 'environment' | 'catalogVersion'>
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
  const range = {
    startMs: Math.min(...statements.map(({ period }) => period.startMs)),
    endMs: Math.max(...statements.map(({ period }) => period.endMs)),
  }
  const cardIds = new Set(statements.flatMap(({ contract }) => contract.rateCardId ?? []))
  const { terms, now } = drafting
  const db = openDatabase(env.DB)
  const { configVersion, catalogs } = await recallCatalogs(db, terms, [...cardIds], range)
  // Meters must have applied what the terms saw, and the metrics of the catalogs.
  const version = Math.max(configVersion, terms.environment.configVersion)
  const environment = { ...terms.environment, configVersion: version }
  return Promise.all(
    statements.map(async (statement) => {
      const { rateCardId } = statement.contract
      if (rateCardId === null) return draftUsageInvoice(statement.header, null, now)
      const catalog = catalogs.get(rateCardId)
      assert(catalog !== undefined, `rate card ${rateCardId} of a contract must exist`)
      return draftFrom(source, { ...drafting, environment }, statement, catalog)
    }),
  )
}

async function draftFrom(
  source: UsageSource,
  { customerId, environment, now }: Drafting & { environment: MeteredEnvironment },
  { contract: { terms }, period, header }: OpenStatement,
  cardCatalog: Catalog,
): Promise<Invoice> {
  const catalog = narrowCatalog(cardCatalog, period)
  const plan = planUsage(catalog, period, terms)
  const queries = plan.reads.map(({ query }) => query)
  const need = { environment, customerId, metrics: catalog.metrics, queries }
  const reading = queries.length > 0 ? await source(need) : null
  return rateStatement(header, { catalog, terms, plan, reading }, now)
}
