import { z } from '@hono/zod-openapi'
import { changeRateCard, createRateCard } from '../../actions/rate-cards.ts'
import type { RateCard } from '../../core/catalog/rate-card.ts'
import { orderProducts } from '../../core/catalog/product-order.ts'
import { findFiatCreditType, USD } from '../../core/currency.ts'
import {
  archiveRateCard,
  findRateCard,
  listRateCards,
  loadProductIds,
} from '../../db/rate-cards.ts'
import { AliasBody, fromApiAlias, NewAlias, toApiAlias } from '../alias-body.ts'
import type { AppContext } from '../context.ts'
import { readCreditTypeNames, type CreditTypeNames } from '../credit-type-names.ts'
import { fail } from '../errors.ts'
import { PageQuery, readRowPage } from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import {
  CreditTypeBody,
  CustomFields,
  dataOf,
  Id,
  IdBody,
  IdData,
  json,
  jsonBody,
  NameText,
  NonNegativeDecimal,
  pageOf,
  SearchText,
  TimestampText,
  toApiCreditType,
  toApiTimestamp,
} from '../schemas.ts'

const tags = ['Rate cards']

const Aliases = z.array(NewAlias).openapi({
  description:
    'Names for contracts to find the card by, as of their start. A name belongs to one card at a time: another card that holds it loses it from the new start on.',
})

/** As many conversions as one request gives. */
const CONVERSIONS_MAX = 100

const Conversions = z
  .array(z.object({ custom_credit_type_id: Id, fiat_per_custom_credit: NonNegativeDecimal }))
  .max(CONVERSIONS_MAX)
  .openapi({ description: "What custom pricing units are worth in the card's currency." })

const FiatCreditTypeId = Id.refine((id) => findFiatCreditType(id) !== undefined, {
  error: 'expected the id of a currency, as /v1/credit-types/list has them',
})

export const RateCardBody = z
  .object({
    id: Id,
    name: z.string(),
    description: z.string().optional(),
    fiat_credit_type: CreditTypeBody,
    credit_type_conversions: z.array(
      z.object({ custom_credit_type: CreditTypeBody, fiat_per_custom_credit: z.string() }),
    ),
    aliases: z.array(AliasBody),
    product_order: z.array(Id).optional().openapi({
      description: 'Of one card: its products in the order of their invoice lines.',
    }),
    custom_fields: CustomFields,
    created_at: TimestampText,
    created_by: z.string(),
  })
  .openapi('RateCard')

const createRateCardRoute = apiRoute({
  method: 'post',
  path: '/v1/contract-pricing/rate-cards/create',
  access: 'write',
  operationId: 'createRateCard',
  tags,
  summary: 'Create a rate card',
  request: {
    body: jsonBody(
      z.object({
        name: NameText,
        description: z.string().optional(),
        fiat_credit_type_id: FiatCreditTypeId.optional().openapi({
          description: 'USD (cents) if omitted.',
        }),
        aliases: Aliases.optional(),
        custom_fields: CustomFields.optional(),
        credit_type_conversions: Conversions.optional(),
      }),
    ),
  },
  responses: { 200: json(IdData, 'The rate card') },
})

const getRateCardRoute = apiRoute({
  method: 'post',
  path: '/v1/contract-pricing/rate-cards/get',
  access: 'read',
  operationId: 'getRateCard',
  tags,
  summary: 'Get a rate card',
  request: { body: jsonBody(IdBody) },
  responses: { 200: json(dataOf(RateCardBody), 'The rate card, without its rates') },
})

const listRateCardsRoute = apiRoute({
  method: 'post',
  path: '/v1/contract-pricing/rate-cards/list',
  access: 'read',
  operationId: 'listRateCards',
  tags,
  summary: 'List the rate cards that are not archived',
  request: {
    query: PageQuery,
    body: jsonBody(
      z.object({
        search: SearchText.optional().openapi({
          description: 'Part of the name or of an alias, or the id.',
        }),
      }),
    ),
  },
  responses: { 200: json(pageOf(RateCardBody), 'A page of rate cards, oldest first') },
})

const updateRateCardRoute = apiRoute({
  method: 'post',
  path: '/v1/contract-pricing/rate-cards/update',
  access: 'write',
  operationId: 'updateRateCard',
  tags,
  summary: 'Change the name, description or aliases of a rate card, or add conversions',
  request: {
    body: jsonBody(
      z.object({
        rate_card_id: Id,
        name: NameText.optional(),
        description: z.string().optional(),
        aliases: Aliases.optional(),
        add_credit_type_conversions: Conversions.optional(),
      }),
    ),
  },
  responses: { 200: json(IdData, 'The rate card') },
})

