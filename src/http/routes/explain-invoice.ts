import { z } from '@hono/zod-openapi'
import { countEvents } from '../../actions/count-events.ts'
import type { Invoice, InvoiceLine, UsageLine } from '../../core/invoices/invoice.ts'
import {
  countPlan,
  selectLineEvents,
  type EventSelection,
} from '../../core/invoices/line-events.ts'
import type { BillableMetric } from '../../core/metering/metric.ts'
import { assert, unreachable } from '../../core/result.ts'
import { loadMetrics } from '../../db/billable-metrics.ts'
import { accountOf } from '../../objects/account.ts'
import type { AppContext } from '../context.ts'
import { readCreditTypeNames, type CreditTypeNames } from '../credit-type-names.ts'
import { fail } from '../errors.ts'
import { decodeCursor, encodeCursor } from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import { CustomerParams, Id, json, pageOf, QueryBoolean } from '../schemas.ts'
import {
  ExplanationBody,
  explainApplied,
  explainComposite,
  explainConversion,
  explainFixed,
  explainSubscription,
  explainUsage,
} from './line-explanation.ts'

/** Counting the events of a line may mean to read all that the customer ever sent. */
const LINES_MAX = 25

const explainInvoiceRoute = apiRoute({
  method: 'get',
  path: '/v1/customers/{customer_id}/invoices/{invoice_id}/explain',
  isOwn: true,
  access: 'read',
  operationId: 'explainInvoice',
  tags: ['Invoices'],
  summary: 'Explain the lines of an invoice',
  description:
    'For each line: what was metered, how it was converted and rounded, the rate and the override that priced it and the overrides that did not, the walk along the tiers, the commit or credit that pays and why it is that one, and where to find the events. A draft is computed anew for each page.',
  request: {
    params: CustomerParams.extend({ invoice_id: Id }),
    query: z.object({
      limit: z.coerce
        .number({ error: `expected a whole number from 1 to ${LINES_MAX}` })
        .int()
        .min(1, { error: `expected a whole number from 1 to ${LINES_MAX}` })
        .max(LINES_MAX, { error: `expected a whole number from 1 to ${LINES_MAX}` })
        .optional()
        .openapi({ description: `Lines a page, 1 to ${LINES_MAX}; ${LINES_MAX} if omitted.` }),
      next_page: z.string().optional().openapi({ description: 'The cursor of the page before.' }),
      skip_event_counts: QueryBoolean.optional().openapi({
        type: 'boolean',
        description: 'Leave out the counts of events, for which they are read.',
      }),
    }),
  },
  responses: { 200: json(pageOf(ExplanationBody), 'A page of lines, in the order of the invoice') },
})

export function explainInvoiceRoutes(app: App): void {
  app.openapi(explainInvoiceRoute, async (c) => {
    const { environment, now } = c.var
    const { customer_id: customerId, invoice_id: invoiceId } = c.req.valid('param')
    const { limit = LINES_MAX, next_page, skip_event_counts } = c.req.valid('query')
    const question = `explain ${invoiceId}`
    const cursor = decodeCursor(question, next_page, ['number'])
    if (!cursor.ok) return fail(c, cursor.error)
    const account = accountOf(c.env, environment.id, customerId)
    const call = { environmentId: environment.id, customerId, now }
    const invoice = await account.getInvoice({ ...call, invoiceId })
    if (!invoice.ok) return fail(c, invoice.error)
    const { lines } = invoice.value
    const from = Number(cursor.value?.[0] ?? 0)
    const page = lines.slice(from, from + limit)
    const data = await explainLines(c, invoice.value, page, skip_event_counts === true)
    const end = from + page.length
    const hasMore = end < lines.length
    return c.json({ data, next_page: hasMore ? encodeCursor(question, [end]) : null }, 200)
  })
}

type Counter = (
  customerId: string,
  metric: BillableMetric,
  selections: EventSelection[],
) => Promise<number>

/** Whose usage a line is of, and in which period: a consolidated invoice has copies of lines. */
function ownerOf(invoice: Invoice, { origin }: InvoiceLine) {
  return invoice.constituents?.find(({ invoiceId }) => invoiceId === origin?.invoiceId) ?? invoice
}

async function explainLines(
  c: AppContext,
  invoice: Invoice,
  lines: readonly InvoiceLine[],
  isUncounted: boolean,
): Promise<z.input<typeof ExplanationBody>[]> {
  const { db, environment } = c.var
  const usage = lines.filter(isUsage)
  const metricIds = [...new Set(usage.map((line) => line.derivation.metricId))]
  const metrics = await loadMetrics(db, environment.id, metricIds)
  const names = await readCreditTypeNames(db, environment.id, lines.flatMap(creditTypesOf))
  const count = isUncounted ? null : eventCounter(c)
  const explained = []
  for (const line of lines) {
    if (isUsage(line)) {
      const metric = metrics.find(({ id }) => id === line.derivation.metricId)
      assert(metric !== undefined, 'the metric of a line is kept')
      explained.push(await explainMetered({ invoice, line, metric }, count, names))
    } else explained.push(explainOther(line, names))
  }
  return explained
}

function explainOther(line: Exclude<InvoiceLine, UsageLine>, names: CreditTypeNames) {
  switch (line.type) {
    case 'usage':
      return explainComposite(line, names)
    case 'subscription':
      return explainSubscription(line, names)
    case 'cpu_conversion':
      return explainConversion(line, names)
    case 'applied_commit_or_credit':
      return explainApplied(line, names)
    case 'scheduled':
    case 'commit_purchase':
      return explainFixed(line, names)
    default:
      return unreachable(line)
  }
}

function isUsage(line: InvoiceLine): line is UsageLine {
  return line.type === 'usage' && line.productType === 'UsageProductListItem'
}

function creditTypesOf(line: InvoiceLine): string[] {
  const own = [line.creditTypeId]
  if (line.type === 'cpu_conversion') return [...own, line.derivation.customCreditTypeId]
  if (line.type !== 'usage' || isUsage(line)) return own
  return [...own, ...line.derivation.shares.map(({ creditTypeId }) => creditTypeId)]
}

async function explainMetered(
  { invoice, line, metric }: { invoice: Invoice; line: UsageLine; metric: BillableMetric },
  count: Counter | null,
  names: CreditTypeNames,
) {
  const owner = ownerOf(invoice, line)
  const selections = selectLineEvents(owner, line, metric)
  const counted = count === null ? undefined : await count(owner.customerId, metric, selections)
  return explainUsage(line, { invoice: owner, metric, selections, count: counted }, names)
}

/** Lines that differ only in their tier have the same events. */
function eventCounter(c: AppContext): Counter {
  const counts = new Map<string, Promise<string>>()
  return async (customerId, metric, selections) => {
    let total = 0
    for (const { startMs, endMs, conditions } of selections) {
      const key = JSON.stringify([customerId, metric.id, startMs, endMs, conditions])
      let count = counts.get(key)
      if (count === undefined) {
        const plan = countPlan(metric, conditions)
        count = countEvents(c.env, c.var.environment, { customerId, plan, startMs, endMs })
        counts.set(key, count)
      }
      total += Number(await count)
    }
    return total
  }
}
