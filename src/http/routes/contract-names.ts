import { z } from '@hono/zod-openapi'
import { findCustomer } from '../../db/customers.ts'
import { listContractNames } from '../../db/contract-names.ts'
import { fail } from '../errors.ts'
import { PageQuery, readRowPage } from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import { CustomerParams, Id, json, pageOf, TimestampText, toApiTimestamp } from '../schemas.ts'
import { noCustomer } from './customers.ts'

const ContractNameBody = z
  .object({
    id: Id,
    name: z.string().nullable(),
    starting_at: TimestampText,
    ending_before: TimestampText.nullable(),
  })
  .openapi('ContractName')

const listContractNamesRoute = apiRoute({
  method: 'get',
  path: '/v1/customers/{customer_id}/contract-names',
  isOwn: true,
  access: 'read',
  embeddable: { by: 'path', in: ['invoices', 'commits_and_credits'] },
  operationId: 'listContractNames',
  tags: ['Contracts'],
  summary: "List the names of a customer's contracts, archived ones included",
  description: 'None of their terms, so that embedded pages may read it, too.',
  request: { params: CustomerParams, query: PageQuery },
  responses: { 200: json(pageOf(ContractNameBody), 'A page of contracts, oldest first') },
})

export function contractNameRoutes(app: App): void {
  app.openapi(listContractNamesRoute, async (c) => {
    const { db, environment } = c.var
    const { customer_id } = c.req.valid('param')
    if ((await findCustomer(db, environment.id, customer_id)) === null) {
      return fail(c, noCustomer(customer_id))
    }
    const only = c.var.principal.embed?.options['contract_id']
    const question = `customers/${customer_id}/contract-names`
    const page = await readRowPage(question, c.req.valid('query'), (from, limit) =>
      listContractNames(db, environment.id, { customerId: customer_id, only }, from, limit),
    )
    if (!page.ok) return fail(c, page.error)
    const data = page.value.rows.map(({ id, name, startingAt, endingBefore }) => ({
      id,
      name,
      starting_at: toApiTimestamp(startingAt),
      ending_before: endingBefore === null ? null : toApiTimestamp(endingBefore),
    }))
    return c.json({ data, next_page: page.value.nextPage }, 200)
  })
}
