import { dedupeLifetimeMs, settingsOf, type Environment } from '../core/environment.ts'
import { readEvents, type RejectedEvent, type ValidEvent } from '../core/metering/event.ts'
import { meterNames } from '../core/metering/place.ts'
import { ok, type Refusal, type Result } from '../core/result.ts'
import type { Env } from '../env.ts'
import type { QuarantinedInput } from '../objects/meter-rpc.ts'
import { queueEvents } from './queue-events.ts'

export interface IngestReport {
  accepted: number
  /** Places in `valid` of the events that were duplicates. */
  duplicates: number[]
  valid: ValidEvent[]
  rejected: RejectedEvent[]
  /** How many events wait in the queue; what becomes of them is not known yet. */
  queued: number
}

export interface IngestRefusal extends Refusal {
  rejected: RejectedEvent[]
}

/**
 * Ingests a parsed batch (EV-30 … EV-38): valid events are durable when this answers, invalid ones
 * are reported and kept in quarantine.
 * @param text the batch as received
 * @param mayQueue while the meter is behind, events may go into the queue instead
 * @param isStrict one invalid event fails the whole batch, and nothing is kept of it (EV-35)
 */
export async function ingestEvents(
  env: Env,
  environment: Environment,
  batch: { text: string; body: unknown; isStrict: boolean; mayQueue: boolean },
  now: number,
): Promise<Result<IngestReport, IngestRefusal>> {
  const { backdatingMaxMs, futureMaxMs, strictIngest } = settingsOf(environment)
  const read = readEvents(batch.body, { nowMs: now, backdatingMaxMs, futureMaxMs })
  if (!read.ok) return refuseBatch(read.error.message, [])
  const { valid, rejected } = read.value
  if (rejected.length > 0 && (batch.isStrict || strictIngest)) {
    return refuseBatch(`Nothing was ingested: ${describeRejected(rejected)}`, rejected)
  }
  const [meterName] = meterNames(environment.id)
  const meter = env.METER.getByName(meterName ?? '')
  const outcome = await meter.ingest({
    environmentId: environment.id,
    configVersion: environment.configVersion,
    acceptedAtMs: now,
    dedupeLifetimeMs: dedupeLifetimeMs(environment),
    events: rejected.length === 0 ? batch.text : textOf(valid),
    rejected: rejected.map(toQuarantine),
  })
  if (!outcome.ok) {
    // Rejected events have no place in the queue; their batch is to be sent again as a whole.
    const isQueued = batch.mayQueue && env.INGEST_OVERFLOW === 'queue' && rejected.length === 0
    if (!isQueued) return { ok: false, error: { ...outcome.error, rejected: [] } }
    await queueEvents(env, environment, valid, now)
    return ok({ accepted: 0, duplicates: [], valid, rejected, queued: valid.length })
  }
  if (valid.length === 0) {
    return refuseBatch(`No event was valid: ${describeRejected(rejected)}`, rejected)
  }
  const { accepted, duplicates } = outcome.value
  return ok({ accepted, duplicates, valid, rejected, queued: 0 })
}

function refuseBatch(message: string, rejected: RejectedEvent[]) {
  return { ok: false as const, error: { code: 'invalid' as const, message, rejected } }
}

/** The first few reasons, so that the message says enough on its own (ER-10). */
function describeRejected(rejected: RejectedEvent[]): string {
  const shown = rejected.slice(0, 3).map(({ message }) => message)
  const more = rejected.length - shown.length
  return `${shown.join(' ')}${more > 0 ? ` (and ${more} more)` : ''}`
}

function textOf(valid: ValidEvent[]): string {
  return JSON.stringify(valid.map(({ raw }) => raw))
}

/** A rejected event as the quarantine keeps it. */
export function toQuarantine({
  message,
  ingestId,
  transactionId,
  raw,
}: RejectedEvent): QuarantinedInput {
  return { reason: message, ingestId, transactionId, raw: JSON.stringify(raw) ?? 'null' }
}
