import { z } from '@hono/zod-openapi'
import { readBalances } from '../../actions/balances.ts'
import { productAt } from '../../core/catalog/product.ts'
import { parseDecimal } from '../../core/decimal.ts'
import { balanceNow } from '../../core/ledger/balance-now.ts'
import type { Balance } from '../../core/ledger/balance.ts'
import type { BalancesReading } from '../../core/ledger/draw.ts'
import { movementsOf } from '../../core/ledger/movements.ts'
import {
  balanceOrder,
  type BalanceQuery,
  selectBalances,
} from '../../core/ledger/select-balances.ts'
import { ok, refuse, type Result } from '../../core/result.ts'
import { loadProducts } from '../../db/products.ts'
import type { AppContext } from '../context.ts'
import { readCreditTypeNames } from '../credit-type-names.ts'
import { fail } from '../errors.ts'
import { type CursorKey, cutPage, decodeCursor } from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import { Id, json, jsonBody, pageOf, Timestamp } from '../schemas.ts'
import { shownTo } from '../shown-to-customers.ts'
import {
  CommitBody,
  type CommitContext,
  type CommitReading,
  CreditBody,
  idsShownWith,
  toApiCommit,
  toApiCredit,
} from './commit-answers.ts'
import { readInvoiceIds } from './invoice-ids.ts'
import { toCommitReadings } from './ledger-answers.ts'

const tags = ['Commits and credits']

const PAGE_MAX = 25

const ListBody = z.object({
  customer_id: Id,
  covering_date: Timestamp.optional().openapi({ description: 'Only what gives access then.' }),
  starting_at: Timestamp.optional().openapi({ description: 'Only with access then or later.' }),
  effective_before: Timestamp.optional().openapi({ description: 'Only with access before.' }),
  include_archived: z.boolean().optional().openapi({
    description: 'Also what is archived, or of an archived contract.',
  }),
  include_ledgers: z.boolean().optional(),
  include_balance: z.boolean().optional().openapi({
    description: 'What can be used at this moment, less what drafts draw.',
  }),
  next_page: z.string().optional().openapi({ description: 'The cursor of the page before.' }),
  limit: z
    .int({ error: 'expected a whole number from 1 to 25' })
    .min(1, { error: 'expected a whole number from 1 to 25' })
    .max(PAGE_MAX, { error: 'expected a whole number from 1 to 25' })
    .optional()
    .openapi({ description: '25 if omitted.' }),
})

const ofContracts = z.boolean().optional().openapi({
  description: 'Also those of contracts, besides those of the customer.',
})

const listBalancesRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/customerBalances/list',
  access: 'read',
  embeddable: { by: 'body', in: ['commits_and_credits'] },
  operationId: 'listBalances',
  tags,
  summary: "List a customer's commits and credits",
  request: {
    body: jsonBody(
      ListBody.extend({
        id: Id.optional(),
        include_contract_balances: ofContracts,
        exclude_zero_balances: z.boolean().optional().openapi({
          description: 'Leaves out what nothing can be used of at this moment.',
        }),
        sort_by_priority: z.boolean().optional().openapi({ description: 'Lowest first.' }),
      }),
    ),
  },
  responses: {
    200: json(pageOf(z.union([CommitBody, CreditBody])), 'A page of commits and credits'),
  },
})

const listCommitsRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/customerCommits/list',
  access: 'read',
  operationId: 'listCommits',
  tags,
  summary: "List a customer's commits",
  request: {
    body: jsonBody(
      ListBody.extend({ commit_id: Id.optional(), include_contract_commits: ofContracts }),
    ),
  },
  responses: { 200: json(pageOf(CommitBody), 'A page of commits, oldest first') },
})

const listCreditsRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/customerCredits/list',
  access: 'read',
  operationId: 'listCredits',
  tags,
  summary: "List a customer's credits",
  request: {
    body: jsonBody(
      ListBody.extend({ credit_id: Id.optional(), include_contract_credits: ofContracts }),
    ),
  },
  responses: { 200: json(pageOf(CreditBody), 'A page of credits, oldest first') },
})

