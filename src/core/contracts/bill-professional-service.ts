import { Decimal, sum, toText } from '../decimal.ts'
import { deriveId } from '../id.ts'
import { ok, refuse, type Result } from '../result.ts'
import { formatTimestamp } from '../time.ts'
import type { ContractTerms } from './contract.ts'
import type { InvoicedItems } from './edit-schedule.ts'
import { itemAmount, type AmountInput } from './item-amount.ts'
import type { ProfessionalService, ProfessionalServiceCharge } from './professional-service.ts'

/** A part of agreed work that is to be invoiced: a quantity alone is at the agreed unit price. */
export interface ServiceLineInput extends AmountInput {
  professionalServiceId: string
  netsuiteBillingStart?: number
  netsuiteBillingEnd?: number
  metadata?: string
}

/** An invoice for agreed work, as it is asked for. */
export interface ServiceInvoiceInput {
  issuedAt: number
  lines: ServiceLineInput[]
  netsuiteInvoiceHeaderStart?: number
  netsuiteInvoiceHeaderEnd?: number
}

/**
 * Decides on an invoice for professional services (pricing 7): all that is invoiced of each comes
 * to its agreed maximum at most; what void invoices had does not count.
 * @param groupId of the invoice; the ids of what is on it derive from it
 */
export function billProfessionalServices(
  { issuedAt, lines, ...header }: ServiceInvoiceInput,
  terms: ContractTerms,
  invoiced: InvoicedItems,
  groupId: string,
): Result<ProfessionalServiceCharge[]> {
  const { professionalServices = [], professionalServiceCharges = [], chargedBefore } = terms
  if (chargedBefore !== undefined && issuedAt >= chargedBefore) {
    const end = formatTimestamp(chargedBefore)
    return refuse('invalid', `issued_at: the contract charges nothing from its end, ${end}, on`)
  }
  const charges: ProfessionalServiceCharge[] = []
  for (const [i, line] of lines.entries()) {
    const path = `line_items[${i}].`
    const { professionalServiceId } = line
    const service = professionalServices.find(({ id }) => id === professionalServiceId)
    if (service === undefined) {
      return refuse(
        'not_found',
        `${path}professional_service_id: the contract has no professional service ${professionalServiceId}`,
      )
    }
    const isWithoutPrice = line.unitPrice === undefined && line.quantity !== undefined
    const unitPrice = isWithoutPrice ? service.unitPrice : line.unitPrice
    const amount = itemAmount({ ...line, unitPrice }, path)
    if (!amount.ok) return amount
    const counted = professionalServiceCharges.filter(({ id }) => invoiced.get(id) !== 'VOID')
    const within = checkMaximum(service, amount.value.amount, [...counted, ...charges], path)
    if (!within.ok) return within
    charges.push({
      id: deriveId('professional-service-charge', groupId, String(i)),
      professionalServiceId,
      invoiceGroupId: groupId,
      at: issuedAt,
      ...amount.value,
      netsuiteBillingStart: line.netsuiteBillingStart,
      netsuiteBillingEnd: line.netsuiteBillingEnd,
      metadata: line.metadata,
      ...header,
    })
  }
  return ok(charges)
}

/** @param charges all that there are so far, of this service among them */
function checkMaximum(
  { id, maxAmount }: ProfessionalService,
  amount: string,
  charges: ProfessionalServiceCharge[],
  path: string,
): Result<null> {
  const own = charges.filter(({ professionalServiceId }) => professionalServiceId === id)
  const left = new Decimal(maxAmount).minus(sum(own.map((charge) => new Decimal(charge.amount))))
  if (left.greaterThanOrEqualTo(amount)) return ok(null)
  return refuse(
    'invalid',
    `${path}amount: ${amount} is more than what may still be invoiced of professional service ${id}: ${toText(left)} of ${maxAmount}`,
  )
}
