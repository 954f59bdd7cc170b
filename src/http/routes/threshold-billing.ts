import { z } from '@hono/zod-openapi'
import { releasePayment } from '../../actions/release-payment.ts'
import { findFiatCreditType } from '../../core/currency.ts'
import { jsonNumber } from '../../core/json-number.ts'
import {
  paymentInvoiceId,
  paymentOf,
  WORKFLOW_KINDS,
  WORKFLOW_STATUSES,
  type PaymentWorkflow,
} from '../../core/thresholds/payment-workflow.ts'
import { listWorkflows } from '../../db/payment-workflows.ts'
import { fail } from '../errors.ts'
import { PageQuery, readRowPage } from '../pagination.ts'
import { apiRoute, type App } from '../route.ts'
import { enumOf, Id, json, jsonBody, pageOf, TimestampText, toApiTimestamp } from '../schemas.ts'

const tags = ['Threshold billing']

const releasePaymentRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/commits/threshold-billing/release',
  access: 'write',
  operationId: 'releaseThresholdCommit',
  tags,
  summary: 'Report how the payment at an external gate has ended',
  description:
    'Paid, the commit can be used. Failed, its invoice is void, and the threshold is off until it is enabled again.',
  request: {
    body: jsonBody(
      z.object({
        workflow_id: Id,
        outcome: enumOf(['PAID', 'FAILED']).openapi({ description: '`paid` or `failed`.' }),
      }),
    ),
  },
  responses: { 200: { description: 'Done' } },
})

const WorkflowBody = z
  .object({
    workflow_id: Id,
    workflow_type: z.enum(WORKFLOW_KINDS),
    status: z.enum(WORKFLOW_STATUSES),
    customer_id: Id,
    contract_id: Id,
    commit_id: Id,
    invoice_id: Id,
    invoice_total: z.number(),
    invoice_currency: z.string(),
    tax_amount: z.number().optional().openapi({
      description: 'To be collected on top of the invoice, as precalculated_tax_config says.',
    }),
    tax_name: z.string().optional(),
    created_at: TimestampText,
    settled_at: TimestampText.optional(),
  })
  .openapi('PaymentWorkflow')

const listWorkflowsRoute = apiRoute({
  method: 'get',
  path: '/v1/contracts/commits/threshold-billing/workflows',
  isOwn: true,
  access: 'read',
  operationId: 'listPaymentWorkflows',
  tags,
  summary: 'List the payments that commits wait for at an external gate, or waited for',
  request: { query: PageQuery.extend({ status: enumOf(WORKFLOW_STATUSES).optional() }) },
  responses: { 200: json(pageOf(WorkflowBody), 'A page of payments, oldest first') },
})

export function thresholdBillingRoutes(app: App): void {
  app.openapi(releasePaymentRoute, async (c) => {
    const { environment, principal, now } = c.var
    const { workflow_id: workflowId, outcome } = c.req.valid('json')
    const input = { workflowId, outcome, createdBy: principal.tokenName }
    const released = await releasePayment(c.env, environment, input, now)
    return released.ok ? c.body(null, 200) : fail(c, released.error)
  })

  app.openapi(listWorkflowsRoute, async (c) => {
    const { db, environment } = c.var
    const { status, ...query } = c.req.valid('query')
    const question = `payment workflows ${status}`
    const page = await readRowPage(question, query, (from, limit) =>
      listWorkflows(db, environment.id, status, from, limit),
    )
    if (!page.ok) return fail(c, page.error)
    const { rows, nextPage } = page.value
    return c.json({ data: rows.map(toApiWorkflow), next_page: nextPage }, 200)
  })
}

function toApiWorkflow(workflow: PaymentWorkflow): z.input<typeof WorkflowBody> {
  const { commit, gate, settledAt } = workflow
  const { creditTypeId = '' } = commit.payments?.schedule ?? {}
  return {
    workflow_id: workflow.id,
    workflow_type: workflow.kind,
    status: workflow.status,
    customer_id: workflow.customerId,
    contract_id: workflow.contractId,
    commit_id: commit.id,
    invoice_id: paymentInvoiceId(workflow),
    invoice_total: jsonNumber(paymentOf(workflow).amount),
    invoice_currency: findFiatCreditType(creditTypeId)?.name ?? creditTypeId,
    tax_amount: gate.tax && jsonNumber(gate.tax.amount),
    tax_name: gate.tax?.name,
    created_at: toApiTimestamp(workflow.createdAt),
    settled_at: settledAt === null ? undefined : toApiTimestamp(settledAt),
  }
}
