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
