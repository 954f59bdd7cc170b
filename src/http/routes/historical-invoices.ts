import { z } from '@hono/zod-openapi'
import {
  createHistoricalInvoices,
  type NewHistoricalInvoice,
} from '../../actions/create-historical-invoices.ts'
import { BILLABLE_STATUSES } from '../../core/invoices/billable-status.ts'
import { HISTORICAL_GRANULARITIES } from '../../core/invoices/historical-invoice.ts'
import { fail } from '../errors.ts'
import { apiRoute, type App } from '../route.ts'
import {
  CustomFields,
  dataOf,
  DecimalNumber,
  enumOf,
  HourTimestamp,
  Id,
  json,
  jsonBody,
  mapOf,
  Timestamp,
} from '../schemas.ts'
import { InvoiceBody, toApiInvoices } from './invoices.ts'

const GroupValues = mapOf(z.string(), { type: 'string' })

const Dates = { inclusive_start_date: HourTimestamp, exclusive_end_date: HourTimestamp }

const NewLine = z.object({
  product_id: Id,
  ...Dates,
  quantity: DecimalNumber.optional().openapi({
    description: 'As billed; it has the price of the start of its time.',
  }),
  subtotals_with_quantity: z
    .array(z.object({ ...Dates, quantity: DecimalNumber }))
    .min(1)
    .max(800)
    .optional()
    .openapi({ description: 'The course of the quantity, for breakdowns.' }),
  pricing_group_values: GroupValues.optional(),
  presentation_group_values: GroupValues.optional(),
})

const NewInvoice = z.object({
  customer_id: Id,
  contract_id: Id,
  credit_type_id: Id,
  ...Dates,
  issue_date: Timestamp,
  usage_line_items: z.array(NewLine).min(1).max(1_000),
  breakdown_granularity: enumOf(HISTORICAL_GRANULARITIES).optional(),
  billable_status: z.enum(BILLABLE_STATUSES).optional(),
  custom_fields: CustomFields.optional(),
})

const createHistoricalInvoicesRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/createHistoricalInvoices',
  access: 'write',
  operationId: 'createHistoricalInvoices',
  tags: ['Contracts'],
  summary: 'Make usage invoices for the past from given quantities',
  description:
    "The quantities are charged at the contract's prices and draw on its commits and credits, and the invoices are final at once. Each covers whole statement periods that are over and have no other invoice; these periods are not invoiced again. With preview, nothing is kept.",
  request: {
    body: jsonBody(
      z.object({ invoices: z.array(NewInvoice).min(1).max(50), preview: z.boolean() }),
    ),
  },
  responses: {
    200: json(dataOf(z.array(InvoiceBody)), 'The invoices, in the order of the request'),
  },
})

export function historicalInvoiceRoutes(app: App): void {
  app.openapi(createHistoricalInvoicesRoute, async (c) => {
    const { environment, now, newId } = c.var
    const { invoices: asked, preview } = c.req.valid('json')
    const invoices = asked.map((invoice, i) => fromApiInvoice(invoice, newId(), `invoices[${i}]`))
    const input = { invoices, isPreview: preview }
    const made = await createHistoricalInvoices(c.env, environment, input, now)
    if (!made.ok) return fail(c, made.error)
    return c.json({ data: await toApiInvoices(c, made.value) }, 200)
  })
}

function fromApiInvoice(
  invoice: z.output<typeof NewInvoice>,
  id: string,
  field: string,
): NewHistoricalInvoice {
  return {
    id,
    field,
    customerId: invoice.customer_id,
    contractId: invoice.contract_id,
    creditTypeId: invoice.credit_type_id,
    startMs: invoice.inclusive_start_date,
    endMs: invoice.exclusive_end_date,
    issuedAt: invoice.issue_date,
    granularity: invoice.breakdown_granularity,
    customFields: invoice.custom_fields ?? {},
    billableStatus: invoice.billable_status,
    lines: invoice.usage_line_items.map((line) => ({
      productId: line.product_id,
      startMs: line.inclusive_start_date,
      endMs: line.exclusive_end_date,
      quantity: line.quantity,
      subtotals: line.subtotals_with_quantity?.map((each) => ({
        startMs: each.inclusive_start_date,
        endMs: each.exclusive_end_date,
        quantity: each.quantity,
      })),
      pricingGroupValues: line.pricing_group_values,
      presentationGroupValues: line.presentation_group_values,
    })),
  }
}
