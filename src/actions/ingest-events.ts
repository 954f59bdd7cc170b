import { dedupeLifetimeMs, settingsOf, type Environment } from '../core/environment.ts'
import { readBatch, refuseAll } from '../core/metering/event-batch.ts'
import type { ValidEvent } from '../core/metering/event.ts'
import type { ReadEvents } from '../core/metering/read-events.ts'
import { meterNames } from '../core/metering/place.ts'
import type { Receipt } from '../core/metering/receipt.ts'
import { ok, type Result } from '../core/result.ts'
import { openDatabase } from '../db/database.ts'
import type { Env } from '../env.ts'
import { toQuarantine } from '../objects/meter-write.ts'
import type { IngestRefusal, RejectedNotice } from '../objects/meter-rpc.ts'
import { countMeters, ingestBatch, type SentEvent } from './ingest-batch.ts'
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
  if (!mustRead && others.length === 0 && environment.placementVersion === 0) {
    const passed = await passOn(env, environment, meterName, { ...request, isStrict }, now)
    const isBehind = passed !== null && !passed.ok && passed.error.code === 'overloaded'
    if (passed !== null && !(isBehind && env.INGEST_OVERFLOW === 'queue')) return passed
  }
  const { backdatingMaxMs, futureMaxMs } = settings
  const window = { nowMs: now, backdatingMaxMs, futureMaxMs }
  const read = readBatch(request.text, window, { isStrict })
  if (!read.ok) return read
  return ingestRead(env, environment, { ...request, read: read.value }, now)
}

/** Hands the body to the meter, unread; null where some of its events belong elsewhere. */
async function passOn(
  env: Env,
  environment: Environment,
  meterName: string,
  { text, isStrict }: IngestRequest,
  now: number,
): Promise<Result<IngestReport, IngestRefusal> | null> {
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
  const { accepted, duplicates, rejected, isMoved } = outcome.value
  if (isMoved) return null
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
  // Rejected events have no place in the queue; their batch is to be sent again as a whole.
  const mayQueue =
    env.INGEST_OVERFLOW === 'queue' && !request.wantsReceipts && rejected.length === 0
  if (mayQueue && (await isScattered(env, environment, valid))) {
    await queueEvents(env, environment, valid, now)
    return ok({ accepted: 0, duplicates: 0, rejected, queued: valid.length, receipts: null })
  }
  const sent = valid.map(({ raw }) => raw as SentEvent)
  const batch = {
    environmentId: environment.id,
    configVersion: environment.configVersion,
    acceptedAtMs: now,
    dedupeLifetimeMs: dedupeLifetimeMs(environment),
    events: rejected.length === 0 ? request.text : JSON.stringify(sent),
    rejected: rejected.map(toQuarantine),
  }
  const outcome = await ingestBatch(env, environment, batch, sent)
  if (!outcome.ok) {
    if (!mayQueue || outcome.error.code !== 'overloaded') {
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

/** A request waits for so many meters at most, where events can go into the queue instead. */
const METERS_PER_REQUEST_MAX = 16

async function isScattered(
  env: Env,
  environment: Environment,
  valid: ValidEvent[],
): Promise<boolean> {
  if (valid.length <= METERS_PER_REQUEST_MAX) return false
  const { placementVersion } = environment
  if (placementVersion === 0 && meterNames(environment).length <= METERS_PER_REQUEST_MAX)
    return false
  const events = valid.map(({ event }) => event)
  return (await countMeters(env, environment, events)) > METERS_PER_REQUEST_MAX
}
