import { z } from '@hono/zod-openapi'
import { archiveCustomer } from '../../actions/archive.ts'
import { createCustomer, setIngestAliases } from '../../actions/customers.ts'
import { cutCustomerName, externalIdOf, type Customer } from '../../core/customer.ts'
import { findCustomer, listCustomers, updateCustomer } from '../../db/customers.ts'
import { fail } from '../errors.ts'
import { PageQuery, readRowPage } from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import {
  CustomerParams,
  CustomFields,
  dataOf,
  Id,
  IdBody,
  IdData,
  json,
  jsonBody,
  pageOf,
  QueryBoolean,
  queryList,
  TimestampText,
  toApiTimestamp,
  Unsupported,
  WellFormedText,
} from '../schemas.ts'

const tags = ['Customers']

const IngestAlias = WellFormedText.min(1).max(128)
// AL-4
const IngestAliases = z.array(IngestAlias).max(2_000).openapi({
  description: 'Ids under which your systems know the customer; events may be sent under any.',
})

const CustomerBody = z
  .object({
    id: Id,
    name: z.string(),
    external_id: z.string().openapi({ description: 'The first alias, or else the id.' }),
    ingest_aliases: z.array(z.string()),
    custom_fields: z.record(z.string(), z.string()),
  })
  .openapi('Customer')

export const CustomerDetail = CustomerBody.extend({
  customer_config: z.object({ salesforce_account_id: z.string().nullable() }),
  created_at: TimestampText,
  updated_at: TimestampText,
  archived_at: TimestampText.nullable(),
}).openapi('CustomerDetail')

/** A customer as it is asked for. */
export const NewCustomerBody = z.object({
  name: z.string().openapi({ description: 'Cut after 160 characters.' }),
  ingest_aliases: IngestAliases.optional(),
  external_id: IngestAlias.optional().openapi({ deprecated: true }),
  custom_fields: CustomFields.optional(),
  customer_billing_provider_configurations: Unsupported,
  customer_revenue_system_configurations: Unsupported,
})

const createCustomerRoute = apiRoute({
  method: 'post',
  path: '/v1/customers',
  access: 'write',
  operationId: 'createCustomer',
  tags,
  summary: 'Create a customer',
  request: {
    body: jsonBody(NewCustomerBody),
  },
  responses: { 200: json(dataOf(CustomerBody), 'The customer') },
})

const listCustomersRoute = apiRoute({
  method: 'get',
  path: '/v1/customers',
  access: 'read',
  operationId: 'listCustomers',
  tags,
  summary: 'List customers',
  request: {
    query: PageQuery.extend({
      ingest_alias: z.string().optional(),
      name: z.string().min(1).max(200).optional().openapi({
        description: 'Part of the name, in either case.',
      }),
      customer_ids: queryList(Id).optional(),
      salesforce_account_ids: queryList(z.string()).optional(),
      only_archived: QueryBoolean.optional(),
    }),
  },
  responses: { 200: json(pageOf(CustomerDetail), 'A page of customers, oldest first') },
})

const getCustomerRoute = apiRoute({
  method: 'get',
  path: '/v1/customers/{customer_id}',
  access: 'read',
  operationId: 'getCustomer',
  tags,
  summary: 'Get a customer',
  request: { params: CustomerParams },
  responses: { 200: json(dataOf(CustomerDetail), 'The customer') },
})

const setIngestAliasesRoute = apiRoute({
  method: 'post',
  path: '/v1/customers/{customer_id}/setIngestAliases',
  access: 'write',
  operationId: 'setIngestAliases',
  tags,
  summary: 'Replace all ingest aliases of a customer',
  request: {
    params: CustomerParams,
    body: jsonBody(z.object({ ingest_aliases: IngestAliases })),
  },
  responses: { 200: { description: 'Done' } },
})

const setNameRoute = apiRoute({
  method: 'post',
  path: '/v1/customers/{customer_id}/setName',
  access: 'write',
  operationId: 'setCustomerName',
  tags,
  summary: 'Rename a customer',
  request: { params: CustomerParams, body: jsonBody(z.object({ name: z.string() })) },
  responses: { 200: json(dataOf(CustomerBody), 'The customer') },
})

const updateConfigRoute = apiRoute({
  method: 'post',
  path: '/v1/customers/{customer_id}/updateConfig',
  access: 'write',
  operationId: 'updateCustomerConfig',
  tags,
  summary: 'Change settings of a customer',
  request: {
    params: CustomerParams,
    body: jsonBody(
      z.object({
        salesforce_account_id: z.string().nullable().optional(),
        leave_stripe_invoices_in_draft: Unsupported,
      }),
    ),
  },
  responses: { 200: { description: 'Done' } },
})

