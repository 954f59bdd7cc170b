import { z } from '@hono/zod-openapi'
import { placeCustomer, readPlacement, type CustomerPlacement } from '../../actions/placements.ts'
import { OWN_METERS_MAX } from '../../core/metering/place.ts'
import { fail } from '../errors.ts'
import { apiRoute, type App } from '../route.ts'
import { CustomerParams, dataOf, json, jsonBody } from '../schemas.ts'

const tags = ['Customers']

const PlacementBody = z
  .object({
    kind: z.enum(['shared', 'own']).openapi({
      description: 'Whether the customer shares its meters with others, or has its own.',
    }),
    meters: z.int(),
    is_moving: z.boolean().openapi({
      description: 'Some of its ingest ids are on their way there; cron goes on with them.',
    }),
  })
  .openapi('CustomerPlacement')

const getPlacementRoute = apiRoute({
  method: 'get',
  path: '/v1/customers/{customer_id}/placement',
  isOwn: true,
  access: 'write',
  operationId: 'getCustomerPlacement',
  tags,
  summary: 'Which meters take the events of a customer in',
  request: { params: CustomerParams },
  responses: { 200: json(dataOf(PlacementBody), 'The placement') },
})

const placeCustomerRoute = apiRoute({
  method: 'post',
  path: '/v1/customers/{customer_id}/placement',
  isOwn: true,
  access: 'write',
  operationId: 'placeCustomer',
  tags,
  summary: 'Give a customer meters of its own, or more of them',
  description:
    'Its events are spread over them by their transaction ids from now on; those that it has stay where they are, and count. Their number can grow but not shrink.',
  request: {
    params: CustomerParams,
    body: jsonBody(z.object({ meters: z.int().min(1).max(OWN_METERS_MAX) })),
  },
  responses: { 200: json(dataOf(PlacementBody), 'The placement') },
})

export function placementRoutes(app: App): void {
  app.openapi(getPlacementRoute, async (c) => {
    const { customer_id } = c.req.valid('param')
    const placement = await readPlacement(c.env, c.var.environment, customer_id)
    if (!placement.ok) return fail(c, placement.error)
    return c.json({ data: toApiPlacement(placement.value) }, 200)
  })

  app.openapi(placeCustomerRoute, async (c) => {
    const { customer_id } = c.req.valid('param')
    const { meters } = c.req.valid('json')
    const placement = await placeCustomer(c.env, c.var.environment, customer_id, meters)
    if (!placement.ok) return fail(c, placement.error)
    return c.json({ data: toApiPlacement(placement.value) }, 200)
  })
}

function toApiPlacement({ kind, meters, isMoving }: CustomerPlacement) {
  return { kind, meters, is_moving: isMoving }
}
