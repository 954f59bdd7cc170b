import { z } from '@hono/zod-openapi'
import {
  addRates,
  readRateSchedule,
  type ScheduledRate,
  type SchedulePlace,
  type ScheduleQuestion,
} from '../../actions/rates.ts'
import type { NewRate, RateInput } from '../../core/catalog/create-rate.ts'
import { BILLING_FREQUENCIES } from '../../core/catalog/price.ts'
import { productAt } from '../../core/catalog/product.ts'
import { ok, type Result } from '../../core/result.ts'
import type { AppContext } from '../context.ts'
import { readCreditTypeNames, type CreditTypeNames } from '../credit-type-names.ts'
import { fail } from '../errors.ts'
import { cutPage, decodeCursor, PAGE_LIMIT_MAX, PageQuery } from '../pagination.ts'
import {
  CommitPriceFields,
  CommitRateBody,
  fromApiPrice,
  PriceFields,
  RateBody,
  toApiPrice,
} from '../price-body.ts'
import { apiRoute, type App } from '../route.ts'
import {
  CustomFields,
  dataOf,
  enumOf,
  HourTimestamp,
  Id,
  IdData,
  json,
  jsonBody,
  mapOf,
  pageOf,
  Timestamp,
  TimestampText,
  toApiCreditType,
  toApiTimestamp,
  Unsupported,
} from '../schemas.ts'

const tags = ['Rate cards']

/** As many rates as one request adds; its body's size is bounded besides. */
export const RATES_ADDED_MAX = 1_000
/** As many alternatives as one question has. */
export const SELECTORS_MAX = 100

const PricingGroupValues = mapOf(z.string(), { type: 'string' })

const NewRateBody = z.object({
  product_id: Id,
  pricing_group_values: PricingGroupValues.optional().openapi({
    description: "A value for each property of the product's pricing group key.",
  }),
  starting_at: HourTimestamp,
  ending_before: HourTimestamp.optional(),
  entitled: z.boolean().openapi({ description: 'False: usage is priced but not billed.' }),
  ...PriceFields,
  credit_type_id: Id.optional().openapi({
    description: "The card's currency if omitted; or a custom unit that the card converts.",
  }),
  billing_frequency: enumOf(BILLING_FREQUENCIES).optional().openapi({
    description: 'Of FLAT rates of SUBSCRIPTION products, which need it.',
  }),
  commit_rate: z.object(CommitPriceFields).optional().openapi({
    description: 'What usage costs where a commit or credit of rate type COMMIT_RATE pays for it.',
  }),
  use_list_prices: Unsupported,
})

const AddedRateBody = RateBody.extend({ commit_rate: CommitRateBody.optional() }).openapi(
  'AddedRate',
)

export const ScheduledRateBody = z
  .object({
    product_id: Id,
    product_name: z.string(),
    product_tags: z.array(z.string()),
    product_custom_fields: CustomFields,
    pricing_group_values: z.record(z.string(), z.string()).optional(),
    starting_at: TimestampText,
    ending_before: TimestampText.optional(),
    entitled: z.boolean(),
    rate: RateBody,
    commit_rate: CommitRateBody.optional(),
    billing_frequency: z.enum(BILLING_FREQUENCIES).optional(),
  })
  .openapi('ScheduledRate')

export const Selectors = z
  .array(
    z.object({
      product_id: Id.optional(),
      product_tags: z.array(z.string()).optional().openapi({ description: 'Any of these.' }),
      billing_frequency: enumOf(BILLING_FREQUENCIES).optional(),
      pricing_group_values: PricingGroupValues.optional(),
      partial_pricing_group_values: PricingGroupValues.optional(),
    }),
  )
  .max(SELECTORS_MAX)
  .openapi({ description: 'Rates that fit any of these, in all of its members.' })

const addRateRoute = apiRoute({
  method: 'post',
  path: '/v1/contract-pricing/rate-cards/addRate',
  access: 'write',
  operationId: 'addRate',
  tags,
  summary: 'Add a rate to a rate card',
  request: { body: jsonBody(NewRateBody.extend({ rate_card_id: Id })) },
  responses: { 200: json(dataOf(AddedRateBody), 'The rate') },
})

const addRatesRoute = apiRoute({
  method: 'post',
  path: '/v1/contract-pricing/rate-cards/addRates',
  access: 'write',
  operationId: 'addRates',
  tags,
  summary: 'Add rates to a rate card, all or none',
  request: {
    body: jsonBody(
      z.object({ rate_card_id: Id, rates: z.array(NewRateBody).min(1).max(RATES_ADDED_MAX) }),
    ),
  },
  responses: { 200: json(IdData, 'The rate card') },
})

const getRatesRoute = apiRoute({
  method: 'post',
  path: '/v1/contract-pricing/rate-cards/getRates',
  access: 'read',
  operationId: 'getRates',
  tags,
  summary: 'The rates of a rate card at an instant',
  request: {
    query: PageQuery,
    body: jsonBody(z.object({ rate_card_id: Id, at: Timestamp, selectors: Selectors.optional() })),
  },
  responses: { 200: json(pageOf(ScheduledRateBody), 'A page of rates') },
})

const getRateScheduleRoute = apiRoute({
  method: 'post',
  path: '/v1/contract-pricing/rate-cards/getRateSchedule',
  access: 'read',
  operationId: 'getRateSchedule',
  tags,
  summary: 'The rates of a rate card in the course of time',
  request: {
    query: PageQuery,
    body: jsonBody(
      z
        .object({
          rate_card_id: Id,
          starting_at: Timestamp,
          ending_before: Timestamp.optional(),
          selectors: Selectors.optional(),
        })
        .refine(({ starting_at, ending_before = Infinity }) => starting_at < ending_before, {
          error: 'expected an instant after starting_at',
          path: ['ending_before'],
        }),
    ),
  },
  responses: { 200: json(pageOf(ScheduledRateBody), 'A page of rates, each with its span') },
})

