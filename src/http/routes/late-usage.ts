import { z } from '@hono/zod-openapi'
import type { LatePosition } from '../../actions/late-events.ts'
import {
  correctedTotal,
  listLateInvoices,
  readLateUsage,
  type LateInvoice,
} from '../../actions/late-usage.ts'
import type { CorrectedLine } from '../../core/invoices/correct-usage.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { formatInvoiceTimestamp } from '../../core/time.ts'
import { readCreditTypeNames, type CreditTypeNames } from '../credit-type-names.ts'
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
  CreditTypeBody,
  CustomerParams,
  dataOf,
  Id,
  json,
  pageOf,
  TimestampText,
  toApiCreditType,
} from '../schemas.ts'
import { FoundEventBody, toApiEvents } from './found-events.ts'

const tags = ['Invoices']

/** So many invoices are computed again for a page of them. */
const SCANNED_MAX = 10

const CorrectedLineBody = z
  .object({
    product: z.object({ id: Id, name: z.string() }),
    dimensions: z.record(z.string(), z.string().nullable()).openapi({
      description: 'The values of the pricing and presentation group keys.',
    }),
    credit_type: CreditTypeBody,
    quantity_before: z.number(),
    quantity_after: z.number(),
    total_before: z.number().openapi({ description: 'Before commits and credits pay.' }),
    total_after: z.number(),
  })
  .openapi('CorrectedLine')

export const CorrectionBody = z
  .object({
    invoice_id: Id,
    status: z.string(),
    start_timestamp: TimestampText,
    end_timestamp: TimestampText,
    total: z.number(),
    corrected_total: z.number().openapi({
      description: 'The total with the difference: what it comes to where no balance pays for it.',
    }),
    difference: z.number().openapi({
      description:
        "Of the lines for usage, in the invoice's currency, at the invoice's own rates, overrides, conversions and roundings, before commits and credits pay; charges for a fraction of spend are not among it.",
    }),
    regenerated_total: z.number().nullable().openapi({
      description:
        'What voiding and regenerating would charge now: by the usage, rates, terms and balances of now. Null where that is not known before: the invoice drew on what another customer shares, has been regenerated, or cannot be.',
    }),
    lines: z.array(CorrectedLineBody).openapi({ description: 'Those that differ.' }),
    events: z.array(FoundEventBody).openapi({
      description:
        'A page of the events that count in the period and that the invoice did not have: accepted since, or under an ingest id that came to the customer since. What left with an ingest id shows in the lines.',
    }),
    next_page: z.string().nullable().openapi({ description: 'Of the events.' }),
  })
  .openapi('InvoiceCorrection')

const getInvoiceCorrectionsRoute = apiRoute({
  method: 'get',
  path: '/v1/customers/{customer_id}/invoices/{invoice_id}/corrections',
  isOwn: true,
  access: 'read',
  operationId: 'getInvoiceCorrections',
  tags,
  summary: 'What late usage would change about a finalized or void usage invoice',
  description:
    'Final invoices never change by themselves: events that come late are accepted, and told here. A page may hold fewer events than its limit, even none, while next_page is not null.',
  request: { params: CustomerParams.extend({ invoice_id: Id }), query: PageQuery },
  responses: { 200: json(dataOf(CorrectionBody), 'The difference, and a page of the events') },
})

const LateInvoiceBody = z
  .object({
    invoice_id: Id,
    customer_id: Id,
    contract_id: Id,
    issued_at: TimestampText,
    credit_type: CreditTypeBody,
    total: z.number(),
    corrected_total: z.number().optional(),
    difference: z.number().optional(),
    changed_lines: z.number().optional(),
    error: z.string().optional().openapi({
      description: 'Why it cannot be told whether its usage has changed; then nothing else is.',
    }),
  })
  .openapi('LateInvoice')

const listInvoiceCorrectionsRoute = apiRoute({
  method: 'get',
  path: '/v1/invoices/corrections',
  isOwn: true,
  access: 'read',
  operationId: 'listInvoiceCorrections',
  tags,
  summary: 'List the finalized usage invoices whose usage has changed since',
  description: `By date of issue, newest first. Each page computes ${SCANNED_MAX} invoices again at most and tells those that differ: it may be empty while next_page is not null.`,
  request: {
    query: PageQuery.extend({
      limit: z.coerce
        .number({ error: `expected a whole number from 1 to ${SCANNED_MAX}` })
        .int()
        .min(1, { error: `expected a whole number from 1 to ${SCANNED_MAX}` })
        .max(SCANNED_MAX, { error: `expected a whole number from 1 to ${SCANNED_MAX}` })
        .optional()
        .openapi({ description: `Invoices looked at, 1 to ${SCANNED_MAX}.` }),
    }),
  },
  responses: { 200: json(pageOf(LateInvoiceBody), 'Those of the page that differ') },
})

