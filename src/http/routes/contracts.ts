import { z } from '@hono/zod-openapi'
import { archiveContract } from '../../actions/archive.ts'
import { createContract } from '../../actions/create-contract.ts'
import { STATEMENT_FREQUENCIES, type Contract } from '../../core/contracts/contract.ts'
import { STATEMENT_DAYS } from '../../core/contracts/create-contract.ts'
import { findContract, listContracts } from '../../db/contracts.ts'
import { findCustomer } from '../../db/customers.ts'
import type { AppContext } from '../context.ts'
import { fail } from '../errors.ts'
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
  Unsupported,
  Timestamp,
  TimestampText,
  toApiTimestamp,
} from '../schemas.ts'
import { noCustomer } from './customers.ts'

const tags = ['Contracts']

const NewContractBody = z
  .object({
    customer_id: Id,
    name: z.string().optional(),
    uniqueness_key: z.string().min(1).max(128).optional(),
    rate_card_id: Id.optional(),
    rate_card_alias: z.string().min(1).optional().openapi({
      description: 'Resolved as of starting_at.',
    }),
    starting_at: HourTimestamp,
    ending_before: HourTimestamp.optional(),
    net_payment_terms_days: z.int().min(0).max(3_650).optional(),
    netsuite_sales_order_id: z.string().optional(),
    salesforce_opportunity_id: z.string().optional(),
    usage_statement_schedule: z
      .object({
        frequency: enumOf(STATEMENT_FREQUENCIES),
        day: enumOf(STATEMENT_DAYS).optional(),
        billing_anchor_date: HourTimestamp.optional(),
        invoice_generation_starting_at: Unsupported,
      })
      .optional(),
    custom_fields: CustomFields.optional(),
    billing_provider_configuration: Unsupported,
    commits: Unsupported,
    credits: Unsupported,
    discounts: Unsupported,
    hierarchy_configuration: Unsupported,
    multiplier_override_prioritization: Unsupported,
    overrides: Unsupported,
    package_alias: Unsupported,
    package_id: Unsupported,
    prepaid_balance_threshold_configuration: Unsupported,
    professional_services: Unsupported,
    recurring_commits: Unsupported,
    recurring_credits: Unsupported,
    reseller_royalties: Unsupported,
    revenue_system_configuration: Unsupported,
    scheduled_charges: Unsupported,
    scheduled_charges_on_usage_invoices: Unsupported,
    spend_threshold_configuration: Unsupported,
    spend_trackers: Unsupported,
    subscriptions: Unsupported,
    total_contract_value: Unsupported,
    transition: Unsupported,
    usage_filter: Unsupported,
  })
  .openapi('NewContract')

/** What is not served yet is always empty. */
const Unserved = z.array(z.object({})).max(0)

const ScheduleBody = z.object({
  frequency: z.enum(STATEMENT_FREQUENCIES),
  billing_anchor_date: TimestampText,
})

/** The terms of a contract. */
const TermsBody = z.object({
  name: z.string().optional(),
  rate_card_id: Id.optional(),
  starting_at: TimestampText,
  ending_before: TimestampText.optional(),
  net_payment_terms_days: z.number().optional(),
  netsuite_sales_order_id: z.string().optional(),
  salesforce_opportunity_id: z.string().optional(),
  usage_statement_schedule: ScheduleBody,
  created_at: TimestampText,
  created_by: z.string(),
  commits: Unserved,
  overrides: Unserved,
  scheduled_charges: Unserved,
  transitions: Unserved,
})

const EntityBody = z.object({
  id: Id,
  customer_id: Id,
  uniqueness_key: z.string().optional(),
  custom_fields: z.record(z.string(), z.string()),
  archived_at: TimestampText.optional(),
})

const ContractV1 = EntityBody.extend({
  initial: TermsBody,
  current: TermsBody,
  amendments: Unserved,
}).openapi('ContractV1')

const ContractV2 = EntityBody.extend(TermsBody.shape)
  .extend({ usage_filter: Unserved })
  .openapi('ContractV2')

const createContractRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/create',
  access: 'write',
  operationId: 'createContract',
  tags,
  summary: 'Create a contract',
  request: { body: jsonBody(NewContractBody) },
  responses: { 200: json(dataOf(z.object({ id: Id, contract: ContractV2 })), 'The contract') },
})

const OneContractBody = z.object({ customer_id: Id, contract_id: Id, as_of_date: Unsupported })

const ManyContractsBody = z.object({
  customer_id: Id,
  covering_date: Timestamp.optional(),
  starting_at: Timestamp.optional(),
  include_archived: z.boolean().optional(),
})

const getContractV1Route = apiRoute({
  method: 'post',
  path: '/v1/contracts/get',
  access: 'read',
  operationId: 'getContractV1',
  tags,
  summary: 'Get a contract (v1)',
  request: { body: jsonBody(OneContractBody) },
  responses: { 200: json(dataOf(ContractV1), 'The contract') },
})

const getContractV2Route = apiRoute({
  method: 'post',
  path: '/v2/contracts/get',
  access: 'read',
  operationId: 'getContractV2',
  tags,
  summary: 'Get a contract',
  request: { body: jsonBody(OneContractBody) },
  responses: { 200: json(dataOf(ContractV2), 'The contract') },
})

const listContractsV1Route = apiRoute({
  method: 'post',
  path: '/v1/contracts/list',
  access: 'read',
  operationId: 'listContractsV1',
  tags,
  summary: "List a customer's contracts (v1)",
  request: { body: jsonBody(ManyContractsBody) },
  responses: { 200: json(dataOf(z.array(ContractV1)), 'The contracts, oldest first') },
})

const listContractsV2Route = apiRoute({
  method: 'post',
  path: '/v2/contracts/list',
  access: 'read',
  operationId: 'listContractsV2',
  tags,
  summary: "List a customer's contracts",
  request: { body: jsonBody(ManyContractsBody) },
  responses: { 200: json(dataOf(z.array(ContractV2)), 'The contracts, oldest first') },
})

const archiveContractRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/archive',
  access: 'write',
  operationId: 'archiveContract',
  tags,
  summary: 'Archive a contract for good: its drafts disappear',
  request: {
    body: jsonBody(
      z.object({
        customer_id: Id,
        contract_id: Id,
        void_invoices: z.boolean().openapi({
          description: 'Whether its finalized invoices become void; otherwise they stay.',
        }),
      }),
    ),
  },
  responses: { 200: json(IdData, 'The contract') },
})

export function contractRoutes(app: App): void {
  app.openapi(createContractRoute, async (c) => {
    const { environment, principal, now, newId } = c.var
    const body = c.req.valid('json')
    const created = await createContract(
      c.env,
      environment,
      { ...fromApiContract(body), id: newId(), createdBy: principal.tokenName },
      now,
    )
    if (!created.ok) return fail(c, created.error)
    const contract = toApiV2(created.value)
    return c.json({ data: { id: contract.id, contract } }, 200)
  })

  app.openapi(getContractV1Route, async (c) => {
    const { customer_id, contract_id } = c.req.valid('json')
    const contract = await readContract(c, customer_id, contract_id)
    if (contract === null) return fail(c, noContract(contract_id))
    return c.json({ data: toApiV1(contract) }, 200)
  })

  app.openapi(getContractV2Route, async (c) => {
    const { customer_id, contract_id } = c.req.valid('json')
    const contract = await readContract(c, customer_id, contract_id)
    if (contract === null) return fail(c, noContract(contract_id))
    return c.json({ data: toApiV2(contract) }, 200)
  })

  app.openapi(listContractsV1Route, async (c) => {
    const body = c.req.valid('json')
    const contracts = await readContracts(c, body)
    if (contracts === null) return fail(c, noCustomer(body.customer_id))
    return c.json({ data: contracts.map(toApiV1) }, 200)
  })

  app.openapi(listContractsV2Route, async (c) => {
    const body = c.req.valid('json')
    const contracts = await readContracts(c, body)
    if (contracts === null) return fail(c, noCustomer(body.customer_id))
    return c.json({ data: contracts.map(toApiV2) }, 200)
  })

  app.openapi(archiveContractRoute, async (c) => {
    const { environment, now } = c.var
    const { customer_id, contract_id, void_invoices } = c.req.valid('json')
    const input = { customerId: customer_id, contractId: contract_id, isVoiding: void_invoices }
    const archived = await archiveContract(c.env, environment, input, now)
    if (!archived.ok) return fail(c, archived.error)
    return c.json({ data: { id: contract_id } }, 200)
  })
}

