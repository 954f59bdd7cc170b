import { z } from '@hono/zod-openapi'
import { changeProductOrder } from '../../actions/rate-cards.ts'
import { moveProducts, setProductOrder } from '../../core/catalog/product-order.ts'
import { fail } from '../errors.ts'
import { apiRoute, type App } from '../route.ts'
import { Id, IdData, json, jsonBody } from '../schemas.ts'

const tags = ['Rate cards']

/** As many products as one request puts in order. */
const PRODUCTS_ORDERED_MAX = 1_000

const setOrderRoute = apiRoute({
  method: 'post',
  path: '/v1/contract-pricing/rate-cards/setRateCardProductsOrder',
  access: 'write',
  operationId: 'setRateCardProductsOrder',
  tags,
  summary: 'Put the products of a rate card in the order of their invoice lines',
  request: {
    body: jsonBody(
      z.object({
        rate_card_id: Id,
        product_order: z.array(Id).max(PRODUCTS_ORDERED_MAX).openapi({
          description: 'The products that come first; the others follow in the order they have.',
        }),
      }),
    ),
  },
  responses: { 200: json(IdData, 'The rate card') },
})

const moveProductsRoute = apiRoute({
  method: 'post',
  path: '/v1/contract-pricing/rate-cards/moveRateCardProducts',
  access: 'write',
  operationId: 'moveRateCardProducts',
  tags,
  summary: 'Move some products within the order of invoice lines',
  request: {
    body: jsonBody(
      z.object({
        rate_card_id: Id,
        product_moves: z
          .array(
            z.object({
              product_id: Id,
              position: z.int().min(0).openapi({ description: 'Counted from 0.' }),
            }),
          )
          .max(PRODUCTS_ORDERED_MAX),
      }),
    ),
  },
  responses: { 200: json(IdData, 'The rate card') },
})

export function productOrderRoutes(app: App): void {
  app.openapi(setOrderRoute, async (c) => {
    const { db, environment } = c.var
    const { rate_card_id, product_order } = c.req.valid('json')
    const changed = await changeProductOrder(db, environment.id, rate_card_id, (current) =>
      setProductOrder(current, product_order),
    )
    if (!changed.ok) return fail(c, changed.error)
    return c.json({ data: changed.value }, 200)
  })

  app.openapi(moveProductsRoute, async (c) => {
    const { db, environment } = c.var
    const { rate_card_id, product_moves } = c.req.valid('json')
    const moves = product_moves.map(({ product_id, position }) => {
      return { productId: product_id, position }
    })
    const changed = await changeProductOrder(db, environment.id, rate_card_id, (current) =>
      moveProducts(current, moves),
    )
    if (!changed.ok) return fail(c, changed.error)
    return c.json({ data: changed.value }, 200)
  })
}
