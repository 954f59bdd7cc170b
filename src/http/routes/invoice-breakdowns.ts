import type { BreakdownPlace } from '../../core/invoices/breakdown-windows.ts'
import { ok, refuse, type Result } from '../../core/result.ts'
import { accountOf } from '../../objects/account.ts'
import { fail } from '../errors.ts'
import {
  decodeCursor,
  encodeCursor,
  PAGE_LIMIT_MAX,
  PageQuery,
  type CursorKey,
} from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import {
  CustomerParams,
  enumOf,
  Id,
  json,
  pageOf,
  Timestamp,
  TimestampText,
  toApiTimestamp,
} from '../schemas.ts'
import { InvoiceBody, InvoiceSort, SkipZeroLines, toApiInvoices } from './invoices.ts'

export const BreakdownBody = InvoiceBody.extend({
  breakdown_start_timestamp: TimestampText,
  breakdown_end_timestamp: TimestampText,
}).openapi('BreakdownInvoice')

const listBreakdownsRoute = apiRoute({
  method: 'get',
  path: '/v1/customers/{customer_id}/invoices/breakdowns',
  access: 'read',
  operationId: 'listInvoiceBreakdowns',
  tags: ['Invoices'],
  summary: "List a customer's usage invoices by the hour or day",
  description:
    'Each row is what a window added to an invoice: its quantities and totals are those at the end of the window less those at its start, so all windows of an invoice add up to it. Fixed charges are in the window of their date. Finalized invoices are shown as they were finalized: usage that came later moves nothing beyond what they bill. A page covers at most 35 days, or 24 hours.',
  request: {
    params: CustomerParams,
    query: PageQuery.extend({
      starting_on: Timestamp.openapi({ description: 'Windows start then or later.' }),
      ending_before: Timestamp.openapi({ description: 'Windows end then or before.' }),
      window_size: enumOf(['HOUR', 'DAY']).optional().openapi({ description: 'Day if omitted.' }),
      status: enumOf(['DRAFT', 'FINALIZED']).optional(),
      credit_type_id: Id.optional(),
      sort: InvoiceSort.optional(),
      skip_zero_qty_line_items: SkipZeroLines,
    }),
  },
  responses: { 200: json(pageOf(BreakdownBody), 'A page of windows, by their start') },
})

export function invoiceBreakdownRoutes(app: App): void {
  app.openapi(listBreakdownsRoute, async (c) => {
    const { environment, now } = c.var
    const { customer_id } = c.req.valid('param')
    const {
      limit = PAGE_LIMIT_MAX,
      next_page,
      skip_zero_qty_line_items,
      ...asked
    } = c.req.valid('query')
    const question = `breakdowns ${customer_id} ${JSON.stringify(asked)}`
    const after = readPlace(question, next_page)
    if (!after.ok) return fail(c, after.error)
    const query = {
      size: asked.window_size ?? 'DAY',
      status: asked.status,
      creditTypeId: asked.credit_type_id,
      startMs: asked.starting_on,
      endMs: asked.ending_before,
      sort: asked.sort ?? 'date_asc',
      limit,
      after: after.value,
    }
    const account = accountOf(c.env, environment.id, customer_id)
    const call = { environmentId: environment.id, customerId: customer_id, now }
    const page = await account.breakDownInvoices({ ...call, query })
    if (!page.ok) return fail(c, page.error)
    const { breakdowns, last } = page.value
    const invoices = await toApiInvoices(
      c,
      breakdowns.map(({ invoice }) => invoice),
      { skipZeroLines: skip_zero_qty_line_items },
    )
    const data = invoices.map((invoice, i) => ({
      ...invoice,
      breakdown_start_timestamp: toApiTimestamp(breakdowns[i]!.startingAt),
      breakdown_end_timestamp: toApiTimestamp(breakdowns[i]!.endingBefore),
    }))
    return c.json({ data, next_page: last && encodeCursor(question, keyOf(last)) }, 200)
  })
}

/** Where a page of breakdowns goes on; null for the first. */
export function readPlace(
  question: string,
  cursor: string | undefined,
): Result<BreakdownPlace | null> {
  const key = decodeCursor(question, cursor, ['number', 'number', 'string'])
  if (!key.ok) return refuse(key.error.code, key.error.message)
  if (key.value === null) return ok(null)
  const [windowStart, issuedAt, id] = key.value as [number, number, string]
  return ok({ windowStart, issuedAt, id })
}

export function keyOf({ windowStart, issuedAt, id }: BreakdownPlace): CursorKey {
  return [windowStart, issuedAt, id]
}
