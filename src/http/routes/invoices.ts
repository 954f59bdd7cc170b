import { z } from '@hono/zod-openapi'
import { showsInvoice, type EmbeddableInvoice } from '../../core/embed-options.ts'
import { BILLABLE_STATUSES } from '../../core/invoices/billable-status.ts'
import { INVOICE_TYPES, type Invoice } from '../../core/invoices/invoice.ts'
import type { Refusal } from '../../core/result.ts'
import { accountOf } from '../../objects/account.ts'
import type { AppContext } from '../context.ts'
import { readCreditTypeNames } from '../credit-type-names.ts'
import { fail } from '../errors.ts'
import { decodeCursor, encodeCursor, PAGE_LIMIT_MAX, PageQuery } from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import {
  CreditTypeBody,
  CustomerParams,
  dataOf,
  enumOf,
  Id,
  json,
  pageOf,
  QueryBoolean,
  Timestamp,
  TimestampText,
} from '../schemas.ts'
import { shownTo } from '../shown-to-customers.ts'
import { ReleaseBody } from './hold-reason-body.ts'
import { toApiInvoice, type InvoiceView } from './invoice-answers.ts'
import { CustomFieldsBody, LineItemBody } from './line-items.ts'
import { InvoiceRoyaltyBody } from './royalty-bodies.ts'

const tags = ['Invoices']

export const InvoiceBody = z
  .object({
    id: Id,
    customer_id: Id,
    contract_id: Id,
    type: z.string(),
    status: z.string(),
    start_timestamp: TimestampText.optional().openapi({ description: 'Of usage invoices.' }),
    end_timestamp: TimestampText.optional(),
    issued_at: TimestampText.openapi({
      description: 'The end of the period plus grace, or the date of a scheduled invoice.',
    }),
    credit_type: CreditTypeBody,
    total: z.number(),
    line_items: z.array(LineItemBody),
    net_payment_terms_days: z.number().optional(),
    netsuite_sales_order_id: z.string().optional(),
    salesforce_opportunity_id: z.string().optional(),
    reseller_royalty: InvoiceRoyaltyBody.optional(),
    constituent_invoices: z
      .array(z.object({ contract_id: Id, invoice_id: Id, customer_id: Id }))
      .optional()
      .openapi({ description: 'Of consolidated invoices: those that they join.' }),
    payer: z.object({ contract_id: Id, customer_id: Id }).optional().openapi({
      description: 'Of usage invoices inside a hierarchy: the contract whose customer pays.',
    }),
    regenerated_from_invoice_id: Id.optional().openapi({
      description: 'The void invoice that it takes the place of.',
    }),
    verification: z
      .object({ verified_at: TimestampText, events_read: z.number() })
      .optional()
      .openapi({
        description:
          "Of final invoices: when the stored events were read a second time and made the same, and how many of the customer's there were.",
      }),
    release: ReleaseBody.optional().openapi({
      description: 'Of invoices that were held back, and made final by hand without a proof.',
    }),
    billable_status: z.enum(BILLABLE_STATUSES).optional().openapi({
      description: 'Of customers whose status was set.',
    }),
    external_invoice: z.null(),
    custom_fields: CustomFieldsBody,
    contract_custom_fields: CustomFieldsBody,
    customer_custom_fields: CustomFieldsBody,
  })
  .openapi('Invoice')

export const SkipZeroLines = QueryBoolean.optional().openapi({
  type: 'boolean',
  description: 'Leave out lines of quantity zero.',
})

export const IncludeListPrices = QueryBoolean.optional().openapi({
  type: 'boolean',
  description: "Show the card's price on lines for usage and subscriptions.",
})

export const InvoiceSort = z.enum(['date_asc', 'date_desc'], {
  error: 'expected date_asc or date_desc',
})

/** It says which webhook made the client ask, and changes nothing. */
const WebhookNotificationId = z.string().optional()

const listInvoicesRoute = apiRoute({
  method: 'get',
  path: '/v1/customers/{customer_id}/invoices',
  access: 'read',
  embeddable: { by: 'path', in: ['invoices'] },
  operationId: 'listInvoices',
  tags,
  summary: "List a customer's invoices, drafts included",
  request: {
    params: CustomerParams,
    query: PageQuery.extend({
      status: enumOf(['DRAFT', 'FINALIZED', 'VOID']).optional(),
      type: enumOf(INVOICE_TYPES).optional(),
      contract_id: Id.optional(),
      credit_type_id: Id.optional(),
      starting_on: Timestamp.optional().openapi({
        description: 'Periods start then or later; of scheduled invoices, the date of issue.',
      }),
      ending_before: Timestamp.optional().openapi({ description: 'Periods end before then.' }),
      sort: InvoiceSort.optional(),
      skip_zero_qty_line_items: SkipZeroLines,
      include_list_prices: IncludeListPrices,
      webhook_notification_id: WebhookNotificationId,
    }),
  },
  responses: { 200: json(pageOf(InvoiceBody), 'A page of invoices, by date of issue') },
})

