import { createHash } from 'node:crypto'
import { DIFFERENCES_MAX, type InvoiceDifference } from '../core/invoices/invoice-difference.ts'
import type { HoldReason } from '../core/invoices/hold-reason.ts'
import type { Invoice, InvoiceVerification, VerifiedUsage } from '../core/invoices/invoice.ts'
import { verifyDocument } from '../core/invoices/verify-document.ts'
import { verifyReadings } from '../core/invoices/verify-usage-readings.ts'
import { HOLD_MESSAGE_MAX } from '../core/invoices/hold-reason.ts'
import type { WindowUsage } from '../core/metering/usage.ts'
import type { LogFinding, NaiveAnswer, NaiveNeed } from './evaluate-naively.ts'
import type { RecordedUsage } from './record-usage.ts'

/** A draft with the usage that it was computed from. */
export interface ProvableDraft {
  invoice: Invoice
  recorded: RecordedUsage[]
  /** The ids under which the customer's events came, at the cuts of all that was recorded. */
  ingestIds: string[]
}

/** What the naive evaluation is to compute for a draft, in the order of what was recorded. */
export function needsOf({ recorded, ingestIds }: Omit<ProvableDraft, 'invoice'>): NaiveNeed[] {
  return recorded.map(({ metrics, queries, reading }) => {
    return { ingestIds, positions: reading.cut.positions, metrics, queries }
  })
}

export type Proof =
  | { isProven: true; verification: InvoiceVerification }
  | { isProven: false; reason: HoldReason }

/**
 * Whether a draft may become final: its usage is what the naive evaluation of the stored events
 * says, nothing of the log is damaged, and the draft is what its own derivation leads to.
 * @param answers one for each of the draft's needs
 * @param now the environment's clock
 */
export function proveDraft(
  draft: ProvableDraft,
  answers: readonly NaiveAnswer[],
  now: number,
): Proof {
  const reason = findReason(draft, answers)
  if (reason !== null) return { isProven: false, reason }
  const usage = draft.recorded.map(({ queries, reading }, i): VerifiedUsage => {
    const digest = digestOf(answers[i]?.usage ?? [])
    return { ingestIds: draft.ingestIds, cut: reading.cut, queries, digest }
  })
  const eventsRead = Math.max(0, ...answers.map((answer) => answer.eventsRead))
  return { isProven: true, verification: { verifiedAt: now, eventsRead, usage } }
}

function findReason(draft: ProvableDraft, answers: readonly NaiveAnswer[]): HoldReason | null {
  const limit = answers.find((answer) => answer.limit !== null)?.limit
  if (limit !== undefined && limit !== null) {
    return { code: 'metric_limit', message: limit.slice(0, HOLD_MESSAGE_MAX), differences: [] }
  }
  const differences = compareUsage(draft, answers)
  const [finding] = answers.flatMap(({ findings }) => findings)
  if (finding !== undefined) {
    return { code: 'log_damaged', message: describeFinding(finding), differences }
  }
  const [first] = differences
  if (first !== undefined) return reasonOf('usage_differs', first, differences)
  return contradictionOf(draft.invoice)
}

/** Why an invoice may not become final by what it says itself; null if all of that fits. */
export function contradictionOf(invoice: Invoice): HoldReason | null {
  const own = verifyDocument(invoice)
  return own[0] === undefined ? null : reasonOf('invoice_differs', own[0], own)
}

/** Where the usage of a draft is not what the naive evaluation says. */
export function compareUsage(
  { recorded }: Pick<ProvableDraft, 'recorded'>,
  answers: readonly NaiveAnswer[],
): InvoiceDifference[] {
  const pairs = recorded.map(({ metrics, queries, reading }, i) => {
    return { metrics, queries, fast: reading.usage, naive: answers[i]?.usage ?? [] }
  })
  return verifyReadings(pairs).slice(0, DIFFERENCES_MAX)
}

export function describeFinding({ meter, seq, problem }: LogFinding): string {
  return `The event log of meter ${meter} is damaged at chunk ${seq}: ${problem}`.slice(
    0,
    HOLD_MESSAGE_MAX,
  )
}

function reasonOf(
  code: HoldReason['code'],
  { cause, name, metricId, expected, found }: InvoiceDifference,
  differences: InvoiceDifference[],
): HoldReason {
  const place = metricId === undefined ? (name ?? 'the invoice') : `metric ${metricId}`
  const more = differences.length > 1 ? ` (and ${differences.length - 1} more)` : ''
  const values = `expected ${expected ?? 'nothing'}, found ${found ?? 'nothing'}`
  const message = `${place}: ${cause}: ${values}${more}`
  return { code, message: message.slice(0, HOLD_MESSAGE_MAX), differences }
}

/** Equal for equal usage, in whatever order it is listed. */
export function digestOf(usage: readonly WindowUsage[][]): string {
  const hash = createHash('sha256')
  for (const rows of usage) {
    const texts = rows.map(({ window, group, state }) => JSON.stringify([window, group, state]))
    hash.update(JSON.stringify(texts.sort()))
  }
  return hash.digest('hex')
}
