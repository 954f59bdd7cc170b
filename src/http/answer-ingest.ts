import { ingestEvents, type IngestReport } from '../actions/ingest-events.ts'
import { BATCH_EVENTS_MAX, EVENT_BYTES_MAX } from '../core/metering/event.ts'
import type { Receipt } from '../core/metering/receipt.ts'
import type { Refusal } from '../core/result.ts'
import type { Env } from '../env.ts'
import type { RejectedNotice } from '../objects/meter-rpc.ts'
import { authorizeIngest, clockOf } from './auth.ts'
import { readText } from './body.ts'
import { describeError, describeRefusal } from './errors.ts'
import { confirmPreferences, readPreferences } from './prefer.ts'

/** As many bytes as a full batch of the largest events, and the punctuation between them. */
const INGEST_BYTES_MAX = BATCH_EVENTS_MAX * (EVENT_BYTES_MAX + 1_024)

const INGEST_URL = /^[^/]*\/\/[^/]+\/v1\/ingest(?:\?|$)/

export function isIngest({ method, url }: Request): boolean {
  return method === 'POST' && INGEST_URL.test(url)
}

/**
 * Answers `POST /v1/ingest`. The hot path: it is not routed, has no middleware and a hand-written
 * validator, because each of them costs as much as many events. Idempotency-Key is not looked at:
 * transaction ids do that job.
 */
export async function answerIngest(request: Request, env: Env): Promise<Response> {
  try {
    return await ingest(request, env)
  } catch (error) {
    const { status, message } = describeError(error, 'POST /v1/ingest')
    return Response.json({ message }, { status })
  }
}

async function ingest(request: Request, env: Env): Promise<Response> {
  const authorized = await authorizeIngest(request, env)
  if (authorized instanceof Response) return authorized
  const { environment } = authorized
  const read = await readText(request, INGEST_BYTES_MAX)
  if (!read.ok) return refused({ ...read.error, rejected: [] })
  const preferences = readPreferences(request)
  const body = { text: read.value, ...preferences }
  const ingested = await ingestEvents(env, environment, body, clockOf(environment))
  if (!ingested.ok) {
    const headers = confirmPreferences({ ...preferences, wantsReceipts: false })
    return refused(ingested.error, headers)
  }
  return Response.json(
    { data: toApiReport(ingested.value) },
    { headers: confirmPreferences(preferences) },
  )
}

function refused(
  { rejected, ...refusal }: Refusal & { rejected: RejectedNotice[] },
  confirmed: Record<string, string> = {},
): Response {
  const { status, headers } = describeRefusal(refusal)
  const { message } = refusal
  const body = rejected.length === 0 ? { message } : { message, errors: rejected.map(toApiError) }
  return Response.json(body, { status, headers: { ...confirmed, ...headers } })
}

function toApiReport({ accepted, duplicates, rejected, queued, receipts }: IngestReport) {
  return {
    accepted,
    duplicates,
    errors: rejected.map(toApiError),
    queued: queued === 0 ? undefined : queued,
    receipts: receipts?.map(toApiReceipt),
  }
}

function toApiError({ index, transactionId, message }: RejectedNotice) {
  return { index, transaction_id: transactionId, message }
}

function toApiReceipt({ transactionId, matched, unmatched, ...receipt }: Receipt) {
  return {
    index: receipt.index,
    transaction_id: transactionId,
    status: receipt.status,
    customer: receipt.customer,
    matched_billable_metrics: matched,
    unmatched_billable_metrics: unmatched,
    message: receipt.message,
  }
}
