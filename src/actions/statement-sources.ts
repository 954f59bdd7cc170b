import { narrowCatalog, type Catalog } from '../core/catalog/catalog.ts'
import { billingPeriods } from '../core/contracts/billing-period.ts'
import type { Contract } from '../core/contracts/contract.ts'
import type { OpenScheduled } from '../core/invoices/open-scheduled.ts'
import type { ChargedStatement } from '../core/invoices/open-invoices.ts'
import type { OpenStatement } from '../core/invoices/open-statement.ts'
import type { ReadyStatement } from '../core/invoices/rate-in-order.ts'
import { statementSpend, type StatementSources } from '../core/invoices/rate-statement.ts'
import type { Balance } from '../core/ledger/balance.ts'
import {
  statementSubscriptionCharges,
  statementSubscriptions,
} from '../core/invoices/statement-subscriptions.ts'
import { pricedAt } from '../core/invoices/subscription-line.ts'
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
import type { UsageSource } from './usage-source.ts'

/** Whose invoices are computed, and when by the environment's clock. */
export interface Drafting {
  environmentId: string
  customerId: string
  terms: LoadedTerms
  now: number
}

/** What every statement of a call is computed with. */
export interface Sources {
  customerId: string
  environment: MeteredEnvironment
  contracts: Contract[]
  catalogs: Map<string, Catalog>
  /** By the environment's clock. */
  now: number
}

/** Loads the catalogs that some open invoices of a customer need. */
export async function openSources(
  env: Env,
  { customerId, terms, now }: Drafting,
  statements: readonly ChargedStatement[],
  scheduled: readonly OpenScheduled[],
): Promise<Sources> {
  const { environment, contracts } = terms
  if (statements.length + scheduled.length === 0) {
    return { customerId, environment, contracts, catalogs: new Map(), now }
  }
  const { configVersion, catalogs } = await loadStatementCatalogs(env, terms, statements, scheduled)
  // Meters must have applied what the terms saw, and the metrics of the catalogs.
  const version = Math.max(configVersion, environment.configVersion)
  return {
    customerId,
    environment: { ...environment, configVersion: version },
    contracts,
    catalogs,
    now,
  }
}

/**
 * The catalogs of the invoices' contracts, and of the customer's other ones if a composite product
 * counts what is spent on these, too.
 */
async function loadStatementCatalogs(
  env: Env,
  terms: LoadedTerms,
  statements: readonly ChargedStatement[],
  scheduled: readonly OpenScheduled[],
) {
  const db = openDatabase(env.DB)
  const periods = [
    ...statements.map(({ period }) => period),
    ...[...statements, ...scheduled].flatMap(pricedInstants),
  ]
  const range = spanOf(periods)
  const cardIds = cardsOf([...statements, ...scheduled].map(({ contract }) => contract))
  const loaded = await recallCatalogs(db, terms, cardIds, range)
  const isCounting = [...loaded.catalogs.values()].some((each) => hasCustomerScope(each, range))
  const others = terms.contracts.filter(({ archivedAt }) => archivedAt === null)
  if (!isCounting || others.length < 2) return loaded
  const overlapping = others.flatMap((contract) =>
    [...billingPeriods(contract, range)].flatMap((period) => {
      return [
        period,
        ...pricedInstants({ charges: statementSubscriptionCharges(contract, period) }),
      ]
    }),
  )
  const all = [...cardIds, ...cardsOf(others)]
  return recallCatalogs(db, terms, [...new Set(all)], spanOf([...periods, ...overlapping]))
}

/** When the prices of fixed charges are read: those of subscriptions at the start of their periods. */
function pricedInstants({ charges }: Pick<ChargedStatement, 'charges'>): Period[] {
  return charges.map(({ at, item }) => {
    const startMs = item.kind === 'subscription' ? pricedAt(item) : at
    return { startMs, endMs: startMs + 1 }
  })
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

/** Null for a contract without a rate card. */
export function catalogOf({ catalogs }: Sources, { rateCardId }: Contract): Catalog | null {
  if (rateCardId === null) return null
  const catalog = catalogs.get(rateCardId)
  assert(catalog !== undefined, `rate card ${rateCardId} of a contract must exist`)
  return catalog
}

/**
 * Reads what a statement is computed from: its usage, and for composites, the customer's spend.
 * @param balances all that it may draw on
 * @param edges further instants at which the windows of what is read are to meet
 */
export async function readSources(
  sources: Sources,
  statement: OpenStatement,
  source: UsageSource,
  balances: readonly Balance[],
  edges: number[] = [],
): Promise<Pick<ReadyStatement, 'sources' | 'customer'>> {
  const { contract, period, header } = statement
  const drawing = { contractId: contract.id, balances }
  const none = { spend: [], leftOut: [] }
  const catalog = catalogOf(sources, contract)
  if (catalog === null) return { sources: null, customer: none }
  const read = (
    { contract: of, period: during }: Pick<OpenStatement, 'contract' | 'period'>,
    card: Catalog,
    options?: PlanOptions,
  ) => readStatement(sources, source, { contract: of, period: during, catalog: card, options })
  if (!hasCustomerScope(catalog, period)) {
    return { sources: await read(statement, catalog, { drawing, cuts: edges }), customer: none }
  }
  const others = otherContracts(sources.contracts, contract, period).flatMap((other) => {
    const own = catalogOf(sources, other)
    return own === null ? [] : [{ contract: other, catalog: own }]
  })
  const held = heldElsewhere({ contract, catalog }, others)
  const own = await read(statement, catalog, { drawing, heldElsewhere: held, cuts: edges })
  const changes = compositeChanges(own.plan.composites, period)
  const cuts = [period.startMs, ...changes, ...edges, period.endMs]
  const isComparable = (other: CardContract) =>
    other.catalog.rateCard.fiatCreditTypeId === header.creditTypeId
  const spend = await Promise.all(
    others.filter(isComparable).flatMap((other) =>
      [...billingPeriods(other.contract, period)].map(async (overlapping) => {
        const statementOf = { contract: other.contract, period: overlapping }
        const theirs = await read(statementOf, other.catalog, { cuts })
        const subscriptions = statementSubscriptions(
          other.contract,
          overlapping,
          other.catalog,
          sources.now,
        )
        return statementSpend(other.contract.id, theirs, overlapping, subscriptions)
      }),
    ),
  )
  const leftOut = others.filter((other) => !isComparable(other)).map((other) => other.contract.id)
  return { sources: own, customer: { spend: spend.flat(), leftOut } }
}

/** Reads the usage of a contract in a period of time, as a statement of it is computed. */
export async function readStatement(
  { customerId, environment }: Sources,
  source: UsageSource,
  statement: { contract: Contract; period: Period; catalog: Catalog; options?: PlanOptions },
): Promise<StatementSources> {
  const { contract, period, options = {} } = statement
  const { terms } = contract
  const catalog = narrowCatalog(statement.catalog, period)
  const plan = planUsage(catalog, period, terms, options)
  const queries = plan.reads.map(({ query }) => query)
  const need = { environment, customerId, metrics: catalog.metrics, queries }
  const reading = queries.length > 0 ? await source(need) : null
  return { catalog, terms, plan, reading }
}
