import { z } from '@hono/zod-openapi'
import { FIAT_CREDIT_TYPES } from '../../core/currency.ts'
import { refuse } from '../../core/result.ts'
import { fail } from '../errors.ts'
import { cutPage, decodeCursor, PAGE_LIMIT_MAX, PageQuery } from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import { Id, json, pageOf } from '../schemas.ts'

const listCreditTypesRoute = apiRoute({
  method: 'get',
  path: '/v1/credit-types/list',
  access: 'read',
  operationId: 'listCreditTypes',
  tags: ['Credit types'],
  summary: 'List the units that prices may be in',
  request: { query: PageQuery },
  responses: {
    200: json(
      pageOf(z.object({ id: Id, name: z.string(), is_currency: z.boolean() })),
      'A page of credit types',
    ),
  },
})

export function creditTypeRoutes(app: App): void {
  app.openapi(listCreditTypesRoute, (c) => {
    const { limit = PAGE_LIMIT_MAX, next_page } = c.req.valid('query')
    const from = decodeCursor('credit-types', next_page, ['string'])
    if (!from.ok) return fail(c, from.error)
    // The list is built in and keeps its order, so a row's id is its place.
    const last = FIAT_CREDIT_TYPES.findIndex(({ id }) => id === from.value?.[0])
    if (from.value !== null && last < 0) {
      return fail(c, refuse('invalid', 'next_page: not a cursor that this API gave out').error)
    }
    const rows = FIAT_CREDIT_TYPES.slice(last + 1, last + 2 + limit)
    const page = cutPage('credit-types', rows, limit, ({ id }) => [id])
    const data = page.rows.map(({ id, name, isCurrency }) => ({
      id,
      name,
      is_currency: isCurrency,
    }))
    return c.json({ data, next_page: page.nextPage }, 200)
  })
}
