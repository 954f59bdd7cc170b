import { Decimal, sum } from '../decimal.ts'
import type { InvoiceLine } from './invoice.ts'

/**
 * The sum of the lines in the invoice's own currency. Lines in a custom pricing unit count by the
 * line that converts them, not by themselves; what postpaid commits pay is not taken off (pricing
 * 14.5, steps 12, 13 and 15).
 */
export function invoiceTotal(lines: readonly InvoiceLine[], creditTypeId: string): Decimal {
  const own = lines.filter((line) => line.creditTypeId === creditTypeId && !isPostpaid(line))
  return sum(own.map(({ total }) => new Decimal(total)))
}

/** What is drawn on a postpaid commit is owed all the same. */
function isPostpaid(line: InvoiceLine): boolean {
  return line.type === 'applied_commit_or_credit' && line.paidBy.balanceType === 'POSTPAID'
}
