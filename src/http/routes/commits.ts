import { z } from '@hono/zod-openapi'
import { changeBalance, createBalance } from '../../actions/change-balances.ts'
import type { BalanceKind } from '../../core/ledger/balance-kind.ts'
import type { Balance } from '../../core/ledger/balance.ts'
import type { Result } from '../../core/result.ts'
import type { BalanceChange } from '../../objects/account-balances.ts'
import type { AppContext } from '../context.ts'
import { fail } from '../errors.ts'
import { apiRoute, type App } from '../route.ts'
import { HourTimestamp, Id, IdData, json, jsonBody, Timestamp } from '../schemas.ts'
import {
  fromApiCommit,
  fromApiCredit,
  NewCustomerCommit,
  NewCustomerCredit,
} from './commit-bodies.ts'
import { CommitUpdateFields, CreditUpdateFields, fromApiUpdate } from './commit-edit-bodies.ts'

const tags = ['Commits and credits']

const CommitReference = { customer_id: Id, commit_id: Id }
const CreditReference = { customer_id: Id, credit_id: Id }

const createCommitRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/customerCommits/create',
  access: 'write',
  operationId: 'createCustomerCommit',
  tags,
  summary: 'Create a commit of a customer, for all its contracts or some',
  request: { body: jsonBody(NewCustomerCommit) },
  responses: { 200: json(IdData, 'The commit') },
})

const createCreditRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/customerCredits/create',
  access: 'write',
  operationId: 'createCustomerCredit',
  tags,
  summary: 'Create a credit of a customer, for all its contracts or some',
  request: { body: jsonBody(NewCustomerCredit) },
  responses: { 200: json(IdData, 'The credit') },
})

const AccessEnd = HourTimestamp.openapi({
  description: 'On the hour; the present end or earlier.',
})

const endCommitRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/customerCommits/updateEndDate',
  access: 'write',
  operationId: 'updateCustomerCommitEndDate',
  tags,
  summary: 'End a prepaid commit, its invoices, or both earlier',
  request: {
    body: jsonBody(
      z.object({
        ...CommitReference,
        access_ending_before: AccessEnd.optional(),
        invoices_ending_before: Timestamp.optional().openapi({
          description: 'Payments from then on are not invoiced.',
        }),
      }),
    ),
  },
  responses: { 200: json(IdData, 'The commit') },
})

const endCreditRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/customerCredits/updateEndDate',
  access: 'write',
  operationId: 'updateCustomerCreditEndDate',
  tags,
  summary: 'End a credit earlier',
  request: { body: jsonBody(z.object({ ...CreditReference, access_ending_before: AccessEnd })) },
  responses: { 200: json(IdData, 'The credit') },
})

const editCommitRoute = apiRoute({
  method: 'post',
  path: '/v2/contracts/commits/edit',
  access: 'write',
  operationId: 'editCommit',
  tags,
  summary: 'Edit a commit of a customer or a contract: drafts follow, finalized invoices stay',
  request: { body: jsonBody(z.strictObject({ ...CommitReference, ...CommitUpdateFields })) },
  responses: { 200: json(IdData, 'The commit') },
})

const editCreditRoute = apiRoute({
  method: 'post',
  path: '/v2/contracts/credits/edit',
  access: 'write',
  operationId: 'editCredit',
  tags,
  summary: 'Edit a credit of a customer or a contract: drafts follow, finalized invoices stay',
  request: { body: jsonBody(z.strictObject({ ...CreditReference, ...CreditUpdateFields })) },
  responses: { 200: json(IdData, 'The credit') },
})

const archiveCommitRoute = apiRoute({
  method: 'post',
  path: '/v2/contracts/commits/archive',
  access: 'write',
  operationId: 'archiveCommit',
  tags,
  summary: 'Archive a commit that no finalized invoice has to do with',
  request: { body: jsonBody(z.object(CommitReference)) },
  responses: { 200: json(IdData, 'The commit') },
})

const archiveCreditRoute = apiRoute({
  method: 'post',
  path: '/v2/contracts/credits/archive',
  access: 'write',
  operationId: 'archiveCredit',
  tags,
  summary: 'Archive a credit that no finalized invoice has to do with',
  request: { body: jsonBody(z.object(CreditReference)) },
  responses: { 200: json(IdData, 'The credit') },
})

const disableTrueupRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/commits/disableTrueup',
  access: 'write',
  operationId: 'disableCommitTrueup',
  tags,
  summary: 'Let a postpaid commit end without an invoice for what was not used of it',
  request: {
    body: jsonBody(
      z.object({
        ...CommitReference,
        contract_id: Id,
        amendment_id: Id.optional().openapi({ description: 'Has no effect.' }),
      }),
    ),
  },
  responses: { 200: json(IdData, 'The commit') },
})

export function commitRoutes(app: App): void {
  app.openapi(createCommitRoute, async (c) => {
    const body = c.req.valid('json')
    const created = await create(c, body.customer_id, fromApiCommit(c.var.newId(), body, ''))
    if (!created.ok) return fail(c, created.error)
    return c.json({ data: { id: created.value.id } }, 200)
  })

  app.openapi(createCreditRoute, async (c) => {
    const body = c.req.valid('json')
    const created = await create(c, body.customer_id, fromApiCredit(c.var.newId(), body, ''))
    if (!created.ok) return fail(c, created.error)
    return c.json({ data: { id: created.value.id } }, 200)
  })

  app.openapi(endCommitRoute, async (c) => {
    const { access_ending_before, invoices_ending_before, ...body } = c.req.valid('json')
    const ends = { access: access_ending_before, payments: invoices_ending_before }
    const ended = await changeCommit(c, body, { verb: 'end', ends })
    if (!ended.ok) return fail(c, ended.error)
    return c.json({ data: { id: body.commit_id } }, 200)
  })

  app.openapi(endCreditRoute, async (c) => {
    const { access_ending_before: access, ...body } = c.req.valid('json')
    const ended = await changeCredit(c, body, { verb: 'end', ends: { access } })
    if (!ended.ok) return fail(c, ended.error)
    return c.json({ data: { id: body.credit_id } }, 200)
  })

  app.openapi(editCommitRoute, async (c) => {
    const body = c.req.valid('json')
    const update = fromApiUpdate(body.commit_id, body)
    const edited = await changeCommit(c, body, { verb: 'edit', update })
    if (!edited.ok) return fail(c, edited.error)
    return c.json({ data: { id: body.commit_id } }, 200)
  })

  app.openapi(editCreditRoute, async (c) => {
    const body = c.req.valid('json')
    const update = fromApiUpdate(body.credit_id, body)
    const edited = await changeCredit(c, body, { verb: 'edit', update })
    if (!edited.ok) return fail(c, edited.error)
    return c.json({ data: { id: body.credit_id } }, 200)
  })

  app.openapi(archiveCommitRoute, async (c) => {
    const body = c.req.valid('json')
    const archived = await changeCommit(c, body, { verb: 'archive' })
    if (!archived.ok) return fail(c, archived.error)
    return c.json({ data: { id: body.commit_id } }, 200)
  })

  app.openapi(archiveCreditRoute, async (c) => {
    const body = c.req.valid('json')
    const archived = await changeCredit(c, body, { verb: 'archive' })
    if (!archived.ok) return fail(c, archived.error)
    return c.json({ data: { id: body.credit_id } }, 200)
  })

  app.openapi(disableTrueupRoute, async (c) => {
    const body = c.req.valid('json')
    const change = { verb: 'disable-trueup', contractId: body.contract_id } as const
    const disabled = await changeCommit(c, body, change)
    if (!disabled.ok) return fail(c, disabled.error)
    return c.json({ data: { id: body.commit_id } }, 200)
  })
}

function create(
  c: AppContext,
  customerId: string,
  input: Parameters<typeof createBalance>[2]['input'],
): Promise<Result<Balance>> {
  const { environment, principal, now } = c.var
  const asked = { customerId, input, createdBy: principal.tokenName }
  return createBalance(c.env, environment, asked, now)
}

function changeCommit(
  c: AppContext,
  { customer_id, commit_id }: { customer_id: string; commit_id: string },
  change: BalanceChange['change'],
) {
  return changeOf(c, customer_id, commit_id, 'COMMIT', change)
}

function changeCredit(
  c: AppContext,
  { customer_id, credit_id }: { customer_id: string; credit_id: string },
  change: BalanceChange['change'],
) {
  return changeOf(c, customer_id, credit_id, 'CREDIT', change)
}

function changeOf(
  c: AppContext,
  customerId: string,
  balanceId: string,
  kind: BalanceKind,
  change: BalanceChange['change'],
): Promise<Result<Balance>> {
  const { environment, principal, now, newId } = c.var
  const made = { editId: newId(), createdBy: principal.tokenName }
  return changeBalance(c.env, environment, { customerId, balanceId, kind, change, ...made }, now)
}
