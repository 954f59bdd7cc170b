import type { Catalog } from '../catalog/catalog.ts'
import { toText } from '../decimal.ts'
import { conversionLines } from './conversion-line.ts'
import { invoiceTotal } from './invoice-total.ts'
import type { Invoice, InvoiceHeader } from './invoice.ts'
import { RATING_VERSION, type StatementCharges } from './usage-invoice.ts'

/**
 * Makes the draft of a scheduled invoice from its lines; what is in a custom unit is converted as
 * the contract's card says.
 * @param catalog null for a contract without a rate card
 */
export function draftScheduledInvoice(
  header: InvoiceHeader,
  charges: StatementCharges,
  catalog: Pick<Catalog, 'rateCard' | 'customUnits'> | null,
): Invoice {
  const { creditTypeId, issuedAt } = header
  const window = { creditTypeId, startingAt: issuedAt, endingBefore: issuedAt }
  const converted = catalog === null ? [] : conversionLines(charges, catalog, window)
  const lines = [...charges, ...converted]
  return {
    ...header,
    finalizedAt: null,
    total: toText(invoiceTotal(lines, creditTypeId)),
    lines,
    derivation: { ratingVersion: RATING_VERSION, rateSequence: 0, cut: null, unbilled: [] },
  }
}
