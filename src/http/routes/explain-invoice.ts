import { z } from '@hono/zod-openapi'
import { countEvents } from '../../actions/count-events.ts'
import type { Price } from '../../core/catalog/price.ts'
import { explainLine, type LineExplanation } from '../../core/invoices/explain-line.ts'
import type { Invoice, InvoiceLine, LinePricing } from '../../core/invoices/invoice.ts'
import {
  countPlan,
  selectLineEvents,
  type EventSelection,
} from '../../core/invoices/line-events.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { isSqlMetric, type BillableMetric } from '../../core/metering/metric.ts'
import { assert } from '../../core/result.ts'
import { formatInvoiceTimestamp } from '../../core/time.ts'
import { loadMetrics } from '../../db/billable-metrics.ts'
import { accountOf } from '../../objects/account.ts'
import type { AppContext } from '../context.ts'
import { fail } from '../errors.ts'
import { decodeCursor, encodeCursor, PAGE_LIMIT_MAX } from '../pagination.ts'
import { PriceBody, toApiPrice } from '../price-body.ts'
import { apiRoute, type App } from '../route.ts'
import { CustomerParams, Id, json, pageOf, QueryBoolean, TimestampText } from '../schemas.ts'
import { LineItemBody, TierBody, toApiLine } from './invoices.ts'

/** Counting the events of a line may mean to read all that the customer ever sent. */
const LINES_MAX = 25

const Window = z.object({
  starting_at: TimestampText,
  ending_before: TimestampText,
  metered: z.number(),
  converted: z.number(),
  quantity: z.number().openapi({ description: 'Converted and rounded: what is billed.' }),
})

const Filter = z.object({
  group_key: z.string(),
  group_values: z.array(z.string()),
  starting_at: TimestampText,
})

const OverrideNote = z.object({
  id: z.string(),
  type: z.enum(['OVERWRITE', 'MULTIPLIER', 'TIERED']),
  multiplier: z.number().optional(),
  tiers: z.array(z.object({ size: z.number().optional(), multiplier: z.number() })).optional(),
  overwrite_rate: z.object(PriceBody).optional(),
})

const ExplanationBody = z
  .object({
    line_item: LineItemBody,
    billable_metric: z.object({ id: Id, name: z.string().optional() }),
    usage: z.object({
      group_key: z.array(z.string()),
      usage_filters: z.array(Filter),
      windows: z.array(Window).openapi({
        description: "What each window added to the metric's value since the period's start.",
      }),
      quantity: z.number().openapi({ description: 'What the windows add up to, of all tiers.' }),
    }),
    quantity_conversion: z
      .object({
        name: z.string().optional(),
        conversion_factor: z.number(),
        operation: z.enum(['MULTIPLY', 'DIVIDE']),
      })
      .optional(),
    quantity_rounding: z
      .object({
        rounding_method: z.enum(['ROUND_UP', 'ROUND_DOWN', 'ROUND_HALF_UP']),
        decimal_places: z.number(),
      })
      .optional(),
    rate: z.object({ id: z.string(), ...PriceBody }).nullable(),
    override: OverrideNote.nullable(),
    overrides_lost: z.array(z.object({ id: z.string(), reason: z.string() })),
    price: z.object(PriceBody).openapi({ description: 'The rate with the override.' }),
    ladder: z
      .object({
        position: z.number().openapi({ description: 'What was billed before these windows.' }),
        steps: z.array(
          TierBody.extend({ quantity: z.number(), unit_price: z.number(), total: z.number() }),
        ),
      })
      .optional(),
    arithmetic: z.string(),
    events: z.object({
      count: z.number().optional().openapi({
        description:
          'Of a SQL metric: all that its query may have looked at, from the start of the period on.',
      }),
      searches: z.array(
        z.object({
          method: z.literal('POST'),
          path: z.string(),
          body: z.object({
            customer_id: Id,
            event_types: z.array(z.string()).optional(),
            starting_on: TimestampText,
            ending_before: TimestampText,
            is_duplicate: z.literal(false),
          }),
          group_values: z.record(z.string(), z.array(z.string())).openapi({
            description: 'What the found events that are on the line have, one of these each.',
          }),
        }),
      ),
    }),
  })
  .openapi('LineItemExplanation')

const explainInvoiceRoute = apiRoute({
  method: 'get',
  path: '/v1/customers/{customer_id}/invoices/{invoice_id}/explain',
  access: 'read',
  operationId: 'explainInvoice',
  tags: ['Invoices'],
  summary: 'Explain the lines of an invoice',
  description:
    'For each line: what was metered, how it was converted and rounded, the rate and the override that priced it and the overrides that did not, the walk along the tiers, and where to find the events. A draft is computed anew for each page.',
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
    const { db, environment, now } = c.var
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
    const metricIds = [...new Set(page.map((line) => line.derivation.metricId))]
    const metrics = await loadMetrics(db, environment.id, metricIds)
    const count = skip_event_counts === true ? null : eventCounter(c, customerId)
    const data = []
    for (const line of page) {
      const metric = metrics.find(({ id }) => id === line.derivation.metricId)
      assert(metric !== undefined, 'the metric of a line is kept')
      data.push(await toApiExplanation(invoice.value, line, metric, count))
    }
    const end = from + page.length
    const hasMore = end < lines.length
    return c.json({ data, next_page: hasMore ? encodeCursor(question, [end]) : null }, 200)
  })
}

