import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from './context.ts'
import { describeError, describeIssues, fail } from './errors.ts'
import { plainIssue } from './plain-issue.ts'
import { isReadAsDecimal } from './schemas.ts'
import { answerPage, isApiPath } from './pages/assets.ts'
import { REFERENCE_STYLE, referencePage } from './pages/reference.ts'
import type { App } from './route.ts'
import { secureHeaders } from './secure-headers.ts'
import { allInvoiceRoutes } from './routes/all-invoices.ts'
import { apiTokenRoutes } from './routes/api-tokens.ts'
import { balanceListRoutes } from './routes/balance-lists.ts'
import { billableStatusRoutes } from './routes/billable-status.ts'
import { billableMetricRoutes } from './routes/billable-metrics.ts'
import { commitRoutes } from './routes/commits.ts'
import { contractEditRoutes } from './routes/contract-edits.ts'
import { contractNameRoutes } from './routes/contract-names.ts'
import { contractRateRoutes } from './routes/contract-rates.ts'
import { subscriptionRoutes } from './routes/subscriptions.ts'
import { checkRateCardRoutes } from './routes/check-rate-card.ts'
import { contractRoutes } from './routes/contracts.ts'
import { creditTypeRoutes } from './routes/credit-types.ts'
import { customFieldRoutes } from './routes/custom-fields.ts'
import { customerRoutes } from './routes/customers.ts'
import { customerWithContractRoutes } from './routes/customer-with-contract.ts'
import { deadLetterRoutes } from './routes/dead-letters.ts'
import { embeddableDashboardRoutes } from './routes/embeddable-dashboards.ts'
import { environmentRoutes } from './routes/environment.ts'
import { eventExportRoutes } from './routes/event-export.ts'
import { eventVolumeRoutes } from './routes/event-volume.ts'
import { eventRoutes } from './routes/events.ts'
import { historicalInvoiceRoutes } from './routes/historical-invoices.ts'
import { ingestBulkRoutes } from './routes/ingest-bulk.ts'
import { ingestRoutes } from './routes/ingest.ts'
import { explainInvoiceRoutes } from './routes/explain-invoice.ts'
import { gateRoutes } from './routes/gate.ts'
import { heldInvoiceRoutes } from './routes/held-invoices.ts'
import { invoiceCorrectionRoutes } from './routes/invoice-corrections.ts'
import { invoiceBreakdownRoutes } from './routes/invoice-breakdowns.ts'
import { invoicePdfRoutes } from './routes/invoice-pdf.ts'
import { invoiceRoutes } from './routes/invoices.ts'
import { lateUsageRoutes } from './routes/late-usage.ts'
import { liveInvoiceRoutes } from './routes/live-invoices.ts'
import { manualEntryRoutes } from './routes/manual-entries.ts'
import { namedScheduleRoutes } from './routes/named-schedules.ts'
import { netBalanceRoutes } from './routes/net-balance.ts'
import { packageRoutes } from './routes/packages.ts'
import { placementRoutes } from './routes/placements.ts'
import { previewEventRoutes } from './routes/preview-events.ts'
import { previewMetricRoutes } from './routes/preview-metric.ts'
import { productOrderRoutes } from './routes/product-order.ts'
import { productRoutes } from './routes/products.ts'
import { professionalServiceInvoiceRoutes } from './routes/professional-service-invoices.ts'
import { quarantineRoutes } from './routes/quarantine.ts'
import { rateCardRoutes } from './routes/rate-cards.ts'
import { rateRoutes } from './routes/rates.ts'
import { spendBreakdownRoutes } from './routes/spend-breakdowns.ts'
import { sandboxRoutes } from './routes/sandboxes.ts'
import { seatBalanceRoutes } from './routes/seat-balances.ts'
import { thresholdBillingRoutes } from './routes/threshold-billing.ts'
import { sessionRoutes } from './routes/session.ts'
import { usageGroupRoutes } from './routes/usage-groups.ts'
import { usageRoutes } from './routes/usage.ts'
import { verifyInvoiceRoutes } from './routes/verify-invoice.ts'
import { verifyUsageRoutes } from './routes/verify-usage.ts'

z.config({ customError: plainIssue })

