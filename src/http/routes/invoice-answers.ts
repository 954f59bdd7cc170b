import { Decimal } from '../../core/decimal.ts'
import type { Invoice, InvoiceLine } from '../../core/invoices/invoice.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { formatInvoiceTimestamp } from '../../core/time.ts'
import type { CreditTypeNames } from '../credit-type-names.ts'
import { toApiCreditType } from '../schemas.ts'
import { toApiRelease } from './hold-reason-body.ts'
import { toApiLine } from './line-items.ts'
import { toApiInvoiceRoyalty } from './royalty-bodies.ts'

/** What of its lines is shown. */
export interface InvoiceView {
  skipZeroLines?: boolean
  withListPrices?: boolean
}

/** An invoice as it is answered, and as sockets are told of it. */
export function toApiInvoice(
  invoice: Invoice,
  names: CreditTypeNames,
  { skipZeroLines = false, withListPrices = false }: InvoiceView = {},
) {
  const lines = invoice.lines.filter((line) => !skipZeroLines || !isOfNothing(line))
  return {
    id: invoice.id,
    customer_id: invoice.customerId,
    contract_id: invoice.contractId,
    type: invoice.type,
    status: invoice.status,
    ...(invoice.startingAt !== null && {
      start_timestamp: formatInvoiceTimestamp(invoice.startingAt),
    }),
    ...(invoice.endingBefore !== null && {
      end_timestamp: formatInvoiceTimestamp(invoice.endingBefore),
    }),
    issued_at: formatInvoiceTimestamp(invoice.issuedAt),
    credit_type: toApiCreditType(invoice.creditTypeId),
    total: jsonNumber(invoice.total),
    line_items: lines.map((line) => toApiLine(line, names, withListPrices)),
    net_payment_terms_days: invoice.netPaymentTermsDays,
    netsuite_sales_order_id: invoice.netsuiteSalesOrderId,
    salesforce_opportunity_id: invoice.salesforceOpportunityId,
    reseller_royalty: invoice.resellerRoyalty && toApiInvoiceRoyalty(invoice.resellerRoyalty),
    constituent_invoices: invoice.constituents?.map((constituent) => ({
      contract_id: constituent.contractId,
      invoice_id: constituent.invoiceId,
      customer_id: constituent.customerId,
    })),
    payer: invoice.payer && {
      contract_id: invoice.payer.contractId,
      customer_id: invoice.payer.customerId,
    },
    regenerated_from_invoice_id: invoice.regeneratedFromInvoiceId,
    verification: invoice.verification && {
      verified_at: formatInvoiceTimestamp(invoice.verification.verifiedAt),
      events_read: invoice.verification.eventsRead,
    },
    release: invoice.release && toApiRelease(invoice.release),
    billable_status: invoice.billableStatus,
    external_invoice: null,
    custom_fields: invoice.customFields,
    contract_custom_fields: invoice.contractCustomFields,
    customer_custom_fields: invoice.customerCustomFields,
  }
}

function isOfNothing(line: InvoiceLine): boolean {
  return line.type !== 'applied_commit_or_credit' && new Decimal(line.quantity).isZero()
}
