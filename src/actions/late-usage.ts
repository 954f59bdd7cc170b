import type { Environment } from '../core/environment.ts'
import { Decimal } from '../core/decimal.ts'
import { ok, type Result } from '../core/result.ts'
import { loadMetrics } from '../db/billable-metrics.ts'
import type { Database } from '../db/database.ts'
import { findEnvironment } from '../db/environments.ts'
import { loadIdVersions } from '../db/held-ids.ts'
import { listIndexedInvoices, type InvoiceKey } from '../db/list-invoices.ts'
import type { Env } from '../env.ts'
import type { LateUsage } from '../objects/account-late-usage.ts'
import { accountOf } from '../objects/account.ts'
import type { FoundEvent } from '../objects/meter-rpc.ts'
import { listLateEvents, type LatePosition } from './late-events.ts'

export interface LateUsagePage extends LateUsage {
  events: FoundEvent[]
  next: LatePosition | null
}

export interface LateUsageQuestion {
  customerId: string
  invoiceId: string
  from: LatePosition | null
  limit: number
}

/**
 * How the present usage of a final invoice's period differs from what it charges, and a page of
 * the events that have come since.
 * @returns null when the position belongs to no meter
 */
export async function readLateUsage(
  { env, db }: { env: Env; db: Database },
  environment: Environment,
  { customerId, invoiceId, from, limit }: LateUsageQuestion,
  now: number,
): Promise<Result<LateUsagePage | null>> {
  const call = { environmentId: environment.id, customerId, now, invoiceId, isBrief: false }
  const late = await accountOf(env, environment.id, customerId).readLateUsage(call)
  if (!late.ok) return late
  const { cut, startMs, endMs, metricIds } = late.value
  const versions = await loadIdVersions(db, environment.id, customerId)
  const isHeld = ({ version }: { version: number }) => version <= (cut?.configVersion ?? 0)
  const cameIds = versions.filter((each) => !isHeld(each)).map(({ ingestId }) => ingestId)
  const heldIds = versions.filter(isHeld).map(({ ingestId }) => ingestId)
  const metrics = await loadMetrics(db, environment.id, metricIds)
  // Aliases may have moved since this request began.
  const current = (await findEnvironment(db, environment.id)) ?? environment
  const question = { cut, startMs, endMs, heldIds, cameIds, metrics }
  const listed = await listLateEvents(env, current, question, from, limit)
  return ok(listed && { ...late.value, ...listed })
}

/** What of an invoice is told where those of all customers are listed. */
export interface LateInvoice {
  invoiceId: string
  customerId: string
  contractId: string
  creditTypeId: string
  issuedAt: number
  total: string
  /** What is another by now, or why that cannot be told. */
  change: { difference: string; changedLines: number } | { error: string }
}

/**
 * The finalized usage invoices, newest first, whose usage is another by now. Meters do not know
 * which periods are final, so each invoice is computed again: so many for a page.
 */
export async function listLateInvoices(
  { env, db }: { env: Env; db: Database },
  environmentId: string,
  from: InvoiceKey | null,
  limit: number,
  now: number,
): Promise<{ rows: LateInvoice[]; next: InvoiceKey | null }> {
  const filter = { status: 'FINALIZED', type: 'USAGE', sort: 'date_desc' } as const
  const { rows, next } = await listIndexedInvoices(db, environmentId, filter, from, limit)
  const late: LateInvoice[] = []
  for (const { id: invoiceId, customerId, contractId, creditTypeId, issuedAt, total } of rows) {
    const call = { environmentId, customerId, now, invoiceId, isBrief: true }
    const change = await readChange(env, call)
    if (change === null) continue
    late.push({ invoiceId, customerId, contractId, creditTypeId, issuedAt, total, change })
  }
  return { rows: late, next }
}

/** Null for none. One invoice whose usage cannot be read any more must not hide all the others. */
async function readChange(
  env: Env,
  call: Parameters<ReturnType<typeof accountOf>['readLateUsage']>[0],
): Promise<LateInvoice['change'] | null> {
  try {
    const read = await accountOf(env, call.environmentId, call.customerId).readLateUsage(call)
    if (!read.ok || read.value.lines.length === 0) return null
    return { difference: read.value.difference, changedLines: read.value.lines.length }
  } catch (error) {
    if (!isTooLarge(error)) throw error
    return { error: error.message }
  }
}

/** Of a metric that is beyond its limits. */
function isTooLarge(error: unknown): error is Error {
  return error instanceof Error && 'status' in error && error.status === 413
}

/** What the invoice would come to if nothing but its own lines for usage changed. */
export function correctedTotal({
  total,
  difference,
}: Pick<LateUsage, 'total' | 'difference'>): string {
  return new Decimal(total).plus(difference).toFixed()
}
