import { z } from '@hono/zod-openapi'
import { accountOf } from '../../objects/account.ts'
import { fail } from '../errors.ts'
import { encodeCursor, PAGE_LIMIT_MAX } from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import {
  CustomerParams,
  enumOf,
  Id,
  json,
  jsonBody,
  mapOf,
  pageOf,
  Timestamp,
  TimestampText,
  toApiTimestamp,
} from '../schemas.ts'
import { keyOf, readPlace } from './invoice-breakdowns.ts'
import { InvoiceBody, IncludeListPrices, InvoiceSort, toApiInvoices } from './invoices.ts'

const SpendBody = InvoiceBody.pick({
  id: true,
  customer_id: true,
  contract_id: true,
  type: true,
  status: true,
  start_timestamp: true,
  end_timestamp: true,
  issued_at: true,
  credit_type: true,
  line_items: true,
})
  .extend({ breakdown_start_timestamp: TimestampText, breakdown_end_timestamp: TimestampText })
  .openapi('SpendBreakdown')

const SpendQuery = z.object({
  starting_on: Timestamp.openapi({ description: 'Windows start then or later.' }),
  ending_before: Timestamp.openapi({ description: 'Windows end then or before.' }),
  window_size: enumOf(['HOUR', 'DAY', 'NONE'])
    .optional()
    .openapi({ description: 'Day if omitted; none: each invoice is one window.' }),
  group_keys: z.array(z.string()).max(10).optional().openapi({
    description: "Lines are split by these properties, in place of the products' own.",
  }),
  group_filters: mapOf(z.array(z.string()).max(1_000), { type: 'array' })
    .optional()
    .openapi({ description: 'Values that count, by property; none: all of them, together.' }),
  credit_type_id: Id.optional(),
  skip_zero_qty_line_items: z.boolean().optional(),
  sort: InvoiceSort.optional(),
  limit: z.number().int().min(1).max(PAGE_LIMIT_MAX).optional(),
  next_page: z.string().optional(),
})

const listSpendBreakdownsRoute = apiRoute({
  method: 'post',
  path: '/v1/customers/{customer_id}/invoices/spend-breakdowns',
  access: 'read',
  operationId: 'listSpendBreakdowns',
  tags: ['Invoices'],
  summary: "What a customer's usage costs, by the hour or day, told apart by any property",
  description:
    "Before commits and credits pay, and from the usage and terms of now. All properties that are named, and those of pricing, must be in one group key of the product's metric; other products keep their own keys, and pass no filter. So do products whose price depends on the grouping (maxima, tiers, rounding, overrides for commits or presentation values), which are not filtered. Composites count what is spent on their contract.",
  request: {
    params: CustomerParams,
    query: z.object({ include_list_prices: IncludeListPrices }),
    body: jsonBody(SpendQuery),
  },
  responses: { 200: json(pageOf(SpendBody), 'A page of windows, by their start') },
})

export function spendBreakdownRoutes(app: App): void {
  app.openapi(listSpendBreakdownsRoute, async (c) => {
    const { environment, now } = c.var
    const { customer_id } = c.req.valid('param')
    const {
      limit = PAGE_LIMIT_MAX,
      next_page,
      skip_zero_qty_line_items: skipZeroLines,
      ...asked
    } = c.req.valid('json')
    const question = `spend ${customer_id} ${JSON.stringify(asked)}`
    const after = readPlace(question, next_page)
    if (!after.ok) return fail(c, after.error)
    const query = {
      size: asked.window_size ?? 'DAY',
      creditTypeId: asked.credit_type_id,
      startMs: asked.starting_on,
      endMs: asked.ending_before,
      sort: asked.sort ?? 'date_asc',
      limit,
      after: after.value,
    }
    const grouping = { groupKeys: asked.group_keys, groupFilters: asked.group_filters ?? {} }
    const account = accountOf(c.env, environment.id, customer_id)
    const call = { environmentId: environment.id, customerId: customer_id, now }
    const page = await account.breakDownSpend({ ...call, query, grouping })
    if (!page.ok) return fail(c, page.error)
    const { breakdowns, last } = page.value
    const invoices = await toApiInvoices(
      c,
      breakdowns.map(({ invoice }) => invoice),
      { skipZeroLines, withListPrices: c.req.valid('query').include_list_prices },
    )
    const data = invoices.map((invoice, i) => ({
      id: invoice.id,
      customer_id: invoice.customer_id,
      contract_id: invoice.contract_id,
      type: invoice.type,
      status: invoice.status,
      start_timestamp: invoice.start_timestamp,
      end_timestamp: invoice.end_timestamp,
      issued_at: invoice.issued_at,
      credit_type: invoice.credit_type,
      line_items: invoice.line_items,
      breakdown_start_timestamp: toApiTimestamp(breakdowns[i]!.startingAt),
      breakdown_end_timestamp: toApiTimestamp(breakdowns[i]!.endingBefore),
    }))
    return c.json({ data, next_page: last && encodeCursor(question, keyOf(last)) }, 200)
  })
}