type Counter = (metric: BillableMetric, selections: EventSelection[]) => Promise<number>

/** Lines that differ only in their tier have the same events. */
function eventCounter(c: AppContext, customerId: string): Counter {
  const counts = new Map<string, Promise<string>>()
  return async (metric, selections) => {
    let total = 0
    for (const { startMs, endMs, conditions } of selections) {
      const key = JSON.stringify([metric.id, startMs, endMs, conditions])
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

async function toApiExplanation(
  invoice: Invoice,
  line: InvoiceLine,
  metric: BillableMetric,
  count: Counter | null,
): Promise<z.input<typeof ExplanationBody>> {
  const { derivation } = line
  const { pricing } = derivation
  const explanation = explainLine(line)
  const selections = selectLineEvents(invoice, line, metric)
  return {
    line_item: toApiLine(line),
    billable_metric: { id: metric.id, name: metric.name },
    usage: {
      group_key: pricing?.groupKey ?? [],
      usage_filters: (pricing?.usageFilters ?? []).map((filter) => ({
        group_key: filter.groupKey,
        group_values: filter.groupValues,
        starting_at: formatInvoiceTimestamp(filter.startingAt),
      })),
      windows: derivation.increments.map((window) => ({
        starting_at: formatInvoiceTimestamp(window.startingAt),
        ending_before: formatInvoiceTimestamp(window.endingBefore),
        metered: jsonNumber(window.raw ?? window.quantity),
        converted: jsonNumber(window.converted ?? window.quantity),
        quantity: jsonNumber(window.quantity),
      })),
      quantity: jsonNumber(explanation.quantity),
    },
    ...(pricing !== undefined && toApiRules(pricing)),
    rate: toApiRate(line, explanation),
    override: pricing?.override ? toApiOverrideNote(pricing.override) : null,
    overrides_lost: pricing?.lost ?? [],
    price: toApiPrice(explanation.price),
    ladder: explanation.ladder === null ? undefined : toApiLadder(explanation.ladder),
    arithmetic: explanation.arithmetic,
    events: {
      count: count === null ? undefined : await count(metric, selections),
      searches: selections.map((selection) => toApiSearch(invoice, metric, selection)),
    },
  }
}

function toApiRules({ conversion, rounding }: LinePricing) {
  return {
    quantity_conversion: conversion && {
      name: conversion.name,
      conversion_factor: jsonNumber(conversion.factor),
      operation: conversion.operation,
    },
    quantity_rounding: rounding && {
      rounding_method: rounding.method,
      decimal_places: rounding.decimalPlaces,
    },
  }
}

/** Lines of rating version 1 keep the price of the card in their unit price alone. */
function toApiRate({ derivation }: InvoiceLine, { price }: LineExplanation) {
  const { rateId, pricing } = derivation
  const listPrice: Price | null = pricing === undefined ? price : pricing.listPrice
  return rateId === null || listPrice === null ? null : { id: rateId, ...toApiPrice(listPrice) }
}

function toApiOverrideNote({ id, change }: NonNullable<LinePricing['override']>) {
  const { type } = change
  if (type === 'OVERWRITE') return { id, type, overwrite_rate: toApiPrice(change.price) }
  if (type === 'MULTIPLIER') return { id, type, multiplier: jsonNumber(change.multiplier) }
  const tiers = change.tiers.map(({ size, multiplier }) => ({
    size: size === null ? undefined : jsonNumber(size),
    multiplier: jsonNumber(multiplier),
  }))
  return { id, type, tiers }
}

function toApiLadder({ position, steps }: NonNullable<LineExplanation['ladder']>) {
  return {
    position: jsonNumber(position),
    steps: steps.map((step) => ({
      level: step.level,
      starting_at: step.startingAt,
      size: step.size,
      quantity: jsonNumber(step.quantity),
      unit_price: jsonNumber(step.unitPrice),
      total: jsonNumber(step.total),
    })),
  }
}

function toApiSearch(
  { customerId }: Invoice,
  metric: BillableMetric,
  { startMs, endMs, conditions }: EventSelection,
) {
  const eventTypes = isSqlMetric(metric) ? undefined : metric.eventTypeFilter?.inValues
  const isAskable = eventTypes !== undefined && eventTypes.length <= PAGE_LIMIT_MAX
  return {
    method: 'POST' as const,
    path: `/v1/events/search?limit=${PAGE_LIMIT_MAX}`,
    body: {
      customer_id: customerId,
      event_types: isAskable ? eventTypes : undefined,
      starting_on: formatInvoiceTimestamp(startMs),
      ending_before: formatInvoiceTimestamp(endMs),
      is_duplicate: false as const,
    },
    group_values: Object.fromEntries(
      conditions.map(({ property, values }) => [property, [...values]]),
    ),
  }
}
