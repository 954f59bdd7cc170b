import { deriveId } from '../id.ts'

/**
 * The id by which a line is named elsewhere: lines themselves show none (invoices 2.2).
 * @param index of the line on its invoice, from 0
 */
export function lineId(invoiceId: string, index: number): string {
  return deriveId('invoice-line', invoiceId, String(index))
}
