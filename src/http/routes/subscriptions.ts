import { z } from '@hono/zod-openapi'
import type { Contract } from '../../core/contracts/contract.ts'
import { quantitySpans } from '../../core/contracts/subscription-view.ts'
import type { Subscription } from '../../core/contracts/subscription.ts'
import { pricedSpans, type PricedSpan } from '../../core/invoices/subscription-prices.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { ok, refuse, type Result } from '../../core/result.ts'
import { findContract } from '../../db/contracts.ts'
import { loadCatalogs } from '../../db/terms.ts'
import type { AppContext } from '../context.ts'
import { fail } from '../errors.ts'
import { cutPage, decodeCursor } from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import {
  dataOf,
  Id,
  json,
  jsonBody,
  pageOf,
  Timestamp,
  TimestampText,
  toApiTimestamp,
} from '../schemas.ts'
import { noContract } from './contracts.ts'

const tags = ['Contracts']

const Reference = z.object({ customer_id: Id, contract_id: Id, subscription_id: Id })

const PriceBody = z.object({ quantity: z.number(), unit_price: z.number(), total: z.number() })

const QuantityHistory = z
  .object({
    subscription_id: Id,
    fiat_credit_type_id: Id.optional(),
    history: z.array(z.object({ starting_at: TimestampText, data: z.array(PriceBody) })),
  })
  .openapi('SubscriptionQuantityHistory')

const getQuantityHistoryRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/getSubscriptionQuantityHistory',
  access: 'read',
  operationId: 'getSubscriptionQuantityHistory',
  tags,
  summary:
    'How the quantity of a subscription and its price for a whole period have changed so far',
  request: { body: jsonBody(Reference) },
  responses: { 200: json(dataOf(QuantityHistory), 'The history, oldest first') },
})

const SEATS_LIMIT_MAX = 10

const SeatsBody = z
  .object({
    starting_at: TimestampText,
    ending_before: TimestampText.nullable(),
    total_quantity: z.number(),
    assigned_seat_ids: z.array(z.string()),
  })
  .openapi('SubscriptionSeats')

const SeatsQuestion = Reference.extend({
  limit: z.int().min(1).max(SEATS_LIMIT_MAX).nullish(),
  cursor: z.string().nullish().openapi({ description: 'next_page of the page before.' }),
  covering_date: Timestamp.nullish(),
  starting_at: Timestamp.nullish(),
  ending_before: Timestamp.nullish(),
}).refine(
  ({ covering_date, starting_at, ending_before }) =>
    covering_date == null || (starting_at == null && ending_before == null),
  { error: 'expected only without starting_at and ending_before', path: ['covering_date'] },
)

const getSeatsHistoryRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/getSubscriptionSeatsHistory',
  access: 'read',
  operationId: 'getSubscriptionSeatsHistory',
  tags,
  summary: 'Who has had, has and will have the seats of a subscription',
  request: { body: jsonBody(SeatsQuestion) },
  responses: { 200: json(pageOf(SeatsBody), 'A page of the schedule, oldest first') },
})

export function subscriptionRoutes(app: App): void {
  app.openapi(getQuantityHistoryRoute, async (c) => {
    const found = await findSubscription(c, c.req.valid('json'))
    if (!found.ok) return fail(c, found.error)
    const { spans, currencyId } = await readPrices(c, found.value)
    const history = spans.map(({ startingAt, parts }) => ({
      starting_at: toApiTimestamp(startingAt),
      data: parts.map(({ quantity, unitPrice, total }) => ({
        quantity: jsonNumber(quantity),
        unit_price: jsonNumber(unitPrice),
        total: jsonNumber(total),
      })),
    }))
    const { id } = found.value.subscription
    const data = { subscription_id: id, fiat_credit_type_id: currencyId, history }
    return c.json({ data }, 200)
  })

  app.openapi(getSeatsHistoryRoute, async (c) => {
    const body = c.req.valid('json')
    const { limit, cursor, covering_date, starting_at, ending_before } = body
    const range = [body.subscription_id, covering_date, starting_at, ending_before]
    const question = `subscription seats ${JSON.stringify(range)}`
    const after = decodeCursor(question, cursor ?? undefined, ['number'])
    if (!after.ok) return fail(c, after.error)
    const found = await findSubscription(c, body)
    if (!found.ok) return fail(c, found.error)
    const from = covering_date ?? starting_at ?? -Infinity
    // A range includes what begins at its end.
    const until = covering_date ?? ending_before ?? Infinity
    const rows = quantitySpans(found.value.subscription)
      .filter((span) => (span.endingBefore ?? Infinity) > from && span.startingAt <= until)
      .filter(({ startingAt }) => after.value === null || startingAt > Number(after.value[0]))
    const page = cutPage(question, rows, limit ?? SEATS_LIMIT_MAX, (span) => [span.startingAt])
    const data = page.rows.map((span) => ({
      starting_at: toApiTimestamp(span.startingAt),
      ending_before: span.endingBefore === null ? null : toApiTimestamp(span.endingBefore),
      total_quantity: jsonNumber(span.quantity),
      assigned_seat_ids: span.seatIds ?? [],
    }))
    return c.json({ data, next_page: page.nextPage }, 200)
  })
}

interface Found {
  contract: Contract
  subscription: Subscription
}

async function findSubscription(
  c: AppContext,
  { customer_id, contract_id, subscription_id }: z.output<typeof Reference>,
): Promise<Result<Found>> {
  const { db, environment } = c.var
  const contract = await findContract(db, environment.id, customer_id, contract_id)
  if (contract === null) return { ok: false, error: noContract(contract_id) }
  const subscription = contract.terms.subscriptions?.find(({ id }) => id === subscription_id)
  if (subscription !== undefined) return ok({ contract, subscription })
  return refuse('not_found', `subscription_id: the contract has no subscription ${subscription_id}`)
}

/** What the card and the overrides have made of its price so far. */
async function readPrices(
  c: AppContext,
  { contract, subscription }: Found,
): Promise<{ spans: PricedSpan[]; currencyId: string | undefined }> {
  const { db, environment, now } = c.var
  const { rateCardId, terms } = contract
  const range = {
    startMs: subscription.startingAt,
    endMs: Math.max(now, subscription.startingAt) + 1,
  }
  const ids = rateCardId === null ? [] : [rateCardId]
  const { catalogs } = await loadCatalogs(db, environment.id, ids, range)
  const catalog = catalogs.get(rateCardId ?? '')
  const product = catalog?.products.find(({ id }) => id === subscription.productId)
  if (catalog === undefined || product === undefined) return { spans: [], currencyId: undefined }
  const pricing = { catalog, terms, product, now }
  return {
    spans: pricedSpans(subscription, contract, pricing, now),
    currencyId: catalog.rateCard.fiatCreditTypeId,
  }
}
