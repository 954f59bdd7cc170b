import { productAt, type Product } from '../core/catalog/product.ts'
import { sum, toText } from '../core/decimal.ts'
import { cardSubscriptionLines } from '../core/invoices/card-subscription-lines.ts'
import type { FixedCharge } from '../core/invoices/fixed-charge.ts'
import { fixedLine } from '../core/invoices/fixed-line.ts'
import type { Invoice } from '../core/invoices/invoice.ts'
import type { ChargedStatement, OpenInvoices } from '../core/invoices/open-invoices.ts'
import type { OpenScheduled } from '../core/invoices/open-scheduled.ts'
import {
  rateInOrder,
  type DrawnBalances,
  type RatedStatements,
  type ReadyStatement,
} from '../core/invoices/rate-in-order.ts'
import { draftScheduledInvoice } from '../core/invoices/scheduled-invoice.ts'
import { subscriptionLines } from '../core/invoices/subscription-line.ts'
import type { StatementCharges } from '../core/invoices/usage-invoice.ts'
import type { Balance } from '../core/ledger/balance.ts'
import type { LedgerFacts } from '../core/ledger/draw.ts'
import { movementsOf } from '../core/ledger/movements.ts'
import { expectedRollovers, type Renewal } from '../core/ledger/renewals.ts'
import type { SharedBalances } from '../core/ledger/shared-balances.ts'
import { assert } from '../core/result.ts'
import { openDatabase } from '../db/database.ts'
import { loadProducts } from '../db/products.ts'
import type { Env } from '../env.ts'
import {
  catalogOf,
  openSources,
  readSources,
  type Drafting,
  type Sources,
} from './statement-sources.ts'
import { meteredUsage, type UsageSource } from './usage-source.ts'

/** What drafts are computed from besides rates and usage. */
export interface DraftSources extends Drafting {
  /** All that is open, whichever of it is asked for. */
  open: OpenInvoices
  facts: LedgerFacts
  /** What has not been taken along yet: statements of the former contracts are open. */
  renewals: readonly Renewal[]
  /** What contracts may draw on balances of customers above theirs; absent for none. */
  shared?: readonly SharedBalances[]
}

/** Some open invoices. */
export interface AskedInvoices {
  statements: ChargedStatement[]
  scheduled: OpenScheduled[]
}

/** Drafts of what was asked for, and the balances after all statements up to those have drawn. */
export interface DraftedInvoices extends Omit<RatedStatements, 'drafts'> {
  /** By id. */
  drafts: Map<string, Invoice>
}

/**
 * Computes drafts from scratch, from the terms, rates, balances and usage of this moment. Where
 * the customer has balances, the statements that draw before those asked for are computed as well.
 * @param source where the usage of the asked-for statements comes from: the meters, unless it is a
 * preview
 * @param others and that of the statements that draw before them
 */
export async function draftInvoices(
  env: Env,
  drafting: DraftSources,
  asked: AskedInvoices,
  source?: UsageSource,
  others?: UsageSource,
): Promise<DraftedInvoices> {
  const { now } = drafting
  const prepared = await prepareDrafts(env, drafting, asked, source, [], others)
  const { ready, drawn, sources, products } = prepared
  const { drafts, ...rated } = rateInOrder(ready, drawn, now)
  const owed = rated.balances.filter(({ type }) => type === 'POSTPAID')
  const shortfalls = new Map(owed.map((balance) => [balance.id, shortfallOf(balance, rated)]))
  const scheduled = asked.scheduled.map((each) =>
    draftScheduledInvoice(
      each.header,
      linesOf(each, { sources, products, now, shortfalls }),
      catalogOf(sources, each.contract),
    ),
  )
  return { ...rated, drafts: new Map([...drafts, ...scheduled].map((draft) => [draft.id, draft])) }
}

/** All that the drafts of some open invoices are computed from. */
export interface PreparedDrafts {
  ready: ReadyStatement[]
  drawn: DrawnBalances
  sources: Sources
  /** Those that lines name, by their ids. */
  products: Map<string, Product>
}

/**
 * Loads and reads what the drafts of some open invoices are computed from.
 * @param edges further instants at which the windows of usage are to meet
 */
