import type { Environment } from '../core/environment.ts'
import { DIFFERENCES_MAX, type InvoiceDifference } from '../core/invoices/invoice-difference.ts'
import type {
  Invoice,
  InvoiceRelease,
  InvoiceStatus,
  VerifiedUsage,
} from '../core/invoices/invoice.ts'
import { verifyDocument } from '../core/invoices/verify-document.ts'
import {
  finalQuestions,
  metricsOfLines,
  verifyFinalUsage,
} from '../core/invoices/verify-final-usage.ts'
import type { Cut } from '../core/metering/usage.ts'
import { refuse, type Result } from '../core/result.ts'
import { loadMetrics } from '../db/billable-metrics.ts'
import type { Database } from '../db/database.ts'
import { loadHeldIds, loadIdVersions } from '../db/held-ids.ts'
import type { Env } from '../env.ts'
import { evaluateNaively, type LogFinding, type NaiveNeed } from './evaluate-naively.ts'
import { digestOf } from './prove-draft.ts'

/** What a second computation of an invoice from the stored events has found. */
export interface InvoiceCheck {
  invoiceId: string
  invoiceStatus: InvoiceStatus
  /** Events of the customer that were read. */
  eventsRead: number
  /** Up to where; null for an invoice without usage. */
  cut: Cut | null
  differences: InvoiceDifference[]
  findings: LogFinding[]
  /** Of one that became final without a proof. */
  release?: InvoiceRelease
}

/** Findings are told up to this many. */
const FINDINGS_MAX = 50

/** A check with no more than is told. */
export function boundCheck(check: InvoiceCheck): InvoiceCheck {
  const { differences, findings } = check
  return {
    ...check,
    differences: differences.slice(0, DIFFERENCES_MAX),
    findings: distinct(findings).slice(0, FINDINGS_MAX),
  }
}

/** Several readings of one log find the same. */
function distinct(findings: readonly LogFinding[]): LogFinding[] {
  return [...new Map(findings.map((each) => [JSON.stringify(each), each])).values()]
}

/** What a final invoice is checked with. */
export interface FinalCheck {
  environment: Pick<Environment, 'id' | 'settings' | 'placementVersion'>
  invoice: Invoice
}

/**
 * Checks a final invoice at its stored cut, whatever its terms are by now: against itself, and the
 * usage that it charges against the stored events. Ingest ids are those of its proof; of an invoice
 * without one, those that the customer holds now, which is said where they have changed since.
 */
export async function checkFinalInvoice(
  env: Env,
  db: Database,
  { environment, invoice }: FinalCheck,
): Promise<Result<InvoiceCheck>> {
  const { cut } = invoice.derivation
  const check: InvoiceCheck = {
    invoiceId: invoice.id,
    invoiceStatus: invoice.status,
    eventsRead: 0,
    cut,
    differences: verifyDocument(invoice),
    findings: [],
    ...(invoice.release && { release: invoice.release }),
  }
  if (cut === null) return { ok: true, value: check }
  const proven = invoice.verification?.usage ?? []
  const holders = await holdersAt(db, environment.id, invoice, cut)
  const named = [
    ...metricsOfLines(invoice),
    ...proven.flatMap(({ queries }) => queries.map(({ metricId }) => metricId)),
  ]
  const loaded = await loadMetrics(db, environment.id, [...new Set(named)])
  const metrics = new Map(loaded.map((metric) => [metric.id, metric]))
  const asked = finalQuestions(invoice, metrics)
  const base = { ingestIds: holders.ingestIds, positions: cut.positions, metrics: loaded }
  const needs: NaiveNeed[] = [
    { ...base, queries: [], questions: asked.map(({ question }) => question) },
    ...proven.map(({ ingestIds, cut: { positions }, queries }) => {
      return { ingestIds, positions, metrics: loaded, queries }
    }),
  ]
  const evaluated = await evaluateNaively(env, environment, needs)
  if (!evaluated.ok) return evaluated
  const [own, ...second] = evaluated.value
  const limit = evaluated.value.find((answer) => answer.limit !== null)?.limit ?? null
  if (limit !== null) return refuse('too_large', limit)
  const usage = asked.flatMap((each, i) => verifyFinalUsage(each, own?.increments?.[i] ?? []))
  const log = proven.flatMap((each, i) => verifyDigest(each, digestOf(second[i]?.usage ?? [])))
  const differences = [...check.differences, ...usage.map(holders.explain), ...log]
  check.eventsRead = Math.max(0, ...evaluated.value.map(({ eventsRead }) => eventsRead))
  check.findings = evaluated.value.flatMap(({ findings }) => findings)
  return { ok: true, value: { ...check, differences } }
}

/** Completeness, too: usage that no line has changes what the naive evaluation answers. */
function verifyDigest({ digest, queries }: VerifiedUsage, found: string): InvoiceDifference[] {
  if (found === digest) return []
  const metricId = queries.length === 1 ? queries[0]!.metricId : undefined
  return [
    {
      kind: 'usage',
      ...(metricId !== undefined && { metricId }),
      expected: found,
      found: digest,
      cause:
        'the stored events up to the cut add up to other usage than when the invoice became final: the log has changed since',
    },
  ]
}

/** Whose events were the customer's at the cut, as far as that is known. */
async function holdersAt(
  db: Database,
  environmentId: string,
  { customerId, verification, release }: Invoice,
  cut: Cut,
): Promise<{ ingestIds: string[]; explain: (each: InvoiceDifference) => InvoiceDifference }> {
  const noted = verification?.usage[0]?.ingestIds ?? release?.ingestIds
  if (noted !== undefined) return { ingestIds: noted, explain: (each) => each }
  const held = await loadHeldIds(db, environmentId, [customerId])
  const versions = await loadIdVersions(db, environmentId, customerId)
  const isChanged = versions.some(({ version }) => version > cut.configVersion)
  const note = isChanged
    ? 'ingest aliases of the customer have changed since the cut, which may be the cause'
    : 'aliases that were taken from the customer since the cut may be the cause'
  return {
    ingestIds: [...(held.ingestIds.get(customerId) ?? [])],
    explain: (each) => ({ ...each, cause: `${each.cause}; ${note}` }),
  }
}
