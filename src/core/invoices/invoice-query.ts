import type { InvoiceStatus, InvoiceSummary, InvoiceType } from './invoice.ts'

/** Which of a customer's invoices are asked for (invoices 4.1). */
export interface InvoiceQuery {
  status?: InvoiceStatus
  type?: InvoiceType
  contractId?: string
  creditTypeId?: string
  /** Only periods that start at this instant or later. */
  startingOn?: number
  /** Only periods that end before this instant. */
  endingBefore?: number
  /** By date of issue, ids deciding ties. */
  sort: 'date_asc' | 'date_desc'
  limit: number
  /** The place in this order after which to go on. */
  after: InvoicePlace | null
}

export type InvoicePlace = Pick<InvoiceSummary, 'issuedAt' | 'id'>

/** The asked-for page of a customer's invoices, at most `limit` of them, in order. */
export function selectInvoices<T extends InvoiceSummary>(invoices: T[], query: InvoiceQuery): T[] {
  const { after, sort, limit } = query
  const direction = sort === 'date_asc' ? 1 : -1
  return invoices
    .filter((invoice) => matches(invoice, query))
    .filter((invoice) => after === null || direction * comparePlaces(invoice, after) > 0)
    .sort((a, b) => direction * comparePlaces(a, b))
    .slice(0, limit)
}

function matches(invoice: InvoiceSummary, query: InvoiceQuery): boolean {
  const { startingOn = -Infinity, endingBefore = Infinity } = query
  return (
    isAsked(invoice.status, query.status) &&
    isAsked(invoice.type, query.type) &&
    isAsked(invoice.contractId, query.contractId) &&
    isAsked(invoice.creditTypeId, query.creditTypeId) &&
    // Scheduled invoices have no period: their date stands for it (invoices 4.1).
    (invoice.startingAt ?? invoice.issuedAt) >= startingOn &&
    (invoice.endingBefore ?? invoice.issuedAt) < endingBefore
  )
}

function isAsked(value: string, asked: string | undefined): boolean {
  return asked === undefined || value === asked
}

function comparePlaces(a: InvoicePlace, b: InvoicePlace): number {
  if (a.issuedAt !== b.issuedAt) return a.issuedAt - b.issuedAt
  return a.id < b.id ? -1 : Number(a.id > b.id)
}
