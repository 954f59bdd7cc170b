import {
  and,
  asc,
  eq,
  gt,
  inArray,
  isNotNull,
  isNull,
  lt,
  min,
  or,
  sql,
  type SQLWrapper,
} from 'drizzle-orm'
import type { Catalog } from '../core/catalog/catalog.ts'
import { orderProducts } from '../core/catalog/product-order.ts'
import type { RateCard } from '../core/catalog/rate-card.ts'
import type { CardContents } from '../core/contracts/card-contents.ts'
import type { ContractInput, ContractSurroundings } from '../core/contracts/create-contract.ts'
import { namedProducts } from '../core/contracts/named-products.ts'
import type { CustomerTerms } from '../core/contracts/terms.ts'
import type { Customer } from '../core/customer.ts'
import type { Environment } from '../core/environment.ts'
import { unitsOf } from '../core/ledger/create-recurring-balance.ts'
import type { ManualEntry } from '../core/ledger/draw.ts'
import { assert } from '../core/result.ts'
import type { Period } from '../core/time.ts'
import { fromMetricRow } from './billable-metrics.ts'
import { fromCommitRow, listCommitIds } from './commits.ts'
import { fromContractRow } from './contracts.ts'
import type { Database } from './database.ts'
import { customUnitIds, fromCreditTypeRow } from './credit-types.ts'
import { fromEnvironmentRow } from './environments.ts'
import { contractChildren } from './hierarchy-schema.ts'
import { inJson } from './keyset.ts'
import { fromManualEntryRow } from './manual-entries.ts'
import { fromProductRow, loadProducts } from './products.ts'
import { fromRateCardRow, fromRateRow } from './rate-cards.ts'
import {
  billableMetrics,
  commits,
  contracts,
  creditTypes,
  customers,
  environments,
  manualLedgerEntries,
  products,
  rateCards,
  rates,
} from './schema.ts'

export interface LoadedTerms extends CustomerTerms {
  customer: Pick<Customer, 'customFields' | 'archivedAt'>
  /** The entries that operators made in the ledgers of the customer's balances. */
  manualEntries: ManualEntry[]
  /** `environments.catalog_version` at that moment. */
  catalogVersion: string
}

/** The terms of a customer, all as of one moment; null when there is no such customer. */
export async function loadTerms(
  db: Database,
  environmentId: string,
  customerId: string,
): Promise<LoadedTerms | null> {
  const [[holder], rows, commitRows, entryRows, parents] = await db.batch([
    db
      .select({
        environment: environments,
        customFields: customers.customFields,
        archivedAt: customers.archivedAt,
      })
      .from(customers)
      .innerJoin(environments, eq(environments.id, customers.environmentId))
      .where(and(isLive(environmentId), eq(customers.id, customerId))),
    db
      .select({ contract: contracts, fiatCreditTypeId: rateCards.fiatCreditTypeId })
      .from(contracts)
      .leftJoin(
        rateCards,
        and(
          eq(rateCards.id, contracts.rateCardId),
          eq(rateCards.environmentId, contracts.environmentId),
        ),
      )
      .where(and(eq(contracts.environmentId, environmentId), eq(contracts.customerId, customerId)))
      .orderBy(asc(contracts.createdAt), asc(contracts.id)),
    db
      .select()
      .from(commits)
      .where(and(eq(commits.environmentId, environmentId), eq(commits.customerId, customerId)))
      .orderBy(asc(commits.createdAt), asc(commits.id)),
    db
      .select()
      .from(manualLedgerEntries)
      .where(
        and(
          eq(manualLedgerEntries.environmentId, environmentId),
          eq(manualLedgerEntries.customerId, customerId),
        ),
      )
      .orderBy(asc(manualLedgerEntries.createdAt), asc(manualLedgerEntries.id)),
    db
      .selectDistinct({ id: contractChildren.parentContractId })
      .from(contractChildren)
      .where(
        and(
          eq(contractChildren.environmentId, environmentId),
          eq(contractChildren.parentCustomerId, customerId),
        ),
      ),
  ])
  if (holder === undefined) return null
  const { environment, customFields, archivedAt } = holder
  const currencies = rows.flatMap(({ contract: { rateCardId }, fiatCreditTypeId }) =>
    rateCardId === null || fiatCreditTypeId === null
      ? []
      : [[rateCardId, fiatCreditTypeId] as const],
  )
  return {
    environment: fromEnvironmentRow(environment),
    catalogVersion: environment.catalogVersion,
    customer: { customFields, archivedAt },
    contracts: rows.map(({ contract }) => fromContractRow(contract)),
    ...(parents.length > 0 && { parentIds: new Set(parents.map(({ id }) => id)) }),
    balances: commitRows.map(fromCommitRow),
    manualEntries: entryRows.map(fromManualEntryRow),
    currencies: new Map(currencies),
  }
}

