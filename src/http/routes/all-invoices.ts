import { z } from '@hono/zod-openapi'
import { parseDecimal, toText } from '../../core/decimal.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { formatInvoiceTimestamp } from '../../core/time.ts'
import { listIndexedInvoices, type IndexedInvoice } from '../../db/list-invoices.ts'
import { invoices } from '../../db/schema.ts'
import { fail } from '../errors.ts'
import { decodeCursor, encodeCursor, PAGE_LIMIT_MAX, PageQuery } from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import {
  CreditTypeBody,
  enumOf,
  Id,
  json,
  pageOf,
  Timestamp,
  TimestampText,
  toApiCreditType,
} from '../schemas.ts'

const TOTAL_LENGTH_MAX = 100

/** A number of a query string, with all its digits. */
const Total = z
  .string()
  .transform((text, context) => {
    const total = text.length > TOTAL_LENGTH_MAX ? null : parseDecimal(text)
    if (total !== null) return toText(total)
    context.addIssue({
      code: 'custom',
      message: `expected a number of at most ${TOTAL_LENGTH_MAX} characters`,
    })
    return z.NEVER
  })
  .openapi({ type: 'number' })

export const IndexedInvoiceBody = z
  .object({
    id: Id,
    customer: z.object({ id: Id, name: z.string() }),
    contract_id: Id,
    type: z.enum(invoices.type.enumValues),
    status: z.enum(invoices.status.enumValues),
    issued_at: TimestampText,
    start_timestamp: TimestampText.optional().openapi({ description: 'Of usage invoices.' }),
    end_timestamp: TimestampText.optional(),
    credit_type: CreditTypeBody,
    total: z.number(),
  })
  .openapi('IndexedInvoice')

const listAllInvoicesRoute = apiRoute({
  method: 'get',
  path: '/v1/invoices',
  isOwn: true,
  access: 'read',
  operationId: 'listAllInvoices',
  tags: ['Invoices'],
  summary: 'List the finalized and void invoices of all customers',
  description:
    'Drafts are not among them: they are computed when their customer is asked for. A page may hold fewer rows than its limit, even none, while next_page is not null: filters read a bounded number of invoices for each page.',
  request: {
    query: PageQuery.extend({
      status: enumOf(invoices.status.enumValues).optional(),
      type: enumOf(invoices.type.enumValues).optional(),
      customer_id: Id.optional(),
      contract_id: Id.optional(),
      credit_type_id: Id.optional(),
      customer_name: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .openapi({ description: "Part of the customer's name, in any case." }),
      issued_from: Timestamp.optional().openapi({ description: 'Issued then or later.' }),
      issued_before: Timestamp.optional().openapi({ description: 'Issued before then.' }),
      starting_on: Timestamp.optional().openapi({
        description: 'Periods start then or later; of scheduled invoices, the date of issue.',
      }),
      ending_before: Timestamp.optional().openapi({ description: 'Periods end before then.' }),
      minimum_total: Total.optional().openapi({
        description: "In the invoice's own currency, inclusive; compared exactly.",
      }),
      maximum_total: Total.optional().openapi({ description: 'Inclusive as well.' }),
      sort: z
        .enum(['date_asc', 'date_desc'], { error: 'expected date_asc or date_desc' })
        .optional()
        .openapi({ description: 'By date of issue; date_asc if omitted.' }),
    }),
  },
  responses: { 200: json(pageOf(IndexedInvoiceBody), 'A page of invoices, by date of issue') },
})

export function allInvoiceRoutes(app: App): void {
  app.openapi(listAllInvoicesRoute, async (c) => {
    const { db, environment } = c.var
    const { limit = PAGE_LIMIT_MAX, next_page, ...asked } = c.req.valid('query')
    const question = `all invoices ${JSON.stringify(asked)}`
    const cursor = decodeCursor(question, next_page, ['number', 'string'])
    if (!cursor.ok) return fail(c, cursor.error)
    const filter = {
      status: asked.status,
      type: asked.type,
      customerId: asked.customer_id,
      contractId: asked.contract_id,
      creditTypeId: asked.credit_type_id,
      customerName: asked.customer_name,
      issuedFrom: asked.issued_from,
      issuedBefore: asked.issued_before,
      startingOn: asked.starting_on,
      endingBefore: asked.ending_before,
      minimumTotal: asked.minimum_total,
      maximumTotal: asked.maximum_total,
      sort: asked.sort ?? 'date_asc',
    }
    const from = cursor.value && { issuedAt: Number(cursor.value[0]), id: String(cursor.value[1]) }
    const { rows, next } = await listIndexedInvoices(db, environment.id, filter, from, limit)
    const nextPage = next === null ? null : encodeCursor(question, [next.issuedAt, next.id])
    return c.json({ data: rows.map(toApiIndexedInvoice), next_page: nextPage }, 200)
  })
}

function toApiIndexedInvoice(row: IndexedInvoice): z.input<typeof IndexedInvoiceBody> {
  const { periodStart, periodEnd } = row
  return {
    id: row.id,
    customer: { id: row.customerId, name: row.customerName },
    contract_id: row.contractId,
    type: row.type,
    status: row.status,
    issued_at: formatInvoiceTimestamp(row.issuedAt),
    ...(periodStart !== null && { start_timestamp: formatInvoiceTimestamp(periodStart) }),
    ...(periodEnd !== null && { end_timestamp: formatInvoiceTimestamp(periodEnd) }),
    credit_type: toApiCreditType(row.creditTypeId),
    total: jsonNumber(row.total),
  }
}