export async function prepareDrafts(
  env: Env,
  drafting: DraftSources,
  asked: AskedInvoices,
  source: UsageSource = meteredUsage(env),
  edges: number[] = [],
  others: UsageSource = meteredUsage(env),
): Promise<PreparedDrafts> {
  const { terms, open, facts, renewals, shared = [], now } = drafting
  const { balances } = terms
  const ofOthers = shared.flatMap((each) => each.balances)
  const statements = neededStatements([...balances, ...ofOthers], open, asked)
  const charges = [...statements, ...asked.scheduled].flatMap((each) => each.charges)
  const [sources, products] = await Promise.all([
    openSources(env, drafting, statements, asked.scheduled),
    loadNamedProducts(env, drafting, charges, ofOthers),
  ])
  const payers = [...balances, ...ofOthers, ...expectedRollovers(balances, renewals, now)]
  const isAsked = new Set(asked.statements)
  const ready = await Promise.all(
    statements.map(async (statement): Promise<ReadyStatement> => {
      const from = isAsked.has(statement) ? source : others
      const read = await readSources(sources, statement, from, payers, edges)
      const shortfalls = new Map<string, string>()
      const catalog = catalogOf(sources, statement.contract)
      const lines = [
        ...linesOf(statement, { sources, products, now, shortfalls }),
        ...cardSubscriptionLines(statement.contract, statement.period, catalog, now),
      ]
      return { statement, ...read, charges: lines }
    }),
  )
  const names = [...products].map(([id, product]) => [id, productAt(product, now).name] as const)
  const drawn = { balances, facts, renewals, productNames: new Map(names), shared }
  return { ready, drawn, sources, products }
}

/** Those asked for, and where something can be drawn on, all that go before the last of them. */
function neededStatements(
  balances: readonly Balance[],
  { statements }: OpenInvoices,
  asked: AskedInvoices,
): ChargedStatement[] {
  if (balances.length === 0) return asked.statements
  // A true-up charges what no statement draws.
  const isTruedUp = asked.scheduled.some(({ charges }) =>
    charges.some(({ item }) => item.kind === 'trueup'),
  )
  if (isTruedUp) return statements
  const ids = new Set(asked.statements.map(({ header }) => header.id))
  const last = statements.findLastIndex(({ header }) => ids.has(header.id))
  return statements.slice(0, last + 1)
}

/** The products that lines name: those of fixed charges, and of balances that have no name. */
async function loadNamedProducts(
  env: Env,
  { environmentId, terms }: Drafting,
  charges: readonly FixedCharge[],
  shared: readonly Balance[],
): Promise<Map<string, Product>> {
  const unnamed = [...terms.balances, ...shared].filter(({ name }) => name === undefined)
  const ids = [...new Set([...charges.map(productIdOf), ...unnamed.map((each) => each.productId)])]
  if (ids.length === 0) return new Map()
  const products = await loadProducts(openDatabase(env.DB), environmentId, ids)
  return new Map(products.map((product) => [product.id, product]))
}

function productIdOf({ item }: FixedCharge): string {
  if (item.kind === 'subscription') return item.subscription.productId
  return 'term' in item ? item.term.productId : item.balance.productId
}

interface LineContext {
  sources: Sources
  products: Map<string, Product>
  /** What usage has not drawn of balances, by their ids. */
  shortfalls: ReadonlyMap<string, string>
  now: number
}

/** The lines of the fixed charges of an invoice. */
function linesOf(
  { contract, header, charges }: ChargedStatement | OpenScheduled,
  context: LineContext,
): StatementCharges {
  const catalog = catalogOf(context.sources, contract)
  const { now } = context
  const { creditTypeId } = header
  return charges.flatMap((charge): StatementCharges => {
    const product = context.products.get(productIdOf(charge))
    assert(product !== undefined, `product ${productIdOf(charge)} of a charge must exist`)
    const { item } = charge
    if (item.kind === 'subscription') {
      if (catalog === null) return []
      const pricing = { catalog, terms: contract.terms, product, now }
      return subscriptionLines({ ...charge, item }, pricing)
    }
    const shortfall = 'balance' in item ? context.shortfalls.get(item.balance.id) : undefined
    const line = fixedLine({ ...charge, item }, { product, creditTypeId, shortfall, now })
    return line === null ? [] : [line]
  })
}

/** What is left of a postpaid commit when all known usage has drawn on it; not below 0. */
function shortfallOf(
  balance: Balance,
  { facts, reserved }: Pick<RatedStatements, 'facts' | 'reserved'>,
): string {
  const movements = movementsOf([balance], { facts, reserved }).get(balance.id) ?? []
  const left = sum(movements.map(({ amount }) => amount))
  return left.isNegative() ? '0' : toText(left)
}
