import type { Catalog } from '../catalog/catalog.ts'
import { findFiatCreditType } from '../currency.ts'
import { Decimal, toText } from '../decimal.ts'
import { convertUnits, type ConvertedUnit } from '../rating/convert-units.ts'
import type { ConversionLine, InvoiceLine, UsageInvoiceHeader } from './invoice.ts'

/** The lines that turn what is left in each custom pricing unit into the invoice's currency. */
export function conversionLines(
  lines: readonly Pick<InvoiceLine, 'creditTypeId' | 'total'>[],
  catalog: Pick<Catalog, 'rateCard' | 'customUnits'>,
  header: Pick<UsageInvoiceHeader, 'creditTypeId' | 'startingAt' | 'endingBefore'>,
): ConversionLine[] {
  const amounts = lines.map(({ creditTypeId, total }) => ({
    creditTypeId,
    total: new Decimal(total),
  }))
  const { creditTypeId, startingAt, endingBefore } = header
  return convertUnits(amounts, catalog.rateCard).map((converted) => ({
    type: 'cpu_conversion',
    name: nameOf(converted, catalog, creditTypeId),
    creditTypeId,
    quantity: toText(converted.quantity),
    unitPrice: toText(converted.unitPrice),
    total: toText(converted.total),
    startingAt,
    endingBefore,
    derivation: { customCreditTypeId: converted.customCreditTypeId },
  }))
}

/** Such as `AI credits to USD (cents)`. */
function nameOf(
  { customCreditTypeId: id }: ConvertedUnit,
  { customUnits = [] }: Pick<Catalog, 'customUnits'>,
  fiatId: string,
): string {
  const unit = customUnits.find((candidate) => candidate.id === id)
  return `${unit?.name ?? id} to ${findFiatCreditType(fiatId)?.name ?? fiatId}`
}
