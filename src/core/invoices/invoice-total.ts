import { Decimal, sum } from '../decimal.ts'
import type { InvoiceLine } from './invoice.ts'

/**
 * The sum of the lines in the invoice's own currency. Lines in a custom pricing unit count by the
 * line that converts them, not by themselves (pricing 14.5, steps 13 and 15).
 */
export function invoiceTotal(
  lines: readonly Pick<InvoiceLine, 'creditTypeId' | 'total'>[],
  creditTypeId: string,
): Decimal {
  const own = lines.filter((line) => line.creditTypeId === creditTypeId)
  return sum(own.map(({ total }) => new Decimal(total)))
}
