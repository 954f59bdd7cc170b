import { z } from '@hono/zod-openapi'
import type { Price } from '../../core/catalog/price.ts'
import { PRORATION_ROUNDING_METHODS } from '../../core/contracts/subscription.ts'
import {
  appliedArithmetic,
  arithmeticOf,
  explainLine,
  type LineExplanation,
} from '../../core/invoices/explain-line.ts'
import type {
  AppliedLine,
  CompositeLine,
  ConversionLine,
  FixedLine,
  Invoice,
  LinePricing,
  SubscriptionLine,
  UsageLine,
} from '../../core/invoices/invoice.ts'
import type { EventSelection } from '../../core/invoices/line-events.ts'
import { effectivePrice } from '../../core/invoices/replay-line.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { isSqlMetric, type BillableMetric } from '../../core/metering/metric.ts'
import { formatInvoiceTimestamp } from '../../core/time.ts'
import type { CreditTypeNames } from '../credit-type-names.ts'
import { PAGE_LIMIT_MAX } from '../pagination.ts'
import { PriceBody, toApiPrice } from '../price-body.ts'
import { CreditTypeBody, Id, TimestampText, toApiCreditType } from '../schemas.ts'
import { LineItemBody, TierBody, toApiLine } from './line-items.ts'
import {
  OverrideNote,
  PaymentFields,
  toApiOverrideNote,
  toApiPayment,
} from './payment-explanation.ts'

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

const Usage = z.object({
  group_key: z.array(z.string()),
  usage_filters: z.array(Filter),
  windows: z.array(Window).openapi({
    description: "What each window added to the metric's value since the period's start.",
  }),
  quantity: z.number().openapi({ description: 'What the windows add up to, of all tiers.' }),
})

const Spend = z.object({
  scope: z.enum(['CONTRACT', 'CUSTOMER']),
  base: z.number().openapi({ description: "The sum of the shares, in the invoice's currency." }),
  shares: z.array(
    z.object({
      contract_id: Id.optional().openapi({ description: "None: the invoice's own." }),
      product_id: Id,
      credit_type: CreditTypeBody,
      amount: z.number(),
      converted: z.number(),
    }),
  ),
  contracts_left_out: z.array(Id).openapi({ description: 'Their spend is in another currency.' }),
  position: z.number().optional().openapi({ description: 'Spend of the period before the line.' }),
  minimum: z.number().optional(),
})

const Events = z.object({
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
})