export function lateUsageRoutes(app: App): void {
  app.openapi(getInvoiceCorrectionsRoute, async (c) => {
    const { db, environment, now } = c.var
    const { customer_id: customerId, invoice_id: invoiceId } = c.req.valid('param')
    const { limit = PAGE_LIMIT_MAX, next_page } = c.req.valid('query')
    const question = `corrections ${customerId} ${invoiceId}`
    const cursor = decodeCursor(question, next_page, ['string', 'string', 'string', 'number'])
    if (!cursor.ok) return fail(c, cursor.error)
    const from = cursor.value && fromCursor(cursor.value)
    const asked = { customerId, invoiceId, from, limit }
    const read = await readLateUsage({ env: c.env, db }, environment, asked, now)
    if (!read.ok) return fail(c, read.error)
    if (read.value === null) return fail(c, NO_CURSOR)
    const { lines, next, regeneratedTotal, ...late } = read.value
    const names = await readCreditTypeNames(
      db,
      environment.id,
      lines.map(({ creditTypeId }) => creditTypeId),
    )
    const data = {
      invoice_id: late.invoiceId,
      status: late.status,
      start_timestamp: formatInvoiceTimestamp(late.startMs),
      end_timestamp: formatInvoiceTimestamp(late.endMs),
      total: jsonNumber(late.total),
      corrected_total: jsonNumber(correctedTotal(late)),
      difference: jsonNumber(late.difference),
      regenerated_total: regeneratedTotal === null ? null : jsonNumber(regeneratedTotal),
      lines: lines.map((line) => toApiLine(line, names)),
      events: await toApiEvents(c, late.events),
      next_page: next === null ? null : encodeCursor(question, toCursor(next)),
    }
    return c.json({ data }, 200)
  })

  app.openapi(listInvoiceCorrectionsRoute, async (c) => {
    const { db, environment, now } = c.var
    const { limit = SCANNED_MAX, next_page } = c.req.valid('query')
    const question = 'invoice corrections'
    const cursor = decodeCursor(question, next_page, ['number', 'string'])
    if (!cursor.ok) return fail(c, cursor.error)
    const from = cursor.value && { issuedAt: Number(cursor.value[0]), id: String(cursor.value[1]) }
    const reach = { env: c.env, db }
    const { rows, next } = await listLateInvoices(reach, environment.id, from, limit, now)
    const data = rows.map((row) => ({
      invoice_id: row.invoiceId,
      customer_id: row.customerId,
      contract_id: row.contractId,
      issued_at: formatInvoiceTimestamp(row.issuedAt),
      credit_type: toApiCreditType(row.creditTypeId),
      total: jsonNumber(row.total),
      ...toApiChange(row),
    }))
    const nextPage = next === null ? null : encodeCursor(question, [next.issuedAt, next.id])
    return c.json({ data, next_page: nextPage }, 200)
  })
}

const NO_CURSOR = {
  code: 'invalid' as const,
  message: 'next_page: not a cursor that this API gave out',
}

function toApiChange({ total, change }: LateInvoice) {
  if ('error' in change) return { error: change.error }
  const { difference, changedLines } = change
  return {
    corrected_total: jsonNumber(correctedTotal({ total, difference })),
    difference: jsonNumber(difference),
    changed_lines: changedLines,
  }
}

function toApiLine(line: CorrectedLine, names: CreditTypeNames) {
  return {
    product: { id: line.productId, name: line.name },
    dimensions: { ...line.pricingGroupValues, ...line.presentationGroupValues },
    credit_type: toApiCreditType(line.creditTypeId, names),
    quantity_before: jsonNumber(line.quantityBefore),
    quantity_after: jsonNumber(line.quantityAfter),
    total_before: jsonNumber(line.totalBefore),
    total_after: jsonNumber(line.totalAfter),
  }
}

function toCursor({ of, meterName, source, row, index }: LatePosition): CursorKey {
  return [of, meterName, source, row, index]
}

function fromCursor([of, meterName, source, row, index]: CursorKey): LatePosition {
  return {
    of: of === 'came' ? 'came' : 'held',
    meterName: String(meterName),
    source: source === 'duplicates' ? 'duplicates' : 'log',
    row: Number(row),
    index: Number(index ?? 0),
  }
}
