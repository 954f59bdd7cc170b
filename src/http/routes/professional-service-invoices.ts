import { z } from '@hono/zod-openapi'
import { billProfessionalServices } from '../../actions/bill-professional-services.ts'
import type { ServiceInvoiceInput } from '../../core/contracts/bill-professional-service.ts'
import { fail } from '../errors.ts'
import { apiRoute, type App } from '../route.ts'
import { dataOf, Id, json, jsonBody, NonNegativeDecimal, Timestamp } from '../schemas.ts'
import { InvoiceBody, toApiInvoices } from './invoices.ts'

const NewLine = z.object({
  professional_service_id: Id,
  amendment_id: Id.optional().openapi({
    description: 'Has no effect: a service is found by its own id.',
  }),
  amount: NonNegativeDecimal.optional().openapi({ description: 'Or else a quantity.' }),
  unit_price: NonNegativeDecimal.optional().openapi({ description: 'The agreed one by default.' }),
  quantity: NonNegativeDecimal.optional(),
  netsuite_invoice_billing_start: Timestamp.optional(),
  netsuite_invoice_billing_end: Timestamp.optional(),
  metadata: z.string().optional(),
})

const NewInvoiceBody = z.object({
  customer_id: Id,
  contract_id: Id,
  issued_at: Timestamp,
  netsuite_invoice_header_start: Timestamp.optional(),
  netsuite_invoice_header_end: Timestamp.optional(),
  line_items: z.array(NewLine).min(1).max(1_000),
})

const scheduleProServicesInvoiceRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/scheduleProServicesInvoice',
  access: 'write',
  operationId: 'scheduleProServicesInvoice',
  tags: ['Contracts'],
  summary: 'Invoice professional services, up to what was agreed',
  request: { body: jsonBody(NewInvoiceBody) },
  responses: { 200: json(dataOf(z.array(InvoiceBody)), 'The invoice') },
})

export function professionalServiceInvoiceRoutes(app: App): void {
  app.openapi(scheduleProServicesInvoiceRoute, async (c) => {
    const { environment, principal, now, newId } = c.var
    const body = c.req.valid('json')
    const input = {
      id: newId(),
      customerId: body.customer_id,
      contractId: body.contract_id,
      billServices: fromApiInvoice(body),
      createdBy: principal.tokenName,
      fields: { overrides: '', prefix: '', endingBefore: '' } as const,
    }
    const billed = await billProfessionalServices(c.env, environment, input, now)
    if (!billed.ok) return fail(c, billed.error)
    return c.json({ data: await toApiInvoices(c, [billed.value]) }, 200)
  })
}

function fromApiInvoice(body: z.output<typeof NewInvoiceBody>): ServiceInvoiceInput {
  return {
    issuedAt: body.issued_at,
    netsuiteInvoiceHeaderStart: body.netsuite_invoice_header_start,
    netsuiteInvoiceHeaderEnd: body.netsuite_invoice_header_end,
    lines: body.line_items.map((line) => ({
      professionalServiceId: line.professional_service_id,
      amount: line.amount,
      unitPrice: line.unit_price,
      quantity: line.quantity,
      netsuiteBillingStart: line.netsuite_invoice_billing_start,
      netsuiteBillingEnd: line.netsuite_invoice_billing_end,
      metadata: line.metadata,
    })),
  }
}