export const ExplanationBody = z
  .object({
    line_item: LineItemBody,
    billable_metric: z
      .object({ id: Id, name: z.string() })
      .optional()
      .openapi({ description: 'Of usage, as are `usage` and `events`.' }),
    usage: Usage.optional(),
    spend: Spend.optional().openapi({ description: 'Of a composite product.' }),
    converted_credit_type: CreditTypeBody.optional().openapi({
      description: 'Of a conversion: the unit that is left on the other lines.',
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
    price: z.object(PriceBody).optional().openapi({ description: 'The rate with the override.' }),
    ladder: z
      .object({
        position: z.number().openapi({ description: 'What was billed before these windows.' }),
        steps: z.array(
          TierBody.extend({ quantity: z.number(), unit_price: z.number(), total: z.number() }),
        ),
      })
      .optional(),
    subscription: z
      .object({
        starting_at: TimestampText,
        ending_before: TimestampText,
        priced_at: TimestampText,
        proration_rounding: z
          .object({
            rounding_method: z.enum(PRORATION_ROUNDING_METHODS),
            decimal_places: z.number(),
          })
          .optional(),
      })
      .optional()
      .openapi({ description: 'Of a subscription: its whole period, and whose price it has.' }),
    ...PaymentFields,
    arithmetic: z.string(),
    events: Events.optional(),
  })
  .openapi('LineItemExplanation')

type Explanation = z.input<typeof ExplanationBody>

/** What explains a line for usage, beside the line itself. */
export interface UsageContext {
  invoice: Pick<Invoice, 'customerId'>
  metric: BillableMetric
  selections: EventSelection[]
  /** How many events there are; undefined where they were not counted. */
  count: number | undefined
}

export function explainUsage(
  line: UsageLine,
  { invoice, metric, selections, count }: UsageContext,
  names: CreditTypeNames,
): Explanation {
  const { derivation } = line
  const { pricing } = derivation
  const explanation = explainLine(line)
  return {
    line_item: toApiLine(line, names),
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
    // Lines of rating version 1 keep the price of the card in their unit price alone.
    rate: toApiRate(
      derivation.rateId,
      pricing === undefined ? explanation.price : pricing.listPrice,
    ),
    override: toApiOverrideNote(pricing?.override ?? null),
    overrides_lost: pricing?.lost ?? [],
    price: toApiPrice(explanation.price),
    ladder: explanation.ladder === null ? undefined : toApiLadder(explanation.ladder),
    ...toApiPayment(line),
    arithmetic: explanation.arithmetic,
    events: { count, searches: selections.map((each) => toApiSearch(invoice, metric, each)) },
  }
}

export function explainComposite(line: CompositeLine, names: CreditTypeNames): Explanation {
  const { derivation } = line
  const { rateId, listPrice, override, lost, position, minimum } = derivation
  const price = effectivePrice(derivation)
  return {
    line_item: toApiLine(line, names),
    spend: {
      scope: derivation.scope,
      base: jsonNumber(derivation.base),
      shares: derivation.shares.map((share) => ({
        contract_id: share.contractId,
        product_id: share.productId,
        credit_type: toApiCreditType(share.creditTypeId, names),
        amount: jsonNumber(share.amount),
        converted: jsonNumber(share.converted ?? share.amount),
      })),
      contracts_left_out: derivation.leftOut ?? [],
      position: position === undefined ? undefined : jsonNumber(position),
      minimum: minimum === undefined ? undefined : jsonNumber(minimum),
    },
    rate: toApiRate(rateId, listPrice),
    override: toApiOverrideNote(override),
    overrides_lost: lost,
    price: price === null ? undefined : toApiPrice(price),
    ...toApiPayment(line),
    arithmetic: arithmeticOf(line),
  }
}

/** The price is that of the whole period; what is prorated has its part of it. */
export function explainSubscription(line: SubscriptionLine, names: CreditTypeNames): Explanation {
  const { derivation } = line
  const { rateId, listPrice, override, lost, billingPeriod, pricedAt, rounding } = derivation
  const price = effectivePrice(derivation)
  return {
    line_item: toApiLine(line, names),
    subscription: {
      starting_at: formatInvoiceTimestamp(billingPeriod.startingAt),
      ending_before: formatInvoiceTimestamp(billingPeriod.endingBefore),
      priced_at: formatInvoiceTimestamp(pricedAt),
      proration_rounding: rounding && {
        rounding_method: rounding.method,
        decimal_places: rounding.decimalPlaces,
      },
    },
    rate: toApiRate(rateId, listPrice),
    override: toApiOverrideNote(override),
    overrides_lost: lost,
    price: price === null ? undefined : toApiPrice(price),
    ...toApiPayment(line),
    arithmetic: arithmeticOf(line),
  }
}

/** What was agreed on for a date has no price of the card. */
export function explainFixed(line: FixedLine, names: CreditTypeNames): Explanation {
  return {
    line_item: toApiLine(line, names),
    rate: null,
    override: null,
    overrides_lost: [],
    arithmetic: arithmeticOf(line),
  }
}

export function explainApplied(line: AppliedLine, names: CreditTypeNames): Explanation {
  return {
    line_item: toApiLine(line, names),
    rate: null,
    override: null,
    overrides_lost: [],
    ...toApiPayment(line),
    arithmetic: appliedArithmetic(line),
  }
}

export function explainConversion(line: ConversionLine, names: CreditTypeNames): Explanation {
  return {
    line_item: toApiLine(line, names),
    converted_credit_type: toApiCreditType(line.derivation.customCreditTypeId, names),
    rate: null,
    override: null,
    overrides_lost: [],
    ...toApiPayment(line),
    arithmetic: arithmeticOf(line),
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

function toApiRate(rateId: string | null, price: Price | null) {
  return rateId === null || price === null ? null : { id: rateId, ...toApiPrice(price) }
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
  { customerId }: UsageContext['invoice'],
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
