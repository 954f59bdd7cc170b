import { z } from '@hono/zod-openapi'
import { readBalances } from '../../actions/balances.ts'
import { USD } from '../../core/currency.ts'
import { toText } from '../../core/decimal.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { type BalanceFilter, netBalance } from '../../core/ledger/net-balance.ts'
import { fail } from '../errors.ts'
import { apiRoute, type App } from '../route.ts'
import { CustomFields, dataOf, enumOf, Id, json, jsonBody } from '../schemas.ts'

const BALANCE_TYPES = {
  PREPAID_COMMIT: 'PREPAID',
  POSTPAID_COMMIT: 'POSTPAID',
  CREDIT: 'CREDIT',
} as const

const FilterBody = z.object({
  balance_types: z
    .array(enumOf(['PREPAID_COMMIT', 'POSTPAID_COMMIT', 'CREDIT']))
    .optional()
    .openapi({ description: 'All types if omitted.' }),
  ids: z.array(Id).optional().openapi({ description: 'Of commits and credits.' }),
  custom_fields: CustomFields.optional().openapi({
    description: 'All of them, with these values.',
  }),
})

const getNetBalanceRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/customerBalances/getNetBalance',
  access: 'read',
  operationId: 'getNetBalance',
  tags: ['Commits and credits'],
  summary: "What can be used now of a customer's commits and credits together",
  request: {
    body: jsonBody(
      z.object({
        customer_id: Id,
        credit_type_id: Id.optional().openapi({ description: 'USD (cents) if omitted.' }),
        filters: z.array(FilterBody).optional().openapi({
          description:
            'What meets all conditions of one of them counts; everything counts without any.',
        }),
        invoice_inclusion_mode: enumOf(['FINALIZED', 'FINALIZED_AND_DRAFT']).optional().openapi({
          description: 'Whether what drafts draw is gone already, as it is if omitted.',
        }),
      }),
    ),
  },
  responses: {
    200: json(dataOf(z.object({ balance: z.number(), credit_type_id: Id })), 'The balance'),
  },
})

export function netBalanceRoutes(app: App): void {
  app.openapi(getNetBalanceRoute, async (c) => {
    const { environment, now } = c.var
    const { customer_id, credit_type_id: creditTypeId = USD.id, ...body } = c.req.valid('json')
    const includesDrafts = body.invoice_inclusion_mode !== 'FINALIZED'
    const whose = { customerId: customer_id, isWithDrafts: includesDrafts }
    const read = await readBalances(c.env, environment, whose, now)
    if (!read.ok) return fail(c, read.error)
    const query = {
      creditTypeId,
      filters: (body.filters ?? []).map(fromApiFilter),
      includesDrafts,
    }
    const balance = jsonNumber(toText(netBalance(read.value, query, now)))
    return c.json({ data: { balance, credit_type_id: creditTypeId } }, 200)
  })
}

function fromApiFilter(filter: z.output<typeof FilterBody>): BalanceFilter {
  return {
    balanceTypes: filter.balance_types?.map((type) => BALANCE_TYPES[type]),
    ids: filter.ids,
    customFields: filter.custom_fields,
  }
}
