import { z } from '@hono/zod-openapi'
import { readContractRates, type ContractRateRow } from '../../actions/contract-rates.ts'
import { BILLING_FREQUENCIES, type Price } from '../../core/catalog/price.ts'
import { productAt } from '../../core/catalog/product.ts'
import { findContract } from '../../db/contracts.ts'
import { readCreditTypeNames, type CreditTypeNames } from '../credit-type-names.ts'
import { fail } from '../errors.ts'
import { cutPage, PAGE_LIMIT_MAX, PageQuery } from '../pagination.ts'
import { CommitRateBody, RateBody, toApiPrice } from '../price-body.ts'
import { apiRoute, type App } from '../route.ts'
import {
  CustomFields,
  Id,
  json,
  jsonBody,
  pageOf,
  Timestamp,
  TimestampText,
  toApiCreditType,
  toApiTimestamp,
} from '../schemas.ts'
import { noContract } from './contracts.ts'
import { fromApiSelectors, readPlace, Selectors } from './rates.ts'

export const ContractRateBody = z
  .object({
    rate_card_id: Id,
    product_id: Id,
    product_name: z.string(),
    product_tags: z.array(z.string()),
    product_custom_fields: CustomFields,
    pricing_group_values: z.record(z.string(), z.string()).optional(),
    starting_at: TimestampText,
    ending_before: TimestampText.optional(),
    entitled: z.boolean(),
    list_rate: RateBody,
    override_rate: RateBody.optional(),
    commit_rate: CommitRateBody.optional(),
    billing_frequency: z.enum(BILLING_FREQUENCIES).optional(),
  })
  .openapi('ContractRate')

const getContractRateScheduleRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/getContractRateSchedule',
  access: 'read',
  operationId: 'getContractRateSchedule',
  tags: ['Contracts'],
  summary: 'What a contract pays at an instant, for everything that it is entitled to',
  request: {
    query: PageQuery,
    body: jsonBody(
      z.object({
        customer_id: Id,
        contract_id: Id,
        at: Timestamp.optional().openapi({ description: 'Now if omitted.' }),
        selectors: Selectors.optional(),
      }),
    ),
  },
  responses: { 200: json(pageOf(ContractRateBody), 'A page of rates') },
})

export function contractRateRoutes(app: App): void {
  app.openapi(getContractRateScheduleRoute, async (c) => {
    const { db, environment, now } = c.var
    const { customer_id, contract_id, at, selectors } = c.req.valid('json')
    const { limit = PAGE_LIMIT_MAX, next_page } = c.req.valid('query')
    const question = `contract rates ${JSON.stringify([contract_id, at, selectors])}`
    const after = readPlace(question, next_page)
    if (!after.ok) return fail(c, after.error)
    const contract = await findContract(db, environment.id, customer_id, contract_id)
    if (contract === null) return fail(c, noContract(contract_id))
    const asked = { at: at ?? now, selectors: fromApiSelectors(selectors) }
    const rows = await readContractRates(
      db,
      environment.id,
      contract,
      asked,
      after.value,
      limit + 1,
    )
    if (!rows.ok) return fail(c, rows.error)
    const page = cutPage(question, rows.value, limit, ({ listed: { key, startingAt } }) => [
      key.productId,
      key.values,
      key.frequency,
      startingAt,
    ])
    const units = page.rows.flatMap(({ listed, rate }) => [
      listed.rate.creditTypeId,
      ...(rate.creditTypeId === null ? [] : [rate.creditTypeId]),
    ])
    const names = await readCreditTypeNames(db, environment.id, units)
    const data = page.rows.map((row) => toApiContractRate(row, names, now))
    return c.json({ data, next_page: page.nextPage }, 200)
  })
}

function toApiContractRate(
  { listed, rate }: ContractRateRow,
  names: CreditTypeNames,
  now: number,
): z.input<typeof ContractRateBody> {
  const { product, rate: entry } = listed
  const { name, tags } = productAt(product, now)
  const { override, price, creditTypeId } = rate
  const pricingGroupValues = entry.pricingGroupValues ?? undefined
  const toApiRate = (shown: Price, unit: string) => ({
    ...toApiPrice(shown),
    credit_type: toApiCreditType(unit, names),
    pricing_group_values: pricingGroupValues,
  })
  const isOverridden = override !== null && price !== null
  return {
    rate_card_id: entry.rateCardId,
    product_id: product.id,
    product_name: name,
    product_tags: tags,
    product_custom_fields: product.customFields,
    pricing_group_values: pricingGroupValues,
    starting_at: toApiTimestamp(rate.startingAt),
    ending_before: rate.endingBefore === null ? undefined : toApiTimestamp(rate.endingBefore),
    entitled: true,
    list_rate: toApiRate(entry.price, entry.creditTypeId),
    override_rate: isOverridden ? toApiRate(price, creditTypeId ?? entry.creditTypeId) : undefined,
    commit_rate: entry.commitPrice === null ? undefined : toApiPrice(entry.commitPrice),
    billing_frequency: entry.billingFrequency ?? undefined,
  }
}
