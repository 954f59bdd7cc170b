import type { z } from '@hono/zod-openapi'
import type { IndexedInvoiceBody } from '../../http/routes/all-invoices.ts'
import type { TokenBody } from '../../http/routes/api-tokens.ts'
import type { MetricBody } from '../../http/routes/billable-metrics.ts'
import type { CommitBody, CreditBody, LedgerEntryBody } from '../../http/routes/commit-answers.ts'
import type { EditAnswer } from '../../http/routes/contract-edits.ts'
import type { ContractRateBody } from '../../http/routes/contract-rates.ts'
import type { ContractV2 } from '../../http/routes/contract-answers.ts'
import type { CustomerDetail } from '../../http/routes/customers.ts'
import type { EnvironmentBody } from '../../http/routes/environment.ts'
import type { VolumeBody } from '../../http/routes/event-volume.ts'
import type { FoundEventBody } from '../../http/routes/found-events.ts'
import type { HeldInvoiceBody } from '../../http/routes/held-invoices.ts'
import type { BreakdownBody } from '../../http/routes/invoice-breakdowns.ts'
import type { DifferenceBody } from '../../http/routes/invoice-differences.ts'
import type { InvoiceBody } from '../../http/routes/invoices.ts'
import type { ExplanationBody } from '../../http/routes/line-explanation.ts'
import type { CorrectionBody } from '../../http/routes/late-usage.ts'
import type { LineItemBody } from '../../http/routes/line-items.ts'
import type { UsageGroupRow } from '../../http/routes/usage-groups.ts'
import type { InvoiceCheckBody } from '../../http/routes/verify-invoice.ts'

/**
 * What the API answers, by the schemas that check it. Numbers are `ExactNumber` where a float would
 * alter them, whatever their type says: `decimalText` reads both.
 */
type Answer<Body extends z.ZodType> = z.output<Body>

export type ApiToken = Answer<typeof TokenBody>
export type Environment = Answer<typeof EnvironmentBody>
export type EventVolume = Answer<typeof VolumeBody>
export type FoundEvent = Answer<typeof FoundEventBody>
export type Metric = Answer<typeof MetricBody>
export type Customer = Answer<typeof CustomerDetail>
export type Invoice = Answer<typeof InvoiceBody>
export type InvoiceRow = Answer<typeof IndexedInvoiceBody>
export type LineItem = Answer<typeof LineItemBody>
export type Explanation = Answer<typeof ExplanationBody>
export type Commit = Answer<typeof CommitBody>
export type Credit = Answer<typeof CreditBody>
export type Balance = Commit | Credit
export type LedgerEntry = Answer<typeof LedgerEntryBody>
export type ContractRate = Answer<typeof ContractRateBody>
export type Breakdown = Answer<typeof BreakdownBody>
export type Correction = Answer<typeof CorrectionBody>
export type ContractEdit = Answer<typeof EditAnswer>
export type Contract = Answer<typeof ContractV2>
export type InvoiceCheck = Answer<typeof InvoiceCheckBody>
export type InvoiceDifference = Answer<typeof DifferenceBody>
export type HeldInvoice = Answer<typeof HeldInvoiceBody>
export type UsageGroup = Answer<typeof UsageGroupRow>
