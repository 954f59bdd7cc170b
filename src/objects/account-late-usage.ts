import { openSources, readStatement, catalogOf } from '../actions/statement-sources.ts'
import { meteredUsage } from '../actions/usage-source.ts'
import { correctUsage, ownCuts, type CorrectedLine } from '../core/invoices/correct-usage.ts'
import type { Invoice } from '../core/invoices/invoice.ts'
import { rateSources } from '../core/invoices/rate-statement.ts'
import { regeneratedInvoiceId } from '../core/invoices/regenerated-invoice.ts'
import { Decimal, sum, toText } from '../core/decimal.ts'
import type { Cut } from '../core/metering/usage.ts'
import { fiatPerUnit } from '../core/rating/convert-units.ts'
import { ok, refuse, type Result } from '../core/result.ts'
import type { LoadedTerms } from '../db/terms.ts'
import { draftAnew } from './account-corrections.ts'
import type { Account } from './account-invoices.ts'
import { loadAllTerms } from './account-open.ts'
import type { AccountCall } from './account-rpc.ts'
import { findInvoice } from './account-store.ts'

/** How the present usage of a final invoice's period differs from what the invoice charges. */
export interface LateUsage {
  invoiceId: string
  status: 'FINALIZED' | 'VOID'
  contractId: string
  startMs: number
  endMs: number
  cut: Cut | null
  /** Of the invoice; decimal texts, in its currency. */
  total: string
  /** By how much its lines for usage would change, before commits and credits pay. */
  difference: string
  /** What regenerating would charge now; null where that is not known without voiding. */
  regeneratedTotal: string | null
  lines: CorrectedLine[]
  /** The metrics that its products measure usage by. */
  metricIds: string[]
}

export interface LateUsageCall extends AccountCall {
  invoiceId: string
  /** Without what regenerating would charge, which takes a draft. */
  isBrief: boolean
}

/**
 * Compares a final usage invoice with the present usage of its period. Nothing is changed: late
 * usage is corrected by voiding and regenerating.
 */
export async function readLateUsage(
  account: Account,
  call: LateUsageCall,
): Promise<Result<LateUsage>> {
  const { invoiceId, isBrief } = call
  const terms = await loadAllTerms(account, call)
  const invoice = terms && findInvoice(account.storage.sql, invoiceId)
  if (invoice === null || terms === null) {
    return refuse('not_found', `invoice_id: the customer has no finalized invoice ${invoiceId}`)
  }
  const { type, startingAt: startMs, endingBefore: endMs, status, contractId, total } = invoice
  if (type !== 'USAGE' || startMs === null || endMs === null || status === 'DRAFT') {
    const kind = type === 'SCHEDULED' ? 'a scheduled' : 'a consolidated'
    return refuse('invalid', `invoice_id: expected a usage invoice, ${invoiceId} is ${kind} one`)
  }
  if (invoice.derivation.isGiven === true) {
    return refuse('invalid', `invoice_id: the usage of invoice ${invoiceId} was given with it`)
  }
  const corrected = await correctLines(account, call, { invoice, terms, startMs, endMs })
  const regeneratedTotal = isBrief ? null : await regeneratedTotalOf(account, call, invoice)
  const { cut } = invoice.derivation
  const period = { startMs, endMs }
  return ok({
    invoiceId,
    status,
    contractId,
    ...period,
    cut,
    total,
    regeneratedTotal,
    ...corrected,
  })
}

interface FinalPeriod {
  invoice: Invoice
  terms: LoadedTerms
  startMs: number
  endMs: number
}

/** With the rates that the card had when the invoice was computed, where it has no line. */
async function correctLines(
  { env }: Account,
  { environmentId, customerId, now }: AccountCall,
  { invoice, terms, startMs, endMs }: FinalPeriod,
): Promise<Pick<LateUsage, 'difference' | 'lines' | 'metricIds'>> {
  const contract = terms.contracts.find(({ id }) => id === invoice.contractId)
  const nothing = { difference: '0', lines: [], metricIds: [] }
  if (contract === undefined || contract.rateCardId === null) return nothing
  const period = { startMs, endMs }
  const statement = { contract, header: usageHeader(invoice, period), period, charges: [] }
  const drafting = { environmentId, customerId, terms, now }
  const sources = await openSources(env, drafting, [statement], [])
  const known = catalogOf(sources, contract)
  if (known === null) return nothing
  const { rateSequence } = invoice.derivation
  const catalog = {
    ...known,
    rates: known.rates.filter(({ sequence }) => sequence <= rateSequence),
  }
  const asked = { contract, period, catalog, options: { cuts: ownCuts(invoice) } }
  const read = await readStatement(sources, meteredUsage(env), asked)
  const lines = correctUsage(invoice, rateSources(read))
  const amounts = lines.map(({ creditTypeId, totalBefore, totalAfter }) => {
    const rate = fiatPerUnit(creditTypeId, catalog.rateCard) ?? 0
    return new Decimal(totalAfter).minus(totalBefore).times(rate)
  })
  const metricIds = [...new Set(read.plan.queries.map(({ metricId }) => metricId))]
  return { difference: toText(sum(amounts)), lines, metricIds }
}

function usageHeader(invoice: Invoice, { startMs, endMs }: { startMs: number; endMs: number }) {
  return { ...invoice, type: 'USAGE' as const, startingAt: startMs, endingBefore: endMs }
}

/**
 * Unknown where another invoice has taken its place, where it cannot be regenerated, and where it
 * drew on what another customer shares, which gives that back only when it is void.
 */
async function regeneratedTotalOf(
  account: Account,
  call: LateUsageCall,
  invoice: Invoice,
): Promise<string | null> {
  if (findInvoice(account.storage.sql, regeneratedInvoiceId(invoice.id)) !== null) return null
  const drafted = await draftAnew(account, call, invoice, false)
  if (!drafted.ok) return null
  const { draft, shared = [] } = drafted.value
  const ofOthers = new Set(shared.flatMap(({ balances }) => balances.map(({ id }) => id)))
  const { draws = [] } = invoice.derivation
  const isSharing = invoice.status !== 'VOID' && draws.some((draw) => ofOthers.has(draw.balanceId))
  return isSharing ? null : draft.total
}