/** The whole HTTP surface. */
export function createApp(): App {
  const app: App = new OpenAPIHono<AppEnv>({
    defaultHook: (result, c) => {
      if (!result.success) return c.json({ message: describeIssues(result.error.issues) }, 400)
      const stray = c.var.exactNumbers?.find((number) => !isReadAsDecimal(number))
      if (result.target !== 'json' || stray === undefined) return undefined
      return c.json({ message: `The number ${stray.text.slice(0, 50)} is not expected here.` }, 400)
    },
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearerAuth', {
    type: 'http',
    scheme: 'bearer',
  })
  app.use(secureHeaders)
  sessionRoutes(app)
  environmentRoutes(app)
  sandboxRoutes(app)
  apiTokenRoutes(app)
  ingestRoutes(app)
  ingestBulkRoutes(app)
  deadLetterRoutes(app)
  eventRoutes(app)
  eventVolumeRoutes(app)
  eventExportRoutes(app)
  quarantineRoutes(app)
  customerRoutes(app)
  billableStatusRoutes(app)
  customFieldRoutes(app)
  placementRoutes(app)
  billableMetricRoutes(app)
  previewMetricRoutes(app)
  creditTypeRoutes(app)
  productRoutes(app)
  rateCardRoutes(app)
  productOrderRoutes(app)
  checkRateCardRoutes(app)
  namedScheduleRoutes(app)
  rateRoutes(app)
  packageRoutes(app)
  contractRoutes(app)
  contractEditRoutes(app)
  contractNameRoutes(app)
  contractRateRoutes(app)
  subscriptionRoutes(app)
  customerWithContractRoutes(app)
  commitRoutes(app)
  balanceListRoutes(app)
  netBalanceRoutes(app)
  seatBalanceRoutes(app)
  manualEntryRoutes(app)
  thresholdBillingRoutes(app)
  usageRoutes(app)
  usageGroupRoutes(app)
  verifyUsageRoutes(app)
  gateRoutes(app)
  allRoutesOfInvoices(app)
  previewEventRoutes(app)

  embeddableDashboardRoutes(app)
  pageRoutes(app)
  answerErrors(app)
  return app
}

function allRoutesOfInvoices(app: App): void {
  // Before the route of one invoice, whose path fits as well.
  invoiceBreakdownRoutes(app)
  spendBreakdownRoutes(app)
  liveInvoiceRoutes(app)
  invoiceRoutes(app)
  historicalInvoiceRoutes(app)
  invoicePdfRoutes(app)
  heldInvoiceRoutes(app)
  verifyInvoiceRoutes(app)
  invoiceCorrectionRoutes(app)
  lateUsageRoutes(app)
  allInvoiceRoutes(app)
  professionalServiceInvoiceRoutes(app)
  explainInvoiceRoutes(app)
}

function answerErrors(app: App): void {
  app.onError((error, c) => {
    // The rest of such a path is what grants access.
    const path = c.req.path.replace(/^\/embed\/.*/, '/embed')
    const { status, message } = describeError(error, `${c.req.method} ${path}`)
    if (status === 503) return fail(c, { code: 'overloaded', message })
    return c.json({ message }, status)
  })
}

/** The API's description, and for any path that is not the API's the dashboard. */
function pageRoutes(app: App): void {
  app.get('/openapi.json', (c) => c.json(openApiDocument(app)))
  app.get('/docs', (c) => c.html(referencePage(openApiDocument(app))))
  app.get('/docs/style.css', (c) => c.body(REFERENCE_STYLE, 200, { 'content-type': 'text/css' }))

  app.notFound((c) => {
    const isRead = c.req.method === 'GET' || c.req.method === 'HEAD'
    if (isRead && !isApiPath(c.req.path)) return answerPage(c.req.raw, c.env)
    return c.json({ message: `No such route: ${c.req.method} ${c.req.path}` }, 404)
  })
}

/** Our own OpenAPI 3.1 document, made from the schemas that validate requests and responses. */
export function openApiDocument(app: App) {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Tactus',
      version: '0.1.0',
      description: 'Usage-based billing: events, metrics, rate cards, contracts, invoices.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    security: [{ bearerAuth: [] }],
  })
}