export function balanceListRoutes(app: App): void {
  app.openapi(listBalancesRoute, async (c) => {
    const { id, include_contract_balances, exclude_zero_balances, sort_by_priority, ...body } =
      c.req.valid('json')
    const query = {
      id,
      includesContracts: include_contract_balances ?? false,
      isByPriority: sort_by_priority ?? false,
    }
    const page = await readPage(c, body, query, exclude_zero_balances)
    if (!page.ok) return fail(c, page.error)
    const { balances, readings, context, nextPage } = page.value
    const data = balances.map((balance) => {
      const toApi = balance.type === 'CREDIT' ? toApiCredit : toApiCommit
      return toApi(balance, context, readings.get(balance.id))
    })
    return c.json({ data: shownTo(c.var.principal, data), next_page: nextPage }, 200)
  })

  app.openapi(listCommitsRoute, async (c) => {
    const { commit_id: id, include_contract_commits, ...body } = c.req.valid('json')
    const types = ['PREPAID', 'POSTPAID'] as const
    const includesContracts = include_contract_commits ?? false
    const page = await readPage(c, body, { id, types, includesContracts, isByPriority: false })
    if (!page.ok) return fail(c, page.error)
    const { balances, readings, context, nextPage } = page.value
    const data = balances.map((commit) => toApiCommit(commit, context, readings.get(commit.id)))
    return c.json({ data, next_page: nextPage }, 200)
  })

  app.openapi(listCreditsRoute, async (c) => {
    const { credit_id: id, include_contract_credits, ...body } = c.req.valid('json')
    const types = ['CREDIT'] as const
    const includesContracts = include_contract_credits ?? false
    const page = await readPage(c, body, { id, types, includesContracts, isByPriority: false })
    if (!page.ok) return fail(c, page.error)
    const { balances, readings, context, nextPage } = page.value
    const data = balances.map((credit) => toApiCredit(credit, context, readings.get(credit.id)))
    return c.json({ data, next_page: nextPage }, 200)
  })
}

interface BalancePage {
  balances: Balance[]
  readings: Map<string, CommitReading>
  context: CommitContext
  nextPage: string | null
}

async function readPage(
  c: AppContext,
  body: z.output<typeof ListBody>,
  asked: Pick<BalanceQuery, 'id' | 'types' | 'includesContracts' | 'isByPriority'>,
  excludesZero = false,
): Promise<Result<BalancePage>> {
  const { environment, now } = c.var
  const { customer_id, next_page, limit = PAGE_MAX, include_archived = false } = body
  const { covering_date: coveringDate, starting_at: startingAt } = body
  const access = { coveringDate, startingAt, effectiveBefore: body.effective_before }
  const query = { ...asked, ...access, includesArchived: include_archived }
  const question = JSON.stringify([c.req.path, customer_id, query, excludesZero])
  const from = decodeCursor(question, next_page, CURSOR_SHAPE)
  if (!from.ok) return from
  const [priority = '0'] = from.value ?? []
  if (parseDecimal(String(priority)) === null) {
    return refuse('invalid', 'next_page: not a cursor that this API gave out')
  }
  const { include_balance = false, include_ledgers = false } = body
  const isWithDrafts = include_balance || include_ledgers || excludesZero
  const whose = { customerId: customer_id, isWithDrafts }
  const read = await readBalances(c.env, environment, whose, now)
  if (!read.ok) return read
  const selected = selectBalances(read.value.balances, query)
  const shown = excludesZero ? withoutZero(read.value, selected, now) : selected
  const rest = from.value === null ? shown : after(shown, from.value, asked.isByPriority)
  const { rows, nextPage } = cutPage(question, rest, limit, cursorKeyOf)
  const readings = toCommitReadings(read.value, rows, body, now)
  const context = await readContext(c, customer_id, rows)
  return ok({ balances: rows, readings, context, nextPage })
}

const CURSOR_SHAPE = ['string', 'number', 'string'] as const

function cursorKeyOf({ priority, createdAt, id }: Balance): CursorKey {
  return [priority, createdAt, id]
}

/** What comes after the place of a cursor, whether or not its row is still there. */
function after(balances: readonly Balance[], key: CursorKey, isByPriority: boolean): Balance[] {
  const [priority, createdAt, id] = key as [string, number, string]
  const order = balanceOrder(isByPriority)
  return balances.filter((balance) => order(balance, { priority, createdAt, id }) > 0)
}

function withoutZero(
  { facts, reserved }: BalancesReading,
  balances: readonly Balance[],
  now: number,
): Balance[] {
  const movements = movementsOf(balances, { facts, reserved })
  return balances.filter((own) => !balanceNow(own, movements.get(own.id) ?? [], now).isZero())
}

/** The names and invoices that some commits and credits of a customer are shown with. */
async function readContext(
  c: AppContext,
  customerId: string,
  balances: Balance[],
): Promise<CommitContext> {
  const { db, environment, now } = c.var
  const { productIds, creditTypeIds } = idsShownWith(balances)
  const products = productIds.length === 0 ? [] : await loadProducts(db, environment.id, productIds)
  const names = products.map((product) => [product.id, productAt(product, now).name] as const)
  const creditTypeNames = await readCreditTypeNames(db, environment.id, creditTypeIds)
  const invoiceIds = await readInvoiceIds(c, customerId, { balances })
  return { productNames: new Map(names), creditTypeNames, invoiceIds }
}
