import { z } from '@hono/zod-openapi'
import { archiveContract } from '../../actions/archive.ts'
import { createContract } from '../../actions/create-contract.ts'
import { contractAsOf, type ContractEdit } from '../../core/contracts/contract-edit.ts'
import type { Contract } from '../../core/contracts/contract.ts'
import { refuse, type Result, ok } from '../../core/result.ts'
import { loadHistories } from '../../db/contract-edits.ts'
import { findContract, listContracts } from '../../db/contracts.ts'
import { listChildren } from '../../db/hierarchy.ts'
import { findCustomer } from '../../db/customers.ts'
import { loadTrackedCommits } from '../../db/tracked-commits.ts'
import type { AppContext } from '../context.ts'
import { readCreditTypeNames } from '../credit-type-names.ts'
import { fail } from '../errors.ts'
import { readProductNames } from '../product-names.ts'
import { apiRoute, type App } from '../route.ts'
import { dataOf, Id, IdData, json, jsonBody, Timestamp } from '../schemas.ts'
import {
  ContractV1,
  ContractV2,
  idsShown,
  toApiV1,
  toApiV2,
  type AnswerContext,
} from './contract-answers.ts'
import { type ContractBalances, loadContractBalances, readIncluded } from './contract-balances.ts'
import { fromApiContract, NewContractTerms } from './contract-bodies.ts'
import { noCustomer } from './customers.ts'
import { readInvoiceIds, withVoided } from './invoice-ids.ts'
import { readPackagedContract, refuseTermsOfPackage } from './packaged-contract.ts'

const tags = ['Contracts']

const NewContractBody = NewContractTerms.extend({ customer_id: Id })
  .superRefine(refuseTermsOfPackage)
  .openapi('NewContract')

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

const Inclusions = {
  include_balance: z.boolean().optional().openapi({ description: 'Of commits and credits.' }),
  include_ledgers: z.boolean().optional().openapi({ description: 'Of commits and credits.' }),
}

const OneContractV1Body = z.object({ customer_id: Id, contract_id: Id, ...Inclusions })

const OneContractBody = OneContractV1Body.extend({
  as_of_date: Timestamp.optional().openapi({
    description: 'The contract as it was then. Not together with include_ledgers.',
  }),
  webhook_notification_id: z.string().optional().openapi({ description: 'Has no effect.' }),
}).refine(({ as_of_date, include_ledgers }) => as_of_date === undefined || !include_ledgers, {
  error: 'expected only without include_ledgers',
  path: ['as_of_date'],
})

const ManyContractsBody = z.object({
  customer_id: Id,
  covering_date: Timestamp.optional(),
  starting_at: Timestamp.optional(),
  include_archived: z.boolean().optional(),
  ...Inclusions,
})

