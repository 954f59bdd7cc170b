import { z } from '@hono/zod-openapi'
import { addCreditType } from '../../actions/credit-types.ts'
import { listCreditTypes } from '../../db/credit-types.ts'
import { fail } from '../errors.ts'
import { PageQuery, readRowPage } from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import { dataOf, Id, json, jsonBody, pageOf, WellFormedText } from '../schemas.ts'

const tags = ['Credit types']

export const ListedCreditType = z.object({ id: Id, name: z.string(), is_currency: z.boolean() })

const createCreditTypeRoute = apiRoute({
  method: 'post',
  path: '/v1/credit-types/create',
  isOwn: true,
  access: 'write',
  operationId: 'createCreditType',
  tags,
  summary: 'Create a custom pricing unit',
  request: {
    body: jsonBody(
      z.object({
        name: WellFormedText.pipe(z.string().min(1).max(200)).openapi({
          description: 'As invoices call it; no other unit of the environment has it.',
        }),
      }),
    ),
  },
  responses: { 200: json(dataOf(ListedCreditType), 'The unit') },
})

const listCreditTypesRoute = apiRoute({
  method: 'get',
  path: '/v1/credit-types/list',
  access: 'read',
  operationId: 'listCreditTypes',
  tags,
  summary: 'List the units that prices may be in: currencies, then custom pricing units',
  request: { query: PageQuery },
  responses: { 200: json(pageOf(ListedCreditType), 'A page of credit types') },
})

export function creditTypeRoutes(app: App): void {
  app.openapi(createCreditTypeRoute, async (c) => {
    const { db, environment, principal, now, newId } = c.var
    const { name } = c.req.valid('json')
    const input = { id: newId(), name, createdBy: principal.tokenName }
    const created = await addCreditType(db, environment.id, input, now)
    if (!created.ok) return fail(c, created.error)
    return c.json({ data: { ...created.value, is_currency: false } }, 200)
  })

  app.openapi(listCreditTypesRoute, async (c) => {
    const { db, environment } = c.var
    const page = await readRowPage('credit-types', c.req.valid('query'), (from, limit) =>
      listCreditTypes(db, environment.id, from, limit),
    )
    if (!page.ok) return fail(c, page.error)
    const data = page.value.rows.map(({ id, name, isCurrency }) => ({
      id,
      name,
      is_currency: isCurrency,
    }))
    return c.json({ data, next_page: page.value.nextPage }, 200)
  })
}