const getInvoiceRoute = apiRoute({
  method: 'get',
  path: '/v1/customers/{customer_id}/invoices/{invoice_id}',
  access: 'read',
  embeddable: { by: 'path', in: ['invoices'] },
  operationId: 'getInvoice',
  tags,
  summary: 'Get an invoice',
  request: {
    params: CustomerParams.extend({ invoice_id: Id }),
    query: z.object({
      skip_zero_qty_line_items: SkipZeroLines,
      include_list_prices: IncludeListPrices,
      webhook_notification_id: WebhookNotificationId,
    }),
  },
  responses: { 200: json(dataOf(InvoiceBody), 'The invoice; a draft is computed anew each time') },
})

export function invoiceRoutes(app: App): void {
  app.openapi(listInvoicesRoute, async (c) => {
    const { environment, now } = c.var
    const { customer_id } = c.req.valid('param')
    const {
      limit = PAGE_LIMIT_MAX,
      next_page,
      skip_zero_qty_line_items: skipZeroLines,
      include_list_prices: withListPrices,
      webhook_notification_id: _,
      ...filter
    } = c.req.valid('query')
    const question = `invoices ${customer_id} ${JSON.stringify(filter)}`
    const cursor = decodeCursor(question, next_page, ['number', 'string'])
    if (!cursor.ok) return fail(c, cursor.error)
    const query = {
      status: filter.status,
      type: filter.type,
      contractId: filter.contract_id,
      creditTypeId: filter.credit_type_id,
      startingOn: filter.starting_on,
      endingBefore: filter.ending_before,
      sort: filter.sort ?? 'date_asc',
      limit,
      after: cursor.value && { issuedAt: Number(cursor.value[0]), id: String(cursor.value[1]) },
    }
    const account = accountOf(c.env, environment.id, customer_id)
    const call = { environmentId: environment.id, customerId: customer_id, now }
    const page = await account.listInvoices({ ...call, query })
    if (!page.ok) return fail(c, page.error)
    const { invoices, hasMore } = page.value
    const last = hasMore ? invoices.at(-1) : undefined
    const nextPage = last === undefined ? null : encodeCursor(question, [last.issuedAt, last.id])
    const all = await toApiInvoices(c, invoices, { skipZeroLines, withListPrices })
    const data = shownTo(
      c.var.principal,
      all.filter((invoice) => isShown(c, invoice)),
    )
    return c.json({ data, next_page: nextPage }, 200)
  })

  app.openapi(getInvoiceRoute, async (c) => {
    const { environment, now } = c.var
    const { customer_id, invoice_id } = c.req.valid('param')
    const account = accountOf(c.env, environment.id, customer_id)
    const call = { environmentId: environment.id, customerId: customer_id, now }
    const invoice = await account.getInvoice({ ...call, invoiceId: invoice_id })
    if (!invoice.ok) return fail(c, invoice.error)
    const { skip_zero_qty_line_items: skipZeroLines, include_list_prices: withListPrices } =
      c.req.valid('query')
    const [data] = await toApiInvoices(c, [invoice.value], { skipZeroLines, withListPrices })
    if (!isShown(c, data!)) return fail(c, NOT_SHOWN)
    return c.json({ data: shownTo(c.var.principal, data!) }, 200)
  })
}

/** Whether whoever asks may read an invoice: an embedded page reads those that it is to show. */
export function isShown(c: AppContext, invoice: EmbeddableInvoice): boolean {
  const { embed } = c.var.principal
  return embed === undefined || showsInvoice(embed.options, invoice)
}

export const NOT_SHOWN: Refusal = {
  code: 'not_found',
  message: 'invoice_id: the embedded page shows no such invoice',
}

/** The invoices as they are answered, with the names of the units that they are in. */
export async function toApiInvoices(c: AppContext, invoices: Invoice[], view: InvoiceView = {}) {
  const { db, environment } = c.var
  const ids = invoices.flatMap(({ lines }) => lines.map(({ creditTypeId }) => creditTypeId))
  const names = await readCreditTypeNames(db, environment.id, ids)
  return invoices.map((invoice) => toApiInvoice(invoice, names, view))
}