const archiveCustomerRoute = apiRoute({
  method: 'post',
  path: '/v1/customers/archive',
  access: 'write',
  operationId: 'archiveCustomer',
  tags,
  summary: 'Archive a customer for good, with its contracts, and void its invoices',
  request: { body: jsonBody(IdBody) },
  responses: { 200: json(IdData, 'The customer') },
})

export function customerRoutes(app: App): void {
  app.openapi(createCustomerRoute, async (c) => {
    const { db, environment, now, newId } = c.var
    const { name, ingest_aliases = [], external_id, custom_fields = {} } = c.req.valid('json')
    const ingestAliases =
      external_id === undefined ? ingest_aliases : [...ingest_aliases, external_id]
    const input = { id: newId(), name, ingestAliases, customFields: custom_fields }
    const created = await createCustomer(db, environment.id, input, now)
    if (!created.ok) return fail(c, created.error)
    return c.json({ data: toApiCustomer(created.value) }, 200)
  })

  app.openapi(listCustomersRoute, async (c) => {
    const { db, environment } = c.var
    const { limit: asked, next_page, ...query } = c.req.valid('query')
    const filter = {
      name: query.name,
      ingestAlias: query.ingest_alias,
      customerIds: query.customer_ids,
      salesforceAccountIds: query.salesforce_account_ids,
      onlyArchived: query.only_archived ?? false,
    }
    const place = { limit: asked, next_page }
    const page = await readRowPage(JSON.stringify(query), place, (from, limit) =>
      listCustomers(db, environment.id, filter, from, limit),
    )
    if (!page.ok) return fail(c, page.error)
    const { rows, nextPage } = page.value
    return c.json({ data: rows.map(toApiCustomerDetail), next_page: nextPage }, 200)
  })

  app.openapi(getCustomerRoute, async (c) => {
    const { db, environment } = c.var
    const { customer_id } = c.req.valid('param')
    const customer = await findCustomer(db, environment.id, customer_id)
    if (customer === null) return fail(c, noCustomer(customer_id))
    return c.json({ data: toApiCustomerDetail(customer) }, 200)
  })

  changeCustomerRoutes(app)
}

function changeCustomerRoutes(app: App): void {
  app.openapi(setIngestAliasesRoute, async (c) => {
    const { environment, now } = c.var
    const { customer_id } = c.req.valid('param')
    const { ingest_aliases } = c.req.valid('json')
    const set = await setIngestAliases(c.env, environment.id, customer_id, ingest_aliases, now)
    if (!set.ok) return fail(c, set.error)
    return c.body(null, 200)
  })

  app.openapi(setNameRoute, async (c) => {
    const { db, environment, now } = c.var
    const { customer_id } = c.req.valid('param')
    const name = cutCustomerName(c.req.valid('json').name)
    const customer = await findCustomer(db, environment.id, customer_id)
    if (customer === null) return fail(c, noCustomer(customer_id))
    await updateCustomer(db, customer.id, { name, updatedAt: now })
    return c.json({ data: toApiCustomer({ ...customer, name }) }, 200)
  })

  app.openapi(updateConfigRoute, async (c) => {
    const { db, environment, now } = c.var
    const { customer_id } = c.req.valid('param')
    const { salesforce_account_id } = c.req.valid('json')
    const customer = await findCustomer(db, environment.id, customer_id)
    if (customer === null) return fail(c, noCustomer(customer_id))
    const changes = { salesforceAccountId: salesforce_account_id, updatedAt: now }
    await updateCustomer(db, customer.id, changes)
    return c.body(null, 200)
  })

  app.openapi(archiveCustomerRoute, async (c) => {
    const { environment, now } = c.var
    const { id } = c.req.valid('json')
    const archived = await archiveCustomer(c.env, environment, id, now)
    if (!archived.ok) return fail(c, archived.error)
    return c.json({ data: { id } }, 200)
  })
}

export function noCustomer(id: string) {
  return { code: 'not_found' as const, message: `customer_id: no customer ${id}` }
}

function toApiCustomer(customer: Customer) {
  return {
    id: customer.id,
    name: customer.name,
    external_id: externalIdOf(customer),
    ingest_aliases: customer.ingestAliases,
    custom_fields: customer.customFields,
  }
}

function toApiCustomerDetail(customer: Customer) {
  const { salesforceAccountId, createdAt, updatedAt, archivedAt } = customer
  return {
    ...toApiCustomer(customer),
    customer_config: { salesforce_account_id: salesforceAccountId },
    created_at: toApiTimestamp(createdAt),
    updated_at: toApiTimestamp(updatedAt),
    archived_at: archivedAt === null ? null : toApiTimestamp(archivedAt),
  }
}
