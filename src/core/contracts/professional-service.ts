/** Work that is invoiced on request, up to an amount that was agreed on (pricing 7). Decimal texts. */
export interface ProfessionalService {
  id: string
  /** Of type PRO_SERVICE. */
  productId: string
  unitPrice: string
  quantity: string
  /** What all invoices for it may come to. */
  maxAmount: string
  description?: string
  netsuiteSalesOrderId?: string
  customFields: Record<string, string>
}

/** A part of the work that an invoice was asked for. Decimal texts. */
export interface ProfessionalServiceCharge {
  id: string
  professionalServiceId: string
  /** The same for all that was asked for together: they are an invoice of their own. */
  invoiceGroupId: string
  /** When that invoice is issued. */
  at: number
  unitPrice: string
  quantity: string
  amount: string
  /** The span of the work, for other systems. */
  netsuiteBillingStart?: number
  netsuiteBillingEnd?: number
  netsuiteInvoiceHeaderStart?: number
  netsuiteInvoiceHeaderEnd?: number
  /** Kept for the caller. */
  metadata?: string
}
