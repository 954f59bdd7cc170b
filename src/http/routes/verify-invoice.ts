import { z } from '@hono/zod-openapi'
import { INVOICE_STATUSES } from '../../core/invoices/invoice.ts'
import { DIFFERENCES_MAX } from '../../core/invoices/invoice-difference.ts'
import { accountOf } from '../../objects/account.ts'
import { fail } from '../errors.ts'
import { apiRoute, type App } from '../route.ts'
import { CustomerParams, dataOf, Id, json } from '../schemas.ts'
import { ReleaseBody, toApiRelease } from './hold-reason-body.ts'
import { DifferenceBody, toApiDifference } from './invoice-differences.ts'

const CutBody = z.object({
  configuration: z.number().openapi({
    description: 'The version of the metrics and ingest aliases by which usage was read.',
  }),
  positions: z.record(z.string(), z.number()).openapi({
    description: 'The last chunk of the event log that counts, of each meter.',
  }),
})

export const InvoiceCheckBody = z
  .object({
    invoice_id: Id,
    invoice_status: z.enum(INVOICE_STATUSES),
    status: z.enum(['VERIFIED', 'DIFFERENT']).openapi({
      description: 'VERIFIED: no difference and no finding.',
    }),
    events_read: z.number().openapi({
      description: "The customer's events up to the cut, whenever they were.",
    }),
    cut: CutBody.nullable().openapi({ description: 'Null for an invoice without usage.' }),
    differences: z.array(DifferenceBody),
    findings: z
      .array(z.object({ meter: z.string(), chunk: z.number(), problem: z.string() }))
      .openapi({ description: 'Chunks of the event log that are not as they were written.' }),
    release: ReleaseBody.optional().openapi({
      description: 'Of an invoice that was made final by hand, without a proof.',
    }),
  })
  .openapi('InvoiceCheck')

const verifyInvoiceRoute = apiRoute({
  method: 'post',
  path: '/v1/customers/{customer_id}/invoices/{invoice_id}/verify',
  isOwn: true,
  access: 'read',
  operationId: 'verifyInvoice',
  tags: ['Invoices'],
  summary: 'Compute an invoice again from the stored events, and tell every difference',
  description: `Usage is computed by a second, naive evaluator at exactly the invoice's cut. A draft is drafted again with it. Of a final invoice, whose terms may have changed, the usage that its lines charge is compared, and the invoice with its own derivation, its draws and the index. The first ${DIFFERENCES_MAX} differences are listed.`,
  request: { params: CustomerParams.extend({ invoice_id: Id }) },
  responses: { 200: json(dataOf(InvoiceCheckBody), 'What was found') },
})

export function verifyInvoiceRoutes(app: App): void {
  app.openapi(verifyInvoiceRoute, async (c) => {
    const { environment, now } = c.var
    const { customer_id: customerId, invoice_id: invoiceId } = c.req.valid('param')
    const account = accountOf(c.env, environment.id, customerId)
    const call = { environmentId: environment.id, customerId, invoiceId, now }
    const checked = await account.verifyInvoice(call)
    if (!checked.ok) return fail(c, checked.error)
    const { invoiceStatus, eventsRead, cut, differences, findings, release } = checked.value
    const isVerified = differences.length === 0 && findings.length === 0
    const data = {
      invoice_id: checked.value.invoiceId,
      invoice_status: invoiceStatus,
      status: isVerified ? ('VERIFIED' as const) : ('DIFFERENT' as const),
      events_read: eventsRead,
      cut: cut && { configuration: cut.configVersion, positions: cut.positions },
      differences: differences.map(toApiDifference),
      findings: findings.map(({ meter, seq, problem }) => ({ meter, chunk: seq, problem })),
      ...(release && { release: toApiRelease(release) }),
    }
    return c.json({ data }, 200)
  })
}
