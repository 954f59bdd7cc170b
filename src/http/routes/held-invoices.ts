import { z } from '@hono/zod-openapi'
import { releaseHeld } from '../../actions/release-held.ts'
import { retryHeld } from '../../actions/retry-held.ts'
import { listHeldInvoices, type HeldInvoice } from '../../db/held-invoices.ts'
import { fail } from '../errors.ts'
import { decodeCursor, encodeCursor, PAGE_LIMIT_MAX, PageQuery } from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import {
  dataOf,
  DecimalNumber,
  Id,
  json,
  jsonBody,
  pageOf,
  TimestampText,
  toApiTimestamp,
  WellFormedText,
} from '../schemas.ts'
import { HoldReasonBody, toApiHoldReason } from './hold-reason-body.ts'
import { InvoiceBody, toApiInvoices } from './invoices.ts'

const tags = ['Invoices']

export const HeldInvoiceBody = HoldReasonBody.extend({
  invoice_id: Id,
  customer_id: Id,
  contract_id: Id,
  type: z.enum(['USAGE', 'SCHEDULED', 'USAGE_CONSOLIDATED']),
  start_timestamp: TimestampText.openapi({ description: 'Of scheduled invoices, their date.' }),
  end_timestamp: TimestampText,
  since: TimestampText.openapi({ description: 'When it was held back first.' }),
  last_tried_at: TimestampText,
  attempts: z.number(),
}).openapi('HeldInvoice')

const listHeldRoute = apiRoute({
  method: 'get',
  path: '/v1/invoices/held',
  isOwn: true,
  access: 'read',
  operationId: 'listHeldInvoices',
  tags,
  summary: 'List the invoices that are due and held back, with the reason of each',
  description:
    'An invoice becomes final only if the stored events, read a second time, make the same. Until then it stays a draft and is tried again, after 1, 2, 4 … and at most 64 minutes; in frozen sandboxes with each move of the clock. Scheduled invoices of one date of a contract are on one page, and count as one.',
  request: { query: PageQuery.extend({ customer_id: Id.optional() }) },
  responses: { 200: json(pageOf(HeldInvoiceBody), 'Held invoices, those that wait longest first') },
})

const retryHeldRoute = apiRoute({
  method: 'post',
  path: '/v1/invoices/held/{invoice_id}/retry',
  isOwn: true,
  access: 'write',
  operationId: 'retryHeldInvoice',
  tags,
  // Asked again, it tries again.
  keepsAnswer: false,
  summary: 'Try at once to finalize an invoice that is held back',
  request: { params: z.object({ invoice_id: Id }) },
  responses: {
    200: json(
      dataOf(
        z.object({
          invoice_id: Id,
          outcome: z.enum(['FINALIZED', 'HELD']).openapi({
            description: 'FINALIZED: it is no longer held back.',
          }),
          reason: HoldReasonBody.nullable(),
        }),
      ),
      'What came of it',
    ),
  },
})

const REASON_MAX = 1_000

const releaseHeldRoute = apiRoute({
  method: 'post',
  path: '/v1/invoices/held/release',
  isOwn: true,
  access: 'write',
  operationId: 'releaseHeldInvoice',
  tags,
  summary: 'Make an invoice final that is held back and cannot be proven',
  description:
    'The way out where a proof cannot come right again, as with a damaged log. The invoice is made final as its draft stands, from the running aggregates, and says so for good, with who asked for it, why, and what had held it back. Not for one that waits for another invoice, nor while events of its period wait in the ingest queue or among its dead letters. Asked again with the same words, it answers the same.',
  request: {
    body: jsonBody(
      z.object({
        customer_id: Id,
        invoice_id: Id,
        expected_total: DecimalNumber.openapi({
          description:
            'The total of the draft as you have seen it; a conflict if it is another by now.',
        }),
        reason: WellFormedText.pipe(
          z.string().trim().min(1, { error: 'expected a reason' }).max(REASON_MAX),
        ),
      }),
    ),
  },
  responses: { 200: json(dataOf(InvoiceBody), 'The final invoice') },
})

const TYPES = {
  'finalize-usage-invoice': 'USAGE',
  'finalize-scheduled-invoice': 'SCHEDULED',
  'finalize-consolidated-invoices': 'USAGE_CONSOLIDATED',
} as const

export function heldInvoiceRoutes(app: App): void {
  app.openapi(listHeldRoute, async (c) => {
    const { db, environment } = c.var
    const { limit = PAGE_LIMIT_MAX, next_page, customer_id } = c.req.valid('query')
    const question = `held invoices ${customer_id ?? ''}`
    const cursor = decodeCursor(question, next_page, ['number', 'string'])
    if (!cursor.ok) return fail(c, cursor.error)
    const from = cursor.value && { since: Number(cursor.value[0]), dueId: String(cursor.value[1]) }
    const found = await listHeldInvoices(db, environment.id, customer_id, from, limit + 1)
    const page = found.slice(0, limit)
    const last = found.length > limit ? page.at(-1) : undefined
    const nextPage = last === undefined ? null : encodeCursor(question, [last.since, last.dueId])
    return c.json({ data: page.flatMap(toApiHeldEach), next_page: nextPage }, 200)
  })

  app.openapi(retryHeldRoute, async (c) => {
    const { db, environment, now } = c.var
    const { invoice_id } = c.req.valid('param')
    const retried = await retryHeld(c.env, db, environment.id, invoice_id, now)
    if (!retried.ok) return fail(c, retried.error)
    const held = retried.value
    const outcome = held === null ? ('FINALIZED' as const) : ('HELD' as const)
    const reason = held && toApiHoldReason(held)
    return c.json({ data: { invoice_id, outcome, reason } }, 200)
  })

  app.openapi(releaseHeldRoute, async (c) => {
    const { db, environment, principal, now } = c.var
    const { tokenId, tokenName } = principal
    const body = c.req.valid('json')
    const asked = {
      customerId: body.customer_id,
      invoiceId: body.invoice_id,
      expectedTotal: body.expected_total,
      reason: body.reason,
      tokenId,
      tokenName,
    }
    const released = await releaseHeld(c.env, db, environment.id, asked, now)
    if (!released.ok) return fail(c, released.error)
    const [data] = await toApiInvoices(c, [released.value])
    return c.json({ data: data! }, 200)
  })
}

/** Scheduled invoices of one date are tried together, and each has its own reason. */
function toApiHeldEach(row: HeldInvoice): z.input<typeof HeldInvoiceBody>[] {
  const others = row.others ?? []
  const each = others.map(({ invoiceId, reason }) => ({ ...row, invoiceId, ...reason }))
  return [row, ...each].map(toApiHeld)
}

function toApiHeld(row: HeldInvoice): z.input<typeof HeldInvoiceBody> {
  return {
    invoice_id: row.invoiceId,
    customer_id: row.customerId,
    contract_id: row.contractId,
    type: TYPES[row.kind],
    start_timestamp: toApiTimestamp(row.periodStart),
    end_timestamp: toApiTimestamp(row.periodEnd),
    ...toApiHoldReason(row),
    since: toApiTimestamp(row.since),
    last_tried_at: toApiTimestamp(row.triedAt),
    attempts: row.attempts,
  }
}