const archiveRateCardRoute = apiRoute({
  method: 'post',
  path: '/v1/contract-pricing/rate-cards/archive',
  access: 'write',
  operationId: 'archiveRateCard',
  tags,
  summary: 'Archive a rate card: its contracts stay, and it gets no new ones',
  request: { body: jsonBody(IdBody) },
  responses: { 200: json(IdData, 'The rate card') },
})

export function rateCardRoutes(app: App): void {
  app.openapi(createRateCardRoute, async (c) => {
    const { db, environment, principal, now, newId } = c.var
    const body = c.req.valid('json')
    const created = await createRateCard(db, environment.id, {
      id: newId(),
      name: body.name,
      description: body.description ?? null,
      fiatCreditTypeId: body.fiat_credit_type_id ?? USD.id,
      addedConversions: fromApiConversions(body.credit_type_conversions),
      productOrder: [],
      aliases: body.aliases?.map(fromApiAlias) ?? [],
      customFields: body.custom_fields ?? {},
      createdAt: now,
      createdBy: principal.tokenName,
      archivedAt: null,
    })
    if (!created.ok) return fail(c, created.error)
    return c.json({ data: created.value }, 200)
  })

  app.openapi(getRateCardRoute, async (c) => {
    const { db, environment } = c.var
    const { id } = c.req.valid('json')
    const card = await findRateCard(db, environment.id, id)
    if (card === null) return fail(c, noRateCard(id))
    const names = await readNames(c, [card])
    const entered = await loadProductIds(db, environment.id, id)
    const product_order = orderProducts(entered, card.productOrder)
    return c.json({ data: { ...toApiRateCard(card, names), product_order } }, 200)
  })

  app.openapi(listRateCardsRoute, async (c) => {
    const { db, environment } = c.var
    const { search } = c.req.valid('json')
    const question = `rate-cards ${search ?? ''}`
    const page = await readRowPage(question, c.req.valid('query'), (from, limit) =>
      listRateCards(db, environment.id, search, from, limit),
    )
    if (!page.ok) return fail(c, page.error)
    const { rows, nextPage } = page.value
    const names = await readNames(c, rows)
    const data = rows.map((card) => toApiRateCard(card, names))
    return c.json({ data, next_page: nextPage }, 200)
  })

  app.openapi(updateRateCardRoute, async (c) => {
    const { db, environment } = c.var
    const { rate_card_id, name, description, aliases, ...body } = c.req.valid('json')
    const changes = {
      name,
      description,
      aliases: aliases?.map(fromApiAlias),
      addedConversions: fromApiConversions(body.add_credit_type_conversions),
    }
    const changed = await changeRateCard(db, environment.id, rate_card_id, changes)
    if (!changed.ok) return fail(c, changed.error)
    return c.json({ data: changed.value }, 200)
  })

  app.openapi(archiveRateCardRoute, async (c) => {
    const { db, environment, now } = c.var
    const { id } = c.req.valid('json')
    if (!(await archiveRateCard(db, environment.id, id, now))) return fail(c, noRateCard(id))
    return c.json({ data: { id } }, 200)
  })
}

function noRateCard(id: string) {
  return { code: 'not_found' as const, message: `id: no rate card ${id}` }
}

function fromApiConversions(conversions: z.output<typeof Conversions> = []) {
  return conversions.map((conversion) => ({
    customCreditTypeId: conversion.custom_credit_type_id,
    fiatPerCustomCredit: conversion.fiat_per_custom_credit,
  }))
}

function readNames(c: AppContext, cards: RateCard[]): Promise<CreditTypeNames> {
  const conversions = cards.flatMap((card) => card.conversions)
  const ids = conversions.map(({ customCreditTypeId }) => customCreditTypeId)
  return readCreditTypeNames(c.var.db, c.var.environment.id, ids)
}

function toApiRateCard(card: RateCard, names: CreditTypeNames) {
  return {
    id: card.id,
    name: card.name,
    description: card.description ?? undefined,
    fiat_credit_type: toApiCreditType(card.fiatCreditTypeId),
    credit_type_conversions: card.conversions.map((conversion) => ({
      custom_credit_type: toApiCreditType(conversion.customCreditTypeId, names),
      fiat_per_custom_credit: conversion.fiatPerCustomCredit,
    })),
    aliases: card.aliases.map(toApiAlias),
    custom_fields: card.customFields,
    created_at: toApiTimestamp(card.createdAt),
    created_by: card.createdBy,
  }
}