/** What a new contract depends on, all as of one moment; null when the environment is gone. */
export async function loadSurroundings(
  db: Database,
  environmentId: string,
  input: ContractInput,
): Promise<{ environment: Environment; surroundings: ContractSurroundings } | null> {
  const { customerId, rateCardId = '', rateCardAlias = '', uniquenessKey = '' } = input
  const hasAlias = sql`EXISTS (
    SELECT 1 FROM json_each(${rateCards.aliases})
    WHERE json_extract(value, '$.name') = ${rateCardAlias})`
  const [[environment], [customer], cards, used] = await db.batch([
    db.select().from(environments).where(isLive(environmentId)),
    db
      .select({ archivedAt: customers.archivedAt })
      .from(customers)
      .where(and(eq(customers.environmentId, environmentId), eq(customers.id, customerId))),
    db
      .select()
      .from(rateCards)
      .where(
        and(
          eq(rateCards.environmentId, environmentId),
          input.rateCardAlias === undefined ? eq(rateCards.id, rateCardId) : hasAlias,
        ),
      ),
    db
      .select({ id: contracts.id })
      .from(contracts)
      .where(
        and(eq(contracts.environmentId, environmentId), eq(contracts.uniquenessKey, uniquenessKey)),
      ),
  ])
  if (environment === undefined) return null
  // Only overrides name commits and credits that are there already.
  const isNaming = input.overrides !== undefined && input.overrides.length > 0
  const balances = isNaming ? await listCommitIds(db, environmentId, customerId) : []
  const candidates = cards.map(fromRateCardRow)
  const named = namedProducts(input)
  const { overrides, usageFilter, subscriptions, recurringBalances } = input
  const isDependent = (overrides ?? usageFilter ?? subscriptions) !== undefined
  const contents = isDependent ? await loadCardContents(db, environmentId, candidates) : []
  return {
    environment: fromEnvironmentRow(environment),
    surroundings: {
      customer: customer ?? null,
      rateCards: candidates,
      contents: new Map(contents.map((card) => [card.rateCard.id, card])),
      products: named.length === 0 ? [] : await loadProducts(db, environmentId, named),
      balances,
      customUnitIds: await customUnitIds(db, environmentId, unitsOf(recurringBalances)),
      isUniquenessKeyUsed: used.length > 0,
    },
  }
}

/**
 * What is on some rate cards. Nothing is ever taken off a card, so what is read after the cards
 * themselves is at least what was on them then.
 */
export async function loadCardContents(
  db: Database,
  environmentId: string,
  cards: RateCard[],
): Promise<CardContents[]> {
  if (cards.length === 0) return []
  const ids = cards.map(({ id }) => id)
  const onCards = and(eq(rates.environmentId, environmentId), inJson(rates.rateCardId, ids))
  const productIds = db.selectDistinct({ id: rates.productId }).from(rates).where(onCards)
  const [places, frequencies, productRows, metricRows] = await db.batch([
    db
      .selectDistinct({ rateCardId: rates.rateCardId, productId: rates.productId })
      .from(rates)
      .where(onCards),
    db
      .selectDistinct({
        rateCardId: rates.rateCardId,
        productId: rates.productId,
        billingFrequency: rates.billingFrequency,
      })
      .from(rates)
      .where(and(onCards, isNotNull(rates.billingFrequency))),
    db.select().from(products).where(inArray(products.id, productIds)),
    db
      .select()
      .from(billableMetrics)
      .where(inArray(billableMetrics.id, metricIdsOf(productIds))),
  ])
  const productOf = new Map(productRows.map((row) => [row.id, fromProductRow(row)]))
  const metrics = metricRows.map(fromMetricRow)
  return cards.map((rateCard) => {
    const own = places.filter(({ rateCardId }) => rateCardId === rateCard.id)
    const onCard = own.flatMap(({ productId }) => productOf.get(productId) ?? [])
    const subscriptionRates = frequencies.flatMap(({ rateCardId, productId, billingFrequency }) =>
      rateCardId === rateCard.id && billingFrequency !== null
        ? [{ productId, billingFrequency }]
        : [],
    )
    return { rateCard, products: onCard, metrics, subscriptionRates }
  })
}

