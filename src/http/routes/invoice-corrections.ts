import { z } from '@hono/zod-openapi'
import { regenerateInvoice, updateIssueDate, voidInvoice } from '../../actions/correct-invoices.ts'
import { fail } from '../errors.ts'
import { apiRoute, type App } from '../route.ts'
import { dataOf, Id, json, jsonBody, Timestamp } from '../schemas.ts'

const tags = ['Invoices']
const IdBody = z.object({ id: Id })

const voidInvoiceRoute = apiRoute({
  method: 'post',
  path: '/v1/invoices/void',
  access: 'write',
  operationId: 'voidInvoice',
  tags,
  summary: 'Void a finalized invoice, which gives back what it drew on commits and credits',
  request: { body: jsonBody(IdBody) },
  responses: { 200: json(dataOf(IdBody), 'The void invoice') },
})

const regenerateInvoiceRoute = apiRoute({
  method: 'post',
  path: '/v1/invoices/regenerate',
  access: 'write',
  operationId: 'regenerateInvoice',
  tags,
  summary: 'Compute a void invoice anew, from the usage, rates, terms and balances of now',
  request: { body: jsonBody(IdBody) },
  responses: { 200: json(dataOf(IdBody), 'The invoice that takes its place; it is final at once') },
})

const updateInvoiceIssueDateRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/updateInvoiceIssueDate',
  access: 'write',
  operationId: 'updateInvoiceIssueDate',
  tags: ['Contracts'],
  summary: 'Issue a draft on another date, which leaves its schedule as it is',
  request: { body: jsonBody(z.object({ invoice_id: Id, issue_date: Timestamp })) },
  responses: { 200: json(dataOf(IdBody), 'The invoice') },
})

export function invoiceCorrectionRoutes(app: App): void {
  app.openapi(voidInvoiceRoute, async (c) => {
    const { environment, now } = c.var
    const voided = await voidInvoice(c.env, environment, c.req.valid('json').id, now)
    if (!voided.ok) return fail(c, voided.error)
    return c.json({ data: { id: voided.value } }, 200)
  })

  app.openapi(regenerateInvoiceRoute, async (c) => {
    const { environment, now } = c.var
    const made = await regenerateInvoice(c.env, environment, c.req.valid('json').id, now)
    if (!made.ok) return fail(c, made.error)
    return c.json({ data: { id: made.value } }, 200)
  })

  app.openapi(updateInvoiceIssueDateRoute, async (c) => {
    const { environment, now } = c.var
    const { invoice_id: invoiceId, issue_date: issuedAt } = c.req.valid('json')
    const updated = await updateIssueDate(c.env, environment, { invoiceId, issuedAt }, now)
    if (!updated.ok) return fail(c, updated.error)
    return c.json({ data: { id: updated.value } }, 200)
  })
}
