import { dedupeLifetimeMs, settingsOf, type Environment } from '../core/environment.ts'
import { parseJson } from '../core/json-number.ts'
import { CHUNK_UNITS_MAX } from '../core/metering/chunk.ts'
import { EVENT_BYTES_MAX, type AcceptanceWindow } from '../core/metering/event.ts'
import { validateEvent } from '../core/metering/read-events.ts'
import { RefusalError, refuse, type Refusal, type Result } from '../core/result.ts'
import type { IngestBatch, IngestOutcome, QuarantinedInput } from '../objects/meter-rpc.ts'

/** So many lines, and bytes of text, a request may have. */
export const BULK_LINES_MAX = 1_000_000
export const BULK_BYTES_MAX = 1024 * 1024 * 1024
/** A line may be as long as an event. */
export const BULK_LINE_UNITS_MAX = EVENT_BYTES_MAX
/** So many rejected lines are reported; all of them are in the quarantine. */
export const BULK_ERRORS_MAX = 100

/** What a call to a meter holds, … */
const BATCH_LINES_MAX = 1_000
/** … so that the log takes it as one text, with its commas and brackets. */
const BATCH_UNITS_MAX = CHUNK_UNITS_MAX - 2 * BATCH_LINES_MAX
const BATCHES_IN_FLIGHT_MAX = 4

/** How long to wait before a busy meter is asked again; then the request fails. */
const RETRY_DELAYS_MS = [50, 100, 200, 400, 800, 1_600, 3_200]
/** A longer wait for the environment's rate fails the request. */
const RATE_WAIT_MAX_MS = 5_000

/** A line of the request; `number` counts from 1. */
export interface Line {
  number: number
  text: string
  /** It is longer than a line may be: `text` is its beginning. */
  isCut: boolean
}

export interface BulkReport {
  accepted: number
  duplicates: number
  rejected: number
  /** The first rejected lines. */
  errors: { line: number; transactionId: string | null; message: string }[]
}

/** A request that ended early: what came of it so far, and the first line that may be missing. */
export interface BulkRefusal extends Refusal {
  report: BulkReport
  resumeFromLine: number
}

/** What bulk ingest needs of the world. */
export interface BulkPorts {
  /** Hands a batch to the meter; throws when the meter fails. */
  ingest(batch: IngestBatch): Promise<Result<IngestOutcome>>
  /** Takes so many events from the environment's rate. */
  takeRate(count: number): Result<null>
  now(): number
  wait(ms: number): Promise<unknown>
}

/**
 * Ingests events that come as lines, each standing for itself (EV-35), in batches of which a few
 * are under way at a time. What this answered for is durable; sending lines again is safe.
 * @param lines may throw `RefusalError` where the text breaks off
 */
export async function ingestBulk(
  environment: Environment,
  lines: AsyncIterable<Line[]>,
  ports: BulkPorts,
): Promise<Result<BulkReport, BulkRefusal>> {
  const report: BulkReport = { accepted: 0, duplicates: 0, rejected: 0, errors: [] }
  const bulk: Bulk = { environment, ports, report, inFlight: new Set(), failure: null }
  try {
    await sendAll(bulk, lines)
  } finally {
    await Promise.all(bulk.inFlight)
  }
  if (bulk.failure === null) return { ok: true, value: report }
  const { refusal, line } = bulk.failure
  const message = `${refusal.message} Send the rest from line ${line} on: all before it was taken in, and events that are sent twice count once.`
  return { ok: false, error: { ...refusal, message, report, resumeFromLine: line } }
}

interface Bulk {
  environment: Environment
  ports: BulkPorts
  report: BulkReport
  inFlight: Set<Promise<void>>
  /** The first line that was not taken in, and why. */
  failure: { refusal: Refusal; line: number } | null
}

async function sendAll(bulk: Bulk, lines: AsyncIterable<Line[]>): Promise<void> {
  const batchLinesMax = batchLinesMaxOf(bulk.environment)
  let batch: Line[] = []
  let units = 0
  let nextLine = 1
  const flush = async () => {
    const full = batch
    batch = []
    units = 0
    await send(bulk, full)
  }
  try {
    for await (const some of lines) {
      for (const line of some) {
        if (line.number > BULK_LINES_MAX) {
          throw new RefusalError({
            code: 'too_large',
            message: `The request has more than ${BULK_LINES_MAX} lines.`,
          })
        }
        if (units + line.text.length > BATCH_UNITS_MAX) await flush()
        batch.push(line)
        units += line.text.length
        nextLine = line.number + 1
        if (batch.length >= batchLinesMax) await flush()
        if (bulk.failure !== null) return
      }
    }
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error
    await flush()
    fail(bulk, error.refusal, nextLine)
  }
  await flush()
}

