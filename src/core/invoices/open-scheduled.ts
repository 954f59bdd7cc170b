import type { Contract } from '../contracts/contract.ts'
import type { CustomerTerms } from '../contracts/terms.ts'
import { USD } from '../currency.ts'
import { deriveId } from '../id.ts'
import { DAY_MS, formatTimestamp } from '../time.ts'
import { dueScheduled, type DueInvoice } from './due-invoice.ts'
import type { FixedCharge } from './fixed-charge.ts'
import type { InvoiceHeader, InvoiceSummary } from './invoice.ts'
import { invoicedPeriods, type InvoicedTest, type IssueDates } from './open-statement.ts'
import { placeCharges, unitOf } from './place-charges.ts'
import { openUsage, planCharges } from './plan-charges.ts'
import { voidedUsage } from './voided-usage.ts'

/** A scheduled invoice that is not final yet: it has a draft. */
export interface OpenScheduled {
  contract: Contract
  header: InvoiceHeader
  charges: FixedCharge[]
}

/** What of the fixed charges is on which of a contract's open invoices. */
export interface OpenCharges {
  /** By the start of the statement period. */
  onUsage: Map<number, FixedCharge[]>
  /** In the order of their dates. */
  scheduled: OpenScheduled[]
}

/** What has been invoiced: void invoices count, too. */
export interface Invoiced {
  isInvoiced: InvoicedTest
  /** Charges that were taken, by their ids. */
  isTaken: (chargeId: string) => boolean
  /** Of all stored invoices. */
  summaries: readonly InvoiceSummary[]
  /** Dates of issue that were given to drafts, by their ids; absent for none. */
  issueDates?: IssueDates
}

export function invoicedBy(
  summaries: readonly InvoiceSummary[],
  takenCharges: ReadonlySet<string>,
): Invoiced {
  return {
    isInvoiced: invoicedPeriods(summaries),
    isTaken: (chargeId) => takenCharges.has(chargeId),
    summaries,
  }
}

/** The fixed charges of a contract that no stored invoice has, as far as they fall due by an instant. */
export function openCharges(
  terms: CustomerTerms,
  contract: Contract,
  invoiced: Invoiced,
  until: number,
): OpenCharges {
  const charges = planCharges(terms, contract, until).filter(({ id }) => !invoiced.isTaken(id))
  if (charges.length === 0) return { onUsage: new Map(), scheduled: [] }
  const creditTypeId = terms.currencies.get(contract.rateCardId ?? '') ?? USD.id
  const placed = placeCharges(contract, charges, invoiced.isInvoiced, creditTypeId)
  const scheduled = placed.scheduled.map((group) => ({
    contract,
    charges: group,
    header: scheduledHeader(terms, contract, group, { invoiced, creditTypeId }),
  }))
  return { onUsage: placed.onUsage, scheduled }
}

/** Recurring charges are due once a year at least: within this time the next one is found. */
const LOOKAHEAD_MS = 400 * DAY_MS

/**
 * The contract's next scheduled invoice, whether it is due or not, and the next one behind it where
 * a true-up waits for usage invoices: nothing else is to wait with that. None when there will be
 * none.
 */
export function nextScheduledDue(
  terms: CustomerTerms,
  contract: Contract,
  invoiced: Invoiced,
  now: number,
): DueInvoice[] {
  const until = Math.max(now, contract.startingAt) + LOOKAHEAD_MS
  const { scheduled } = openCharges(terms, contract, invoiced, until)
  const isWaiting = ({ header, charges }: OpenScheduled) =>
    header.issuedAt <= now &&
    (openUsage(terms, charges, invoiced.isInvoiced) ??
      voidedUsage(terms, charges, invoiced.summaries)) !== null
  const earliest = (some: OpenScheduled[]) =>
    some.length === 0 ? [] : [Math.min(...some.map(({ header }) => header.issuedAt))]
  const dates = new Set([
    ...earliest(scheduled.filter(isWaiting)),
    ...earliest(scheduled.filter((each) => !isWaiting(each))),
  ])
  return [...dates].toSorted((a, b) => a - b).map((date) => dueScheduled(contract, date))
}

/**
 * The id of a contract's scheduled invoice for a date.
 * @param unit the currency that it is in
 * @param ordinal counts those of the date from 1; a group never has a second one
 */
export function scheduledInvoiceId(
  contractId: string,
  { at, group }: { at: number; group: string },
  unit: string,
  ordinal = 1,
): string {
  const date = formatTimestamp(at)
  return deriveId('scheduled-invoice', contractId, date, group, unit, String(ordinal))
}

/**
 * A scheduled invoice as far as it is known without its lines. Charges that come up for a date
 * which has its invoice get another one (pricing 6.8), so the id counts those of the date.
 */
function scheduledHeader(
  { customer }: CustomerTerms,
  contract: Contract,
  charges: readonly FixedCharge[],
  { invoiced, creditTypeId }: { invoiced: Invoiced; creditTypeId: string },
): InvoiceHeader {
  const [first] = charges
  const { at, group = '' } = first!
  const unit = unitOf(first!, creditTypeId)
  const idOf = (ordinal: number) => scheduledInvoiceId(contract.id, { at, group }, unit, ordinal)
  const known = new Set(invoiced.summaries.map(({ id }) => id))
  let ordinal = 1
  while (known.has(idOf(ordinal))) ordinal += 1
  const id = idOf(ordinal)
  const issuedAt = invoiced.issueDates?.get(id) ?? at
  return scheduledInvoiceHeader(contract, customer, { id, issuedAt, creditTypeId: unit })
}

/** A contract's scheduled invoice as far as it is known without its lines. */
export function scheduledInvoiceHeader(
  contract: Contract,
  customer: CustomerTerms['customer'],
  { id, issuedAt, creditTypeId }: Pick<InvoiceHeader, 'id' | 'issuedAt' | 'creditTypeId'>,
): InvoiceHeader {
  const { netPaymentTermsDays, netsuiteSalesOrderId, salesforceOpportunityId } = contract.terms
  return {
    id,
    customerId: contract.customerId,
    contractId: contract.id,
    type: 'SCHEDULED',
    status: 'DRAFT',
    startingAt: null,
    endingBefore: null,
    issuedAt,
    creditTypeId,
    netPaymentTermsDays,
    netsuiteSalesOrderId,
    salesforceOpportunityId,
    customFields: {},
    contractCustomFields: contract.customFields,
    customerCustomFields: customer.customFields,
  }
}
