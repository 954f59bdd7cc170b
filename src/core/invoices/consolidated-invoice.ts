import type { Contract } from '../contracts/contract.ts'
import { toText } from '../decimal.ts'
import { deriveId } from '../id.ts'
import { assert } from '../result.ts'
import { DAY_MS, floorTo, formatTimestamp } from '../time.ts'
import type {
  Constituent,
  Invoice,
  InvoiceHeader,
  InvoiceLine,
  InvoiceStatus,
  InvoiceSummary,
} from './invoice.ts'
import { invoiceTotal } from './invoice-total.ts'
import { lineId } from './line-id.ts'
import { RATING_VERSION } from './usage-invoice.ts'

/** A usage invoice, draft or stored, as far as consolidating it depends on it. */
export interface Statement extends InvoiceSummary {
  customerId: string
}

/** A consolidated invoice before its lines are known. */
export interface Consolidation {
  header: InvoiceHeader
  /** The contract's own first; one of another contract is among them. */
  constituents: ConstituentStatement[]
}

export interface ConstituentStatement extends Constituent {
  status: InvoiceStatus
}

/** The id of a contract's consolidated invoice for a statement period. */
export function consolidatedInvoiceId(contractId: string, periodStart: number): string {
  return deriveId('consolidated-invoice', contractId, formatTimestamp(periodStart))
}

/**
 * The consolidated invoices of a contract's statement periods (invoices 4.5), in the order of time.
 * One joins the contract's own usage invoice with those of contracts below whose period lies inside
 * its own, that are issued on the same day and in the same currency. Where there is none of these,
 * there is nothing to join. Void invoices are left out.
 * @param own usage invoices of the contract, void ones among them: these have a period, too
 * @param others those of contracts below it, in the order in which they are to be joined
 */
export function planConsolidations(
  contract: Contract,
  customer: { customFields: Record<string, string> },
  own: readonly InvoiceSummary[],
  others: readonly Statement[],
): Consolidation[] {
  const periods = [...Map.groupBy(own, ({ startingAt }) => startingAt).values()]
  const planned = periods.map((invoices): Consolidation => {
    const present = invoices.filter(isPresent)
    const period = present[0] ?? invoices[0]!
    const joined = others.filter((other) => isPresent(other) && isWithin(other, period))
    const { customerId } = contract
    const all = [...present.map((invoice) => ({ ...invoice, customerId })), ...joined]
    return {
      header: consolidatedHeader(contract, customer, period),
      constituents: all.map((one) => ({ ...constituentOf(one), status: one.status })),
    }
  })
  return planned
    .filter(({ constituents }) => constituents.some(({ contractId }) => contractId !== contract.id))
    .toSorted((a, b) => (a.header.startingAt ?? 0) - (b.header.startingAt ?? 0))
}

/** Whether all that is joined is final: only then is what joins it. */
export function isComplete({ constituents }: Consolidation): boolean {
  return constituents.every(({ status }) => status === 'FINALIZED')
}

/**
 * Joins invoices: all of their lines are copied, and say what they are copies of. It draws on
 * nothing: what its lines show as drawn, they have drawn.
 * @param invoices its constituents, in order
 */
export function draftConsolidatedInvoice(
  header: InvoiceHeader,
  invoices: readonly Invoice[],
): Invoice {
  const lines = invoices.flatMap(copyLines)
  return {
    ...header,
    finalizedAt: null,
    total: toText(invoiceTotal(lines, header.creditTypeId)),
    lines,
    constituents: invoices.map(constituentOf),
    derivation: { ratingVersion: RATING_VERSION, rateSequence: 0, cut: null, unbilled: [] },
  }
}

function copyLines({ id: invoiceId, contractId, customerId, lines }: Invoice): InvoiceLine[] {
  return lines.map((line, index) => {
    return {
      ...line,
      origin: { lineId: lineId(invoiceId, index), invoiceId, contractId, customerId },
    }
  })
}

function isPresent({ status }: InvoiceSummary): boolean {
  return status !== 'VOID'
}

function isWithin(inner: InvoiceSummary, outer: InvoiceSummary): boolean {
  return isOfTime(inner, outer) && isSameDay(inner, outer)
}

function isOfTime(inner: Joinable, outer: InvoiceSummary): boolean {
  if (inner.startingAt === null || inner.endingBefore === null) return false
  return (
    inner.startingAt >= (outer.startingAt ?? Infinity) &&
    inner.endingBefore <= (outer.endingBefore ?? -Infinity) &&
    inner.creditTypeId === outer.creditTypeId
  )
}

function isSameDay(a: Joinable, b: Joinable): boolean {
  return floorTo(a.issuedAt, DAY_MS) === floorTo(b.issuedAt, DAY_MS)
}

type Joinable = Pick<InvoiceSummary, 'startingAt' | 'endingBefore' | 'creditTypeId' | 'issuedAt'>

/**
 * The statement that a usage invoice would be consolidated with, were both issued on one day
 * (pricing 13): without that, it is left out. Null where nothing keeps it out, or nothing is there.
 * @param own usage invoices of the contract above, void ones among them
 */
export function missedStatement(
  invoice: Joinable,
  own: readonly InvoiceSummary[],
): InvoiceSummary | null {
  const fitting = own.filter((outer) => isPresent(outer) && isOfTime(invoice, outer))
  return fitting.find((outer) => !isSameDay(invoice, outer)) ?? null
}

type StatementPlace = Pick<
  InvoiceHeader,
  'id' | 'contractId' | 'customerId' | 'startingAt' | 'endingBefore'
>

function constituentOf({ id, contractId, customerId, ...period }: StatementPlace): Constituent {
  const { startingAt, endingBefore } = period
  assert(startingAt !== null && endingBefore !== null, `usage invoice ${id} must have a period`)
  return { invoiceId: id, contractId, customerId, startingAt, endingBefore }
}

function consolidatedHeader(
  contract: Contract,
  customer: { customFields: Record<string, string> },
  { startingAt, endingBefore, issuedAt, creditTypeId }: InvoiceSummary,
): InvoiceHeader {
  assert(startingAt !== null, `usage invoices of contract ${contract.id} must have a period`)
  const { netPaymentTermsDays, netsuiteSalesOrderId, salesforceOpportunityId } = contract.terms
  const { id: contractId, customerId } = contract
  return {
    id: consolidatedInvoiceId(contractId, startingAt),
    customerId,
    contractId,
    type: 'USAGE_CONSOLIDATED',
    status: 'DRAFT',
    startingAt,
    endingBefore,
    issuedAt,
    creditTypeId,
    netPaymentTermsDays,
    netsuiteSalesOrderId,
    salesforceOpportunityId,
    payer: { contractId, customerId },
    customFields: {},
    contractCustomFields: contract.customFields,
    customerCustomFields: customer.customFields,
  }
}