/** Where a rate is set, a batch takes at most a second's worth of it: a steady flow, no bursts. */
function batchLinesMaxOf(environment: Environment): number {
  const { ingestEventsPerSecond } = settingsOf(environment)
  return Math.min(Math.max(Math.floor(ingestEventsPerSecond ?? Infinity), 1), BATCH_LINES_MAX)
}

function fail(bulk: Bulk, refusal: Refusal, line: number): void {
  if (bulk.failure === null || line < bulk.failure.line) bulk.failure = { refusal, line }
}

/** Sends a batch as soon as the rate and those under way allow; returns when it is under way. */
async function send(bulk: Bulk, lines: Line[]): Promise<void> {
  const [first] = lines
  if (first === undefined || bulk.failure !== null) return
  const refused = await waitForRate(bulk.ports, lines.length)
  if (refused !== null) return fail(bulk, refused, first.number)
  while (bulk.inFlight.size >= BATCHES_IN_FLIGHT_MAX) await Promise.race(bulk.inFlight)
  // One under way has failed since: what follows it is sent again anyway.
  if (bulk.failure !== null) return
  const delivery = deliver(bulk, lines, first.number).finally(() => bulk.inFlight.delete(delivery))
  bulk.inFlight.add(delivery)
}

async function waitForRate(ports: BulkPorts, count: number): Promise<Refusal | null> {
  let waitedMs = 0
  for (;;) {
    const taken = ports.takeRate(count)
    if (taken.ok) return null
    const { retryAfterMs = Infinity } = taken.error
    waitedMs += retryAfterMs
    if (waitedMs > RATE_WAIT_MAX_MS) return taken.error
    await ports.wait(retryAfterMs)
  }
}

async function deliver(bulk: Bulk, lines: Line[], firstLine: number): Promise<void> {
  const { environment, ports, report } = bulk
  const now = ports.now()
  const { texts, rejected } = readBatch(lines, { ...settingsOf(environment), nowMs: now })
  const outcome = await ingestPatiently(ports, {
    environmentId: environment.id,
    configVersion: environment.configVersion,
    acceptedAtMs: now,
    dedupeLifetimeMs: dedupeLifetimeMs(environment),
    events: `[${texts.join(',')}]`,
    rejected: rejected.map(({ quarantined }) => quarantined),
  })
  if (!outcome.ok) return fail(bulk, outcome.error, firstLine)
  report.accepted += outcome.value.accepted
  report.duplicates += outcome.value.duplicates.length
  report.rejected += rejected.length
  const errors = rejected.map(({ line, quarantined }) => {
    return { line, transactionId: quarantined.transactionId, message: quarantined.reason }
  })
  report.errors = [...report.errors, ...errors]
    .sort((a, b) => a.line - b.line)
    .slice(0, BULK_ERRORS_MAX)
}

/** Asks a meter that is busy, or that failed, again for a while: it knows what it has already. */
async function ingestPatiently(
  ports: BulkPorts,
  batch: IngestBatch,
): Promise<Result<IngestOutcome>> {
  for (let attempt = 0; ; attempt++) {
    const outcome = await ports.ingest(batch).catch((error: unknown) => {
      console.error('bulk ingest: a meter failed', error)
      return refuse('overloaded', 'The events could not be written.')
    })
    const delayMs = RETRY_DELAYS_MS[attempt]
    if (outcome.ok || outcome.error.code !== 'overloaded' || delayMs === undefined) return outcome
    await ports.wait(delayMs)
  }
}

interface RejectedLine {
  line: number
  quarantined: QuarantinedInput
}

function readBatch(
  lines: Line[],
  window: AcceptanceWindow,
): { texts: string[]; rejected: RejectedLine[] } {
  const texts: string[] = []
  const rejected: RejectedLine[] = []
  for (const line of lines) {
    const quarantined = rejectLine(line, window)
    if (quarantined === null) texts.push(line.text)
    else rejected.push({ line: line.number, quarantined })
  }
  return { texts, rejected }
}

/** Null when the line is a valid event. */
function rejectLine(
  { number, text, isCut }: Line,
  window: AcceptanceWindow,
): QuarantinedInput | null {
  const unread = { ingestId: null, transactionId: null, raw: text }
  if (isCut) {
    return { ...unread, reason: `line ${number} must be at most ${EVENT_BYTES_MAX} bytes long.` }
  }
  let raw: unknown
  try {
    raw = parseJson(text)
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    return { ...unread, reason: `line ${number} is not valid JSON: ${problem}` }
  }
  const read = validateEvent(raw, window, { index: number, name: `line ${number}: event` })
  if (read.ok) return null
  const { message, ingestId, transactionId } = read.error
  // What is nested too deeply is not kept, as it could not be listed.
  return { reason: message, ingestId, transactionId, raw: read.error.raw === null ? 'null' : text }
}