export interface LoadedCatalogs {
  /** Its version of the configuration is the one that the catalogs' metrics belong to. */
  configVersion: number
  /** `environments.catalog_version`: while it stays, the catalogs do. */
  catalogVersion: string
  catalogs: Map<string, Catalog>
}

/** The catalogs of some rate cards for rating a range of time, all as of one moment. */
export async function loadCatalogs(
  db: Database,
  environmentId: string,
  rateCardIds: string[],
  range: Period,
): Promise<LoadedCatalogs> {
  const onCards = and(eq(rates.environmentId, environmentId), inJson(rates.rateCardId, rateCardIds))
  const productIds = db.selectDistinct({ id: rates.productId }).from(rates).where(onCards)
  const [[environment], cards, rateRows, places, productRows, metricRows, units] = await db.batch([
    db.select().from(environments).where(isLive(environmentId)),
    db
      .select()
      .from(rateCards)
      .where(and(eq(rateCards.environmentId, environmentId), inJson(rateCards.id, rateCardIds))),
    db
      .select()
      .from(rates)
      .where(and(onCards, overlaps(range)))
      .orderBy(asc(rates.sequence)),
    db
      .select({
        rateCardId: rates.rateCardId,
        productId: rates.productId,
        sequence: min(rates.sequence),
      })
      .from(rates)
      .where(onCards)
      .groupBy(rates.rateCardId, rates.productId)
      .orderBy(min(rates.sequence)),
    db.select().from(products).where(inArray(products.id, productIds)),
    db
      .select()
      .from(billableMetrics)
      .where(inArray(billableMetrics.id, metricIdsOf(productIds))),
    db
      .select()
      .from(creditTypes)
      .where(
        and(
          eq(creditTypes.environmentId, environmentId),
          inArray(creditTypes.id, convertedUnitIds(rateCardIds)),
        ),
      ),
  ])
  assert(environment !== undefined, `environment ${environmentId} must exist to be rated`)
  const ratesOf = Map.groupBy(rateRows.map(fromRateRow), (rate) => rate.rateCardId)
  const placesOf = Map.groupBy(places, (place) => place.rateCardId)
  const productOf = new Map(productRows.map((row) => [row.id, fromProductRow(row)]))
  const metrics = metricRows.map(fromMetricRow)
  const customUnits = units.map(fromCreditTypeRow)
  const catalogs = cards.map(fromRateCardRow).map((rateCard) => {
    const entered = (placesOf.get(rateCard.id) ?? []).map(({ productId }) => productId)
    const inOrder = orderProducts(entered, rateCard.productOrder).map((productId) => {
      const product = productOf.get(productId)
      assert(product !== undefined, `product ${productId} of a rate must exist`)
      return product
    })
    const onCard = ratesOf.get(rateCard.id) ?? []
    const catalog = { rateCard, products: inOrder, rates: onCard, metrics, customUnits }
    return [rateCard.id, catalog] as const
  })
  const { configVersion, catalogVersion } = environment
  return { configVersion, catalogVersion, catalogs: new Map(catalogs) }
}

function isLive(environmentId: string) {
  return and(eq(environments.id, environmentId), isNull(environments.deletedAt))
}

function overlaps({ startMs, endMs }: Period) {
  return and(
    lt(rates.startingAt, endMs),
    or(isNull(rates.endingBefore), gt(rates.endingBefore, startMs)),
  )
}

/** The custom pricing units that some cards convert. */
function convertedUnitIds(rateCardIds: string[]) {
  return sql`(
    SELECT json_extract(conversion.value, '$.customCreditTypeId')
    FROM rate_cards, json_each(rate_cards.conversions) AS conversion
    WHERE rate_cards.id IN (SELECT value FROM json_each(${JSON.stringify(rateCardIds)})))`
}

/** The metrics that some products use, or used before one of their updates. */
function metricIdsOf(productIds: SQLWrapper) {
  return sql`(
    SELECT json_extract(state.value, '$.billableMetricId')
    FROM products, json_each(json_insert(products.updates, '$[#]', json(products.initial))) AS state
    WHERE products.id IN ${productIds})`
}
