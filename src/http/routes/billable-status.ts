import { z } from '@hono/zod-openapi'
import { BILLABLE_STATUSES } from '../../core/invoices/billable-status.ts'
import { accountOf } from '../../objects/account.ts'
import { fail } from '../errors.ts'
import { apiRoute, type App } from '../route.ts'
import { dataOf, Id, json, jsonBody, Timestamp } from '../schemas.ts'

const Status = z.enum(BILLABLE_STATUSES, { error: 'expected billable or unbillable' })

const setBillableStatusRoute = apiRoute({
  method: 'post',
  path: '/v1/customers/setBillableStatus',
  access: 'write',
  operationId: 'setBillableStatus',
  tags: ['Customers'],
  summary: "Mark a customer's invoices as billable or not from a date on",
  description:
    'Usage invoices go by the start of their period, others by their date of issue; it replaces what was said of that date and later ones before. Invoices show it as billable_status once it was set.',
  request: {
    body: jsonBody(z.object({ customer_id: Id, billable_status: Status, effective_at: Timestamp })),
  },
  responses: {
    200: json(
      dataOf(z.object({ id: Id, current_billable_status: z.enum(BILLABLE_STATUSES) })),
      'The customer, with its status of now',
    ),
  },
})

export function billableStatusRoutes(app: App): void {
  app.openapi(setBillableStatusRoute, async (c) => {
    const { environment, now } = c.var
    const { customer_id, billable_status: status, effective_at } = c.req.valid('json')
    const account = accountOf(c.env, environment.id, customer_id)
    const call = { environmentId: environment.id, customerId: customer_id, now }
    const set = await account.setBillableStatus({ ...call, status, effectiveAt: effective_at })
    if (!set.ok) return fail(c, set.error)
    return c.json({ data: { id: customer_id, current_billable_status: set.value } }, 200)
  })
}