const getContractV1Route = apiRoute({
  method: 'post',
  path: '/v1/contracts/get',
  access: 'read',
  operationId: 'getContractV1',
  tags,
  summary: 'Get a contract (v1)',
  request: { body: jsonBody(OneContractV1Body) },
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
    const { customer_id: customerId, ...body } = c.req.valid('json')
    const made = { id: newId(), customerId, createdBy: principal.tokenName }
    const asked = { ...fromApiContract(body, newId), ...made }
    const input = await readPackagedContract(c, body, asked)
    if (!input.ok) return fail(c, input.error)
    const created = await createContract(c.env, environment, input.value, now)
    if (!created.ok) return fail(c, created.error)
    const context = await answerContext(c, [created.value])
    return c.json({ data: { id: made.id, contract: toApiV2(created.value, context) } }, 200)
  })

  app.openapi(getContractV1Route, async (c) => {
    const body = c.req.valid('json')
    const { customer_id, contract_id } = body
    const contract = await readContract(c, customer_id, contract_id)
    if (contract === null) return fail(c, noContract(contract_id))
    const included = await readIncluded(c, customer_id, body)
    if (!included.ok) return fail(c, included.error)
    const [answer] = await toApiV1s(c, [contract], included.value)
    return c.json({ data: answer! }, 200)
  })

  app.openapi(getContractV2Route, async (c) => {
    const body = c.req.valid('json')
    const { customer_id, contract_id, as_of_date } = body
    const contract = await readContract(c, customer_id, contract_id)
    if (contract === null) return fail(c, noContract(contract_id))
    const asked = as_of_date === undefined ? ok(contract) : await recall(c, contract, as_of_date)
    if (!asked.ok) return fail(c, asked.error)
    const included = await readIncluded(c, customer_id, body)
    if (!included.ok) return fail(c, included.error)
    const context = await answerContext(c, [asked.value], [], included.value)
    const shown = as_of_date === undefined ? context : asOf(context, as_of_date)
    return c.json({ data: toApiV2(asked.value, shown) }, 200)
  })

  app.openapi(listContractsV1Route, async (c) => {
    const body = c.req.valid('json')
    const contracts = await readContracts(c, body)
    if (contracts === null) return fail(c, noCustomer(body.customer_id))
    const included = await readIncluded(c, body.customer_id, body)
    if (!included.ok) return fail(c, included.error)
    return c.json({ data: await toApiV1s(c, contracts, included.value) }, 200)
  })

  app.openapi(listContractsV2Route, async (c) => {
    const body = c.req.valid('json')
    const contracts = await readContracts(c, body)
    if (contracts === null) return fail(c, noCustomer(body.customer_id))
    const included = await readIncluded(c, body.customer_id, body)
    if (!included.ok) return fail(c, included.error)
    const context = await answerContext(c, contracts, [], included.value)
    return c.json({ data: contracts.map((contract) => toApiV2(contract, context)) }, 200)
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

export function noContract(id: string) {
  return { code: 'not_found' as const, message: `contract_id: the customer has no contract ${id}` }
}

/** The contract as it was at an instant. */
async function recall(c: AppContext, contract: Contract, at: number): Promise<Result<Contract>> {
  if (contract.createdAt > at) {
    return refuse('not_found', 'as_of_date: the contract was created later than that')
  }
  const { db, environment } = c.var
  const history = (await loadHistories(db, environment.id, [contract.id])).get(contract.id)
  if (history === undefined) return ok(contract)
  return ok(contractAsOf(contract, history.initial, history.edits, at))
}

/** With the commits and credits that there were at an instant. */
function asOf(context: AnswerContext, at: number): AnswerContext {
  const balances = [...context.balances].map(([id, own]) => {
    const made = own.filter(({ createdAt }) => createdAt <= at)
    return [
      id,
      made.map((balance) => {
        const isArchived = balance.archivedAt !== null && balance.archivedAt <= at
        return { ...balance, archivedAt: isArchived ? balance.archivedAt : null }
      }),
    ] as const
  })
  return { ...context, balances: new Map(balances) }
}

async function toApiV1s(c: AppContext, contracts: Contract[], included?: ContractBalances) {
  const { db, environment } = c.var
  const ids = contracts.map(({ id }) => id)
  const histories = await loadHistories(db, environment.id, ids)
  const edits = [...histories.values()].flatMap((history) => history.edits)
  const initials = contracts.map((contract) => {
    return { ...contract, ...histories.get(contract.id)?.initial }
  })
  const context = await answerContext(c, [...contracts, ...initials], edits, included)
  return contracts.map((contract) => toApiV1(contract, histories.get(contract.id), context))
}

/**
 * What answering with these contracts and edits needs besides them.
 * @param included the commits and credits of their customer, where more of these is asked for
 */
export async function answerContext(
  c: AppContext,
  contracts: Contract[],
  edits: ContractEdit[] = [],
  included?: ContractBalances,
): Promise<AnswerContext> {
  const { db, environment, now } = c.var
  const read = included ?? (await loadContractBalances(c, contracts))
  const balances = Map.groupBy(read.balances, ({ contractId }) => contractId ?? '')
  const own = contracts.flatMap(({ id }) => balances.get(id) ?? [])
  const { productIds, creditTypeIds } = idsShown(contracts, edits, own)
  const productNames = await readProductNames(c, productIds)
  const creditTypeNames = await readCreditTypeNames(db, environment.id, creditTypeIds)
  const bought = await loadTrackedCommits(db, environment.id, contracts)
  const scheduled = { contracts, balances: [...own, ...bought] }
  const invoiceIds = await readInvoiceIds(c, contracts[0]?.customerId, scheduled)
  const tracked = await withVoided(db, bought, invoiceIds)
  const ids = contracts.map(({ id }) => id)
  const children = await listChildren(db, environment.id, ids, now)
  const { readings } = read
  const names = { productNames, creditTypeNames, invoiceIds }
  return { ...names, balances, readings, tracked, children, now }
}
