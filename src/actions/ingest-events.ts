import { dedupeLifetimeMs, settingsOf, type Environment } from '../core/environment.ts'
import { readBatch, refuseAll } from '../core/metering/event-batch.ts'
import type { ReadEvents } from '../core/metering/read-events.ts'
import { meterNames } from '../core/metering/place.ts'
import type { Receipt } from '../core/metering/receipt.ts'
import { ok, type Result } from '../core/result.ts'
import { openDatabase } from '../db/database.ts'
import type { Env } from '../env.ts'
import { toQuarantine } from '../objects/meter-write.ts'
import type { IngestRefusal, RejectedNotice } from '../objects/meter-rpc.ts'
import { ingestBatch } from './ingest-batch.ts'
import { queueEvents } from './queue-events.ts'
import { readReceipts } from './read-receipts.ts'
import { takeFromRate } from './take-from-rate.ts'

/** An ingest request. */
export interface IngestRequest {
  /** The body as received. */
  text: string
  /** One invalid event fails the whole batch, and nothing is kept of it (EV-35). */
  isStrict: boolean
  wantsReceipts: boolean
}

export interface IngestReport {
  accepted: number
  duplicates: number
  rejected: RejectedNotice[]
  /** How many events wait in the queue; what becomes of them is not known yet. */
  queued: number
  /** In the order of the body; null where they were not wanted. */
  receipts: Receipt[] | null
}

/**
 * Ingests the body of a request (EV-30 … EV-38): valid events are durable when this answers,
 * invalid ones are reported and kept in quarantine.
 */
export async function ingestEvents(
  env: Env,
  environment: Environment,
  request: IngestRequest,
  now: number,
): Promise<Result<IngestReport, IngestRefusal>> {
  const settings = settingsOf(environment)
  const isStrict = request.isStrict || settings.strictIngest
  // Nothing is to be known of the events here: the only meter, which parses them anyway, does the
  // rest.
  const [meterName = '', ...others] = meterNames(environment)
  const mustRead = request.wantsReceipts || settings.ingestEventsPerSecond !== null
  if (!mustRead && others.length === 0) {
    const passed = await passOn(env, environment, meterName, { ...request, isStrict }, now)
    if (passed.ok || passed.error.code !== 'overloaded') return passed
    if (env.INGEST_OVERFLOW !== 'queue') return passed
  }
  const { backdatingMaxMs, futureMaxMs } = settings
  const window = { nowMs: now, backdatingMaxMs, futureMaxMs }
  const read = readBatch(request.text, window, { isStrict })
  if (!read.ok) return read
  return ingestRead(env, environment, { ...request, read: read.value }, now)
}

/** Hands the body to the meter, unread. */
async function passOn(
  env: Env,
  environment: Environment,
  meterName: string,
  { text, isStrict }: IngestRequest,
  now: number,
): Promise<Result<IngestReport, IngestRefusal>> {
  const { backdatingMaxMs, futureMaxMs } = settingsOf(environment)
  const outcome = await env.METER.getByName(meterName).ingestBody({
    environmentId: environment.id,
    configVersion: environment.configVersion,
    acceptedAtMs: now,
    dedupeLifetimeMs: dedupeLifetimeMs(environment),
    text,
    backdatingMaxMs,
    futureMaxMs,
    isStrict,
  })
  if (!outcome.ok) return outcome
  const { accepted, duplicates, rejected } = outcome.value
  return ok({ accepted, duplicates: duplicates.length, rejected, queued: 0, receipts: null })
}

/** Ingests events that were read here, because somebody asks for more than to have them stored. */
async function ingestRead(
  env: Env,
  environment: Environment,
  request: IngestRequest & { read: ReadEvents },
  now: number,
): Promise<Result<IngestReport, IngestRefusal>> {
  const { valid, rejected } = request.read
  const count = valid.length + rejected.length
  const taken = takeFromRate(environment, 'ingestEventsPerSecond', { operation: 'ingest', count })
  if (!taken.ok) return { ok: false, error: { ...taken.error, rejected: [] } }
  const outcome = await ingestBatch(env, environment, {
    environmentId: environment.id,
    configVersion: environment.configVersion,
    acceptedAtMs: now,
    dedupeLifetimeMs: dedupeLifetimeMs(environment),
    events: rejected.length === 0 ? request.text : JSON.stringify(valid.map(({ raw }) => raw)),
    rejected: rejected.map(toQuarantine),
  })
  if (!outcome.ok) {
    // Rejected events have no place in the queue; their batch is to be sent again as a whole.
    const mayQueue = !request.wantsReceipts && rejected.length === 0
    if (!mayQueue || env.INGEST_OVERFLOW !== 'queue') {
      return { ok: false, error: { ...outcome.error, rejected: [] } }
    }
    await queueEvents(env, environment, valid, now)
    return ok({ accepted: 0, duplicates: 0, rejected, queued: valid.length, receipts: null })
  }
  if (valid.length === 0) return refuseAll(rejected)
  const { accepted, duplicates } = outcome.value
  const receipts = request.wantsReceipts
    ? await readReceipts(openDatabase(env.DB), environment, { valid, rejected, duplicates })
    : null
  return ok({ accepted, duplicates: duplicates.length, rejected, queued: 0, receipts })
}
