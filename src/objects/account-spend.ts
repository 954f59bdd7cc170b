import {
  catalogOf,
  openSources,
  readStatement,
  type Sources,
} from '../actions/statement-sources.ts'
import { meteredUsage } from '../actions/usage-source.ts'
import { narrowCatalog } from '../core/catalog/catalog.ts'
import { regroupProducts, type SpendGrouping } from '../core/invoices/breakdown-groups.ts'
import { breakDownSpend } from '../core/invoices/breakdown-spend.ts'
import { breakDownStored, planStored } from '../core/invoices/breakdown-stored.ts'
import {
  selectBreakdowns,
  type BreakdownQuery,
  type InvoiceWindow,
} from '../core/invoices/breakdown-windows.ts'
import type { Invoice, InvoiceSummary } from '../core/invoices/invoice.ts'
import type { ChargedStatement } from '../core/invoices/open-invoices.ts'
import { usageInvoiceHeader } from '../core/invoices/usage-invoice.ts'
import { assert, ok, refuse, type Result } from '../core/result.ts'
import { pageOfWindows, type BreakdownPage } from './account-breakdowns.ts'
import type { Account } from './account-invoices.ts'
import { readOpen, type OpenReading } from './account-open.ts'
import type { AccountCall } from './account-rpc.ts'
import { findInvoice, listInvoiceSummaries } from './account-store.ts'

export interface SpendCall extends AccountCall {
  query: BreakdownQuery
  grouping: SpendGrouping
}

/**
 * What the customer's usage costs before commits and credits pay, told apart as asked (invoices
 * 4.3). It is computed from the usage and terms of now, of finalized invoices, too: these were told
 * apart otherwise.
 */
export async function breakDownCustomerSpend(
  account: Account,
  call: SpendCall,
): Promise<Result<BreakdownPage>> {
  const { env, storage } = account
  const read = await readOpen(account, call)
  if (read === null) return refuse('not_found', `customer_id: no customer ${call.customerId}`)
  const headers = read.open.statements.map(({ header }) => header)
  const summaries = [...listInvoiceSummaries(storage.sql), ...headers]
  const { windows, hasMore } = selectBreakdowns(summaries, call.query)
  const own = Map.groupBy(
    windows.toSorted((a, b) => a.startMs - b.startMs),
    ({ invoice }) => invoice.id,
  )
  const statements = [...own.values()].map(([first]) => statementOf(read, first!.invoice))
  const sources = await openSources(env, read, statements, [])
  const rows = new Map<InvoiceWindow, Invoice>()
  let isGrouped = statements.length === 0
  for (const statement of statements) {
    const asked = own.get(statement.header.id)!
    const spent = await spendOf(account, { call, sources, statement, windows: asked })
    isGrouped ||= spent.isGrouped
    for (const [i, window] of asked.entries()) rows.set(window, spent.invoices[i]!)
  }
  if (!isGrouped && isAskingKeys(call.grouping)) {
    return refuse(
      'invalid',
      'group_keys: expected properties that, with those of group_filters and of pricing, are in one group key of a metric',
    )
  }
  return ok(pageOfWindows(windows, rows, hasMore))
}

function isAskingKeys({ groupKeys = [], groupFilters }: SpendGrouping): boolean {
  return groupKeys.length > 0 || Object.keys(groupFilters).length > 0
}

function statementOf({ terms }: OpenReading, invoice: InvoiceSummary): ChargedStatement {
  const { id, contractId, status, startingAt, endingBefore, issuedAt } = invoice
  const contract = terms.contracts.find((each) => each.id === contractId)
  assert(contract !== undefined, `contract ${contractId} of an invoice must exist`)
  const period = { startMs: startingAt!, endMs: endingBefore! }
  const fiatCreditTypeId = terms.currencies.get(contract.rateCardId ?? '')
  const { customer } = terms
  const header = usageInvoiceHeader({ contract, customer, fiatCreditTypeId, period, graceMs: 0 })
  return { contract, period, header: { ...header, id, status, issuedAt }, charges: [] }
}

interface SpendQuestion {
  call: SpendCall
  sources: Sources
  statement: ChargedStatement
  windows: readonly InvoiceWindow[]
}

/** Given usage is told apart as it was given. */
async function spendOf(
  { env, storage }: Account,
  { call, sources, statement, windows }: SpendQuestion,
): Promise<{ invoices: Invoice[]; isGrouped: boolean }> {
  const { now, grouping } = call
  const { contract, period, header } = statement
  const card = catalogOf(sources, contract)
  const stored = header.status === 'DRAFT' ? null : findInvoice(storage.sql, header.id)
  const edges = windows.flatMap(({ startMs, endMs }) => [startMs, endMs])
  if (stored?.derivation.isGiven === true || card === null) {
    const nothing = { ...header, finalizedAt: null, total: '0', lines: [], derivation: NOTHING }
    const given = stored ?? nothing
    const whole = { ...given, lines: given.lines.flatMap(withoutPayment) }
    const own = breakDownStored(whole, windows, planStored(whole, [], edges), null)
    return { invoices: own, isGrouped: true }
  }
  const catalog = narrowCatalog(card, period)
  const regrouped = regroupProducts(catalog, contract.terms, period, grouping)
  const options = { cuts: edges }
  const read = await readStatement(sources, meteredUsage(env), {
    contract,
    period,
    catalog: regrouped.catalog,
    options,
  })
  const invoices = breakDownSpend(header, read, windows, { regrouped, grouping, now })
  const isGrouped = regrouped.regrouped.size > 0 || regrouped.fixed.size > 0
  return { invoices, isGrouped }
}

const NOTHING: Invoice['derivation'] = {
  ratingVersion: 0,
  rateSequence: 0,
  cut: null,
  unbilled: [],
}

/** Lines as they are charged: what balances pay of them is left out. */
function withoutPayment(line: Invoice['lines'][number]): Invoice['lines'] {
  if (line.type !== 'usage') return []
  const { paidBy: _, ...unpaid } = line
  return [unpaid]
}