export function rateRoutes(app: App): void {
  app.openapi(addRateRoute, async (c) => {
    const { db, environment, now, newId } = c.var
    const { rate_card_id, ...body } = c.req.valid('json')
    const requests = [{ input: fromApiRate(newId(), body), path: '' }]
    const added = await addRates(db, environment.id, rate_card_id, requests, now)
    if (!added.ok) return fail(c, added.error)
    const [rate] = added.value as [NewRate]
    const names = await readCreditTypeNames(db, environment.id, [rate.creditTypeId])
    const data = { ...toApiRate(rate, names), commit_rate: toApiCommitRate(rate) }
    return c.json({ data }, 200)
  })

  app.openapi(addRatesRoute, async (c) => {
    const { db, environment, now, newId } = c.var
    const { rate_card_id: id, rates } = c.req.valid('json')
    const requests = rates.map((rate, i) => ({
      input: fromApiRate(newId(), rate),
      path: `rates[${i}].`,
    }))
    const added = await addRates(db, environment.id, id, requests, now)
    if (!added.ok) return fail(c, added.error)
    return c.json({ data: { id } }, 200)
  })

  app.openapi(getRatesRoute, async (c) => {
    const { rate_card_id, at, selectors } = c.req.valid('json')
    const question = {
      rateCardId: rate_card_id,
      startMs: at,
      endMs: at + 1,
      selectors: fromApiSelectors(selectors),
    }
    const page = await readPage(c, question, c.req.valid('query'))
    return page.ok ? c.json(page.value, 200) : fail(c, page.error)
  })

  app.openapi(getRateScheduleRoute, async (c) => {
    const { rate_card_id, starting_at, ending_before, selectors } = c.req.valid('json')
    const question = {
      rateCardId: rate_card_id,
      startMs: starting_at,
      endMs: ending_before ?? null,
      selectors: fromApiSelectors(selectors),
    }
    const page = await readPage(c, question, c.req.valid('query'))
    return page.ok ? c.json(page.value, 200) : fail(c, page.error)
  })
}

async function readPage(
  c: AppContext,
  schedule: ScheduleQuestion,
  { limit = PAGE_LIMIT_MAX, next_page }: z.output<typeof PageQuery>,
) {
  const { db, environment, now } = c.var
  const question = `rates ${JSON.stringify(schedule)}`
  const after = readPlace(question, next_page)
  if (!after.ok) return after
  const rows = await readRateSchedule(db, environment.id, schedule, after.value, limit + 1, now)
  if (!rows.ok) return rows
  const page = cutPage(question, rows.value, limit, ({ key, startingAt }) => [
    key.productId,
    key.values,
    key.frequency,
    startingAt,
  ])
  const units = page.rows.map(({ rate }) => rate.creditTypeId)
  const names = await readCreditTypeNames(db, environment.id, units)
  const data = page.rows.map((row) => toApiScheduledRate(row, names, now))
  return ok({ data, next_page: page.nextPage })
}

export function readPlace(
  question: string,
  cursor: string | undefined,
): Result<SchedulePlace | null> {
  const key = decodeCursor(question, cursor, ['string', 'string', 'string', 'number'])
  if (!key.ok || key.value === null) return key as Result<null>
  const [productId, values, frequency, startingAt] = key.value as [string, string, string, number]
  return ok({ productId, values, frequency, startingAt })
}

function fromApiRate(id: string, body: z.output<typeof NewRateBody>): RateInput {
  return {
    ...fromApiPrice(body),
    id,
    productId: body.product_id,
    pricingGroupValues: body.pricing_group_values,
    startingAt: body.starting_at,
    endingBefore: body.ending_before,
    entitled: body.entitled,
    billingFrequency: body.billing_frequency,
    creditTypeId: body.credit_type_id,
    commitRate: body.commit_rate && fromApiPrice(body.commit_rate),
  }
}

export function fromApiSelectors(selectors: z.output<typeof Selectors> | undefined) {
  if (selectors === undefined || selectors.length === 0) return null
  return selectors.map((selector) => ({
    productId: selector.product_id,
    productTags: selector.product_tags,
    billingFrequency: selector.billing_frequency,
    pricingGroupValues: selector.pricing_group_values,
    partialPricingGroupValues: selector.partial_pricing_group_values,
  }))
}

function toApiRate({ price, creditTypeId, pricingGroupValues }: NewRate, names: CreditTypeNames) {
  return {
    ...toApiPrice(price),
    credit_type: toApiCreditType(creditTypeId, names),
    pricing_group_values: pricingGroupValues ?? undefined,
  }
}

function toApiCommitRate({ commitPrice }: NewRate) {
  return commitPrice === null ? undefined : toApiPrice(commitPrice)
}

function toApiScheduledRate(row: ScheduledRate, names: CreditTypeNames, now: number) {
  const { rate, product, startingAt, endingBefore } = row
  const { name, tags: productTags } = productAt(product, now)
  return {
    product_id: product.id,
    product_name: name,
    product_tags: productTags,
    product_custom_fields: product.customFields,
    pricing_group_values: rate.pricingGroupValues ?? undefined,
    starting_at: toApiTimestamp(startingAt),
    ending_before: endingBefore === null ? undefined : toApiTimestamp(endingBefore),
    entitled: rate.entitled,
    rate: toApiRate(rate, names),
    commit_rate: toApiCommitRate(rate),
    billing_frequency: rate.billingFrequency ?? undefined,
  }
}
