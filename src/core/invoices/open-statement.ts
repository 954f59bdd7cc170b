import { billingPeriods } from '../contracts/billing-period.ts'
import type { Contract } from '../contracts/contract.ts'
import type { CustomerTerms } from '../contracts/terms.ts'
import { settingsOf } from '../environment.ts'
import type { Period } from '../time.ts'
import { dueStatement, type DueInvoice } from './due-invoice.ts'
import type { InvoiceSummary, UsageInvoiceHeader } from './invoice.ts'
import { usageInvoiceHeader, usageInvoiceId } from './usage-invoice.ts'

/** A statement period that has started and has no final invoice yet: it has a draft. */
export interface OpenStatement {
  contract: Contract
  period: Period
  header: UsageInvoiceHeader
}

/** Whether a period of a contract has been invoiced; a void invoice counts, too. */
export type InvoicedTest = (contract: Contract, period: Period) => boolean

/** Dates of issue that were given to drafts, by their ids. */
export type IssueDates = ReadonlyMap<string, number>

/** A historical invoice may be of several periods, which are all invoiced by it. */
export function invoicedPeriods(invoices: readonly InvoiceSummary[]): InvoicedTest {
  const usage = invoices.filter((invoice) => invoice.type === 'USAGE')
  const names = new Set(usage.map((invoice) => `${invoice.contractId}/${invoice.startingAt}`))
  const byContract = Map.groupBy(usage, ({ contractId }) => contractId)
  return (contract, { startMs, endMs }) =>
    names.has(`${contract.id}/${startMs}`) ||
    (byContract.get(contract.id) ?? []).some(
      ({ startingAt, endingBefore }) => startingAt! <= startMs && endMs <= endingBefore!,
    )
}

/** The customer's open statements at an instant, by contract, then by period. */
export function openStatements(
  terms: CustomerTerms,
  isInvoiced: InvoicedTest,
  now: number,
  issueDates: IssueDates = new Map(),
): OpenStatement[] {
  return terms.contracts.flatMap((contract) =>
    [...periodsUntil(contract, now + 1)]
      .filter((period) => !isInvoiced(contract, period))
      .map((period) => openStatement(terms, contract, period, issueDates)),
  )
}

/** When the contract's next invoice falls due, and which; null when there will be none. */
export function nextDue(
  terms: CustomerTerms,
  contract: Contract,
  isInvoiced: InvoicedTest,
  issueDates: IssueDates = new Map(),
): DueInvoice | null {
  const period = firstOpenPeriod(contract, isInvoiced)
  if (period === null) return null
  const due = dueStatement(contract, period, settingsOf(terms.environment).graceMs)
  return { ...due, dueAt: issueDates.get(usageInvoiceId(contract.id, period.startMs)) ?? due.dueAt }
}

/**
 * The contract's first period without an invoice, started or not; null when every one has its
 * invoice, or the contract is archived and gets no more.
 */
export function firstOpenPeriod(contract: Contract, isInvoiced: InvoicedTest): Period | null {
  for (const period of periodsUntil(contract, Infinity)) {
    if (!isInvoiced(contract, period)) return period
  }
  return null
}

function openStatement(
  { environment, customer, currencies, parentIds }: CustomerTerms,
  contract: Contract,
  period: Period,
  issueDates: IssueDates,
): OpenStatement {
  const { graceMs } = settingsOf(environment)
  const fiatCreditTypeId = currencies.get(contract.rateCardId ?? '')
  const isParent = parentIds?.has(contract.id)
  const about = { contract, isParent, customer, fiatCreditTypeId }
  const header = usageInvoiceHeader({ ...about, period, graceMs })
  return {
    contract,
    period,
    header: { ...header, issuedAt: issueDates.get(header.id) ?? header.issuedAt },
  }
}

/** The contract's periods that start before an instant, in order. */
function periodsUntil(contract: Contract, before: number): Iterable<Period> {
  if (contract.archivedAt !== null) return []
  return billingPeriods(contract, { startMs: contract.startingAt, endMs: before })
}