function readContract(c: AppContext, customerId: string, id: string): Promise<Contract | null> {
  return findContract(c.var.db, c.var.environment.id, customerId, id)
}

/** Null when there is no such customer. */
async function readContracts(
  c: AppContext,
  body: z.output<typeof ManyContractsBody>,
): Promise<Contract[] | null> {
  const { db, environment } = c.var
  if ((await findCustomer(db, environment.id, body.customer_id)) === null) return null
  return listContracts(db, environment.id, body.customer_id, {
    coveringDate: body.covering_date,
    startingAt: body.starting_at,
    includeArchived: body.include_archived,
  })
}

function noContract(id: string) {
  return { code: 'not_found' as const, message: `contract_id: the customer has no contract ${id}` }
}

function fromApiContract(body: z.output<typeof NewContractBody>) {
  const schedule = body.usage_statement_schedule
  return {
    customerId: body.customer_id,
    name: body.name,
    uniquenessKey: body.uniqueness_key,
    rateCardId: body.rate_card_id,
    rateCardAlias: body.rate_card_alias,
    startingAt: body.starting_at,
    endingBefore: body.ending_before,
    netPaymentTermsDays: body.net_payment_terms_days,
    netsuiteSalesOrderId: body.netsuite_sales_order_id,
    salesforceOpportunityId: body.salesforce_opportunity_id,
    usageStatementSchedule: schedule && {
      frequency: schedule.frequency,
      day: schedule.day,
      billingAnchorDate: schedule.billing_anchor_date,
    },
    customFields: body.custom_fields ?? {},
  }
}

function toApiTerms(contract: Contract): z.input<typeof TermsBody> {
  const { terms, rateCardId, startingAt, endingBefore, createdAt, createdBy } = contract
  return {
    name: terms.name,
    rate_card_id: rateCardId ?? undefined,
    starting_at: toApiTimestamp(startingAt),
    ending_before: endingBefore === null ? undefined : toApiTimestamp(endingBefore),
    net_payment_terms_days: terms.netPaymentTermsDays,
    netsuite_sales_order_id: terms.netsuiteSalesOrderId,
    salesforce_opportunity_id: terms.salesforceOpportunityId,
    usage_statement_schedule: {
      frequency: terms.statementSchedule.frequency,
      billing_anchor_date: toApiTimestamp(terms.statementSchedule.anchorMs),
    },
    created_at: toApiTimestamp(createdAt),
    created_by: createdBy,
    commits: [],
    overrides: [],
    scheduled_charges: [],
    transitions: [],
  }
}

function toApiEntity({ id, customerId, uniquenessKey, customFields, archivedAt }: Contract) {
  return {
    id,
    customer_id: customerId,
    uniqueness_key: uniquenessKey ?? undefined,
    custom_fields: customFields,
    archived_at: archivedAt === null ? undefined : toApiTimestamp(archivedAt),
  }
}

function toApiV1(contract: Contract): z.input<typeof ContractV1> {
  const terms = toApiTerms(contract)
  return { ...toApiEntity(contract), initial: terms, current: terms, amendments: [] }
}

function toApiV2(contract: Contract): z.input<typeof ContractV2> {
  return { ...toApiEntity(contract), ...toApiTerms(contract), usage_filter: [] }
}
