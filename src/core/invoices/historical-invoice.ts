import { billingPeriods } from '../contracts/billing-period.ts'
import type { Contract } from '../contracts/contract.ts'
import { Decimal, ZERO } from '../decimal.ts'
import { ok, refuse, type Result } from '../result.ts'
import { DAY_MS, formatTimestamp, HOUR_MS, type Period } from '../time.ts'
import type { BillableStatus } from './billable-status.ts'
import type { InvoiceSummary } from './invoice.ts'

export const HISTORICAL_GRANULARITIES = ['HOUR', 'DAY'] as const

/** A usage invoice for the past, with its usage as it was elsewhere (invoices 1.9). */
export interface HistoricalInput extends Period {
  id: string
  contractId: string
  creditTypeId: string
  issuedAt: number
  lines: HistoricalLine[]
  /** How wide the subtotals of lines are; absent for any width. */
  granularity?: (typeof HISTORICAL_GRANULARITIES)[number]
  customFields: Record<string, string>
  billableStatus?: BillableStatus
  /** What it is called in refusals, such as `invoices[0]`. */
  field: string
}

export interface HistoricalLine extends Period {
  productId: string
  /** Decimal text, as billed; absent where only subtotals are given. */
  quantity?: string
  subtotals?: (Period & { quantity: string })[]
  pricingGroupValues?: Record<string, string>
  presentationGroupValues?: Record<string, string>
}

/**
 * Decides whether a contract may have such an invoice: for whole statement periods that are over
 * and have no other invoice, so that nothing is billed twice and nothing is left out.
 * @param currencyId of the contract's rate card
 * @param others all stored invoices of the customer, and those made before this one by the request
 */
export function checkHistorical(
  input: HistoricalInput,
  contract: Contract,
  {
    currencyId,
    others,
    now,
  }: { currencyId: string; others: readonly InvoiceSummary[]; now: number },
): Result<null> {
  const { field, startMs, endMs, issuedAt, creditTypeId, lines } = input
  const refused = (message: string) => refuse('invalid', `${field}.${message}`)
  if (contract.archivedAt !== null) return refused(`contract_id: the contract is archived`)
  if (contract.rateCardId === null) return refused(`contract_id: the contract has no rate card`)
  if (creditTypeId !== currencyId) {
    return refused(`credit_type_id: expected ${currencyId}, the currency of the rate card`)
  }
  if (startMs >= endMs) return refused('exclusive_end_date: expected a date after the start')
  if (endMs > now) return refused('exclusive_end_date: expected a date that is past')
  if (issuedAt < startMs)
    return refused('issue_date: expected a date after the start of the period')
  if (issuedAt > now) return refused('issue_date: expected a date that is past')
  const { startingAt, endingBefore } = contract
  if (startMs < startingAt || endMs > (endingBefore ?? Infinity)) {
    return refused(
      `inclusive_start_date: expected a period within the contract, which starts at ${formatTimestamp(startingAt)}`,
    )
  }
  const cut = [...billingPeriods(contract, input)].find(
    (period) => period.startMs < startMs || period.endMs > endMs,
  )
  if (cut !== undefined) {
    const [from, to] = [cut.startMs, cut.endMs].map(formatTimestamp)
    return refused(
      `inclusive_start_date: expected whole statement periods; ${from} to ${to} is covered in part`,
    )
  }
  const other = others.find(
    (each) =>
      each.contractId === contract.id &&
      each.type === 'USAGE' &&
      each.status !== 'VOID' &&
      each.startingAt! < endMs &&
      each.endingBefore! > startMs,
  )
  if (other !== undefined) {
    return refuse('conflict', `${field}: invoice ${other.id} is of the same time; void it first`)
  }
  for (const [i, line] of lines.entries()) {
    const checked = checkLine(line, input, `${field}.usage_line_items[${i}]`)
    if (!checked.ok) return checked
  }
  return ok(null)
}

function checkLine(
  line: HistoricalLine,
  { startMs, endMs, granularity }: HistoricalInput,
  field: string,
): Result<null> {
  const refused = (message: string) => refuse('invalid', `${field}.${message}`)
  if (line.startMs >= line.endMs) {
    return refused('exclusive_end_date: expected a date after the start')
  }
  if (line.startMs < startMs || line.endMs > endMs) {
    return refused("inclusive_start_date: expected a time within the invoice's")
  }
  const { quantity, subtotals } = line
  if (subtotals === undefined && quantity === undefined) {
    return refused('quantity: expected a quantity, or subtotals_with_quantity')
  }
  if (quantity !== undefined && new Decimal(quantity).isNegative()) {
    return refused('quantity: expected a quantity that is not negative; grant a credit instead')
  }
  return subtotals === undefined
    ? ok(null)
    : checkSubtotals({ ...line, subtotals }, granularity, field)
}

/**
 * The course of a quantity may fall, as that of metrics does (pricing 8): never below nothing, for
 * what is used is not negative.
 */
function checkSubtotals(
  {
    startMs,
    endMs,
    quantity,
    subtotals,
  }: HistoricalLine & Required<Pick<HistoricalLine, 'subtotals'>>,
  granularity: HistoricalInput['granularity'],
  field: string,
): Result<null> {
  const refused = (message: string) => refuse('invalid', `${field}.${message}`)
  const width = granularity === undefined ? null : { HOUR: HOUR_MS, DAY: DAY_MS }[granularity]
  let [last, whole] = [startMs, ZERO]
  for (const [i, subtotal] of subtotals.entries()) {
    const name = `subtotals_with_quantity[${i}]`
    const isInside = subtotal.startMs >= last && subtotal.endMs <= endMs
    if (!isInside || subtotal.startMs >= subtotal.endMs) {
      return refused(`${name}: expected a time within the line's, after that of the one before`)
    }
    if (width !== null && subtotal.endMs - subtotal.startMs > width) {
      return refused(`${name}: expected at most what breakdown_granularity says`)
    }
    last = subtotal.endMs
    whole = whole.plus(subtotal.quantity)
    if (whole.isNegative()) {
      return refused(`${name}.quantity: expected that up to here nothing negative is used`)
    }
  }
  return quantity === undefined || whole.eq(quantity)
    ? ok(null)
    : refused('quantity: expected what subtotals_with_quantity add up to')
}
