import { prepareDrafts } from '../actions/draft-invoices.ts'
import { readUsage } from '../actions/read-usage.ts'
import { breakDownDrafts } from '../core/invoices/breakdown-draft.ts'
import { breakDownStored, planStored, storedMetricIds } from '../core/invoices/breakdown-stored.ts'
import {
  placeOf,
  selectBreakdowns,
  type BreakdownPlace,
  type BreakdownQuery,
  type InvoiceWindow,
} from '../core/invoices/breakdown-windows.ts'
import type { Invoice } from '../core/invoices/invoice.ts'
import { assert, ok, refuse, type Result } from '../core/result.ts'
import { loadMetrics } from '../db/billable-metrics.ts'
import { loadInvoiceFields } from '../db/invoices.ts'
import type { Account } from './account-invoices.ts'
import { readOpen, type OpenReading } from './account-open.ts'
import type { AccountCall } from './account-rpc.ts'
import { findInvoice, listInvoiceSummaries } from './account-store.ts'

/** A page ends early with the window that brings it to this many lines: an answer has its limits. */
const PAGE_LINES_MAX = 10_000

/** What a window added to an invoice. */
export interface InvoiceBreakdown {
  invoice: Invoice
  startingAt: number
  endingBefore: number
}

export interface BreakdownPage {
  breakdowns: InvoiceBreakdown[]
  /** The place of the last one; null when nothing follows. */
  last: BreakdownPlace | null
}

/** The asked-for page of the customer's invoices, window by window (invoices 4.2). */
export async function breakDownInvoices(
  account: Account,
  call: AccountCall & { query: BreakdownQuery },
): Promise<Result<BreakdownPage>> {
  const read = await readOpen(account, call)
  if (read === null) {
    return refuse('not_found', `customer_id: no customer ${call.customerId}`)
  }
  const stored = listInvoiceSummaries(account.storage.sql)
  const headers = read.open.statements.map(({ header }) => header)
  const { windows, hasMore } = selectBreakdowns([...stored, ...headers], call.query)
  const ofInvoice = Map.groupBy(
    windows.toSorted((a, b) => a.startMs - b.startMs),
    ({ invoice }) => invoice.id,
  )
  const rows = new Map<InvoiceWindow, Invoice>()
  const keep = (own: readonly InvoiceWindow[], broken: readonly Invoice[]) => {
    for (const [i, window] of own.entries()) rows.set(window, broken[i]!)
  }
  const drafts = await breakDownOpen(account, read, ofInvoice)
  const finalIds = [...ofInvoice.keys()].filter((id) => !drafts.has(id))
  const fieldsOf = await loadInvoiceFields(account.db, call.environmentId, finalIds)
  for (const [id, own] of ofInvoice) {
    const broken = drafts.get(id) ?? (await breakDownFinal(account, read, { id, own, fieldsOf }))
    keep(own, broken)
  }
  return ok(pageOfWindows(windows, rows, hasMore))
}

/** @param rows what each window comes to */
export function pageOfWindows(
  windows: readonly InvoiceWindow[],
  rows: ReadonlyMap<InvoiceWindow, Invoice>,
  hasMore: boolean,
): BreakdownPage {
  const breakdowns: InvoiceBreakdown[] = []
  let lines = 0
  for (const window of windows) {
    const invoice = rows.get(window)!
    lines += invoice.lines.length
    if (lines > PAGE_LINES_MAX && breakdowns.length > 0) break
    breakdowns.push({ invoice, startingAt: window.startMs, endingBefore: window.endMs })
  }
  const isWhole = breakdowns.length === windows.length
  const last = windows[breakdowns.length - 1]
  return { breakdowns, last: last !== undefined && (hasMore || !isWhole) ? placeOf(last) : null }
}

/** The drafts among the asked-for invoices, by their ids. */
async function breakDownOpen(
  { env }: Account,
  read: OpenReading,
  windows: ReadonlyMap<string, readonly InvoiceWindow[]>,
): Promise<Map<string, Invoice[]>> {
  const statements = read.open.statements.filter(({ header }) => windows.has(header.id))
  if (statements.length === 0) return new Map()
  const own = new Map(statements.map(({ header: { id } }) => [id, windows.get(id)!]))
  const edges = [...new Set([...own.values()].flat().flatMap((each) => [each.startMs, each.endMs]))]
  const asked = { statements, scheduled: [] }
  const { ready, drawn } = await prepareDrafts(env, read, asked, undefined, edges)
  return breakDownDrafts(ready, drawn, read.now, own)
}

async function breakDownFinal(
  { env, db, storage }: Account,
  { terms, environmentId, customerId }: OpenReading,
  asked: {
    id: string
    own: readonly InvoiceWindow[]
    fieldsOf: Map<string, Record<string, string>>
  },
): Promise<Invoice[]> {
  const { id, own, fieldsOf } = asked
  const found = findInvoice(storage.sql, id)
  assert(found !== null, `invoice ${id} must be a draft or stored`)
  const invoice = { ...found, customFields: fieldsOf.get(id) ?? found.customFields }
  const metrics = await loadMetrics(db, environmentId, storedMetricIds(invoice))
  const plan = planStored(
    invoice,
    metrics,
    own.flatMap(({ startMs, endMs }) => [startMs, endMs]),
  )
  const queries = plan.reads.map(({ query }) => query)
  const reading =
    queries.length === 0 ? null : await readUsage(env, terms.environment, customerId, queries)
  return breakDownStored(invoice, own, plan, reading)
}
