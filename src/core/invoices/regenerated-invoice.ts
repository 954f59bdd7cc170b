import type { Contract } from '../contracts/contract.ts'
import type { CustomerTerms } from '../contracts/terms.ts'
import { deriveId } from '../id.ts'
import type { FixedCharge } from './fixed-charge.ts'
import type { Invoice } from './invoice.ts'
import type { ChargedStatement } from './open-invoices.ts'
import { scheduledInvoiceHeader, type OpenScheduled } from './open-scheduled.ts'
import { planCharges } from './plan-charges.ts'

/** The id of the invoice that takes the place of a void one; there is one at most. */
export function regeneratedInvoiceId(voidInvoiceId: string): string {
  return deriveId('regenerated-invoice', voidInvoiceId)
}

/**
 * The fixed charges of a void invoice as the terms have them now, whatever their dates have become;
 * those that are no longer agreed on are not among them.
 * @param chargedBy the invoices of the charges that are done, by the ids of the charges
 */
export function chargesOfVoid(
  terms: CustomerTerms,
  contract: Contract,
  voided: Invoice,
  chargedBy: ReadonlyMap<string, string | null>,
): FixedCharge[] {
  const until = voided.endingBefore ?? voided.issuedAt
  return planCharges(terms, contract, until).filter(({ id }) => chargedBy.get(id) === voided.id)
}

/**
 * What takes the place of a void usage invoice: its statement period by the present terms, with the
 * fixed charges that the void one had. It keeps the date of issue.
 */
export function regeneratedStatement(
  statement: ChargedStatement,
  voided: Invoice,
  charges: FixedCharge[],
): ChargedStatement {
  const header = { ...statement.header, ...takenPlace(voided) }
  return { ...statement, header, charges }
}

/** What takes the place of a void scheduled invoice, with those charges. It keeps its date. */
export function regeneratedScheduled(
  { customer }: Pick<CustomerTerms, 'customer'>,
  contract: Contract,
  voided: Invoice,
  charges: FixedCharge[],
): OpenScheduled {
  const { issuedAt, creditTypeId } = voided
  const place = takenPlace(voided)
  const header = scheduledInvoiceHeader(contract, customer, { ...place, issuedAt, creditTypeId })
  return { contract, header: { ...header, ...place }, charges }
}

/** What of its header an invoice has from the void one whose place it takes. */
export function takenPlace({ id, issuedAt }: Invoice) {
  return { id: regeneratedInvoiceId(id), issuedAt, regeneratedFromInvoiceId: id }
}
