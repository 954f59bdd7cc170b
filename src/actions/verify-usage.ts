import { dedupeLifetimeMs, type Environment } from '../core/environment.ts'
import { measureValues } from '../core/metering/measure-usage.ts'
import { isSqlMetric, type BillableMetric } from '../core/metering/metric.ts'
import { compareUsage, type UsageDifference } from '../core/metering/naive/compare-usage.ts'
import { NaiveLog, type Finding } from '../core/metering/naive/naive-log.ts'
import { NaiveUsage, type NaiveQuestion } from '../core/metering/naive/naive-usage.ts'
import { NaiveDuplicates, placeText } from '../core/metering/naive/naive-duplicates.ts'
import type { UsageReading } from '../core/metering/usage.ts'
import { ok, refuse, type Result } from '../core/result.ts'
import type { Database } from '../db/database.ts'
import { loadHeldIds } from '../db/held-ids.ts'
import type { Env } from '../env.ts'
import type { LogEnd } from '../objects/meter-log-slice.ts'
import { UNSETTLED } from '../objects/unsettled.ts'
import { countFindings } from './evaluate-naively.ts'
import { listMeters } from './list-meters.ts'
import { LOG_CODEC, readLogParts } from './read-log-parts.ts'
import { readUsage } from './read-usage.ts'

/** Whose usage is proven: of these metrics, in these windows, ungrouped and by every group key. */
export interface UsageSubject {
  customerId: string
  metrics: BillableMetric[]
  /** Ascending, hour-aligned instants: n boundaries make n − 1 half-open windows. */
  boundaries: number[]
}

export interface UsageVerification {
  /** The last chunk of the log that was read; the sum where there are several logs. */
  position: number
  eventsRead: number
  differences: SubjectDifference[]
  findings: Finding[]
}

export interface SubjectDifference extends UsageDifference {
  subject: UsageSubject
  metricId: string
  groupKey: string[] | null
}

/** One verification reads the whole log, and so many events of it at most. */
export const VERIFIED_EVENTS_MAX = 500_000
/** Where ids have moved between meters, all transaction ids are held in memory for a while. */
const PLACED_EVENTS_MAX = 200_000
/** Each event of a customer is put to each question so often at most, in all. */
export const EVALUATIONS_MAX = 5_000_000

/** The configuration seldom changes; it does not change so often during one reading. */
const READINGS_MAX = 3

/**
 * Computes usage a second time, from the stored events through the naive evaluator, and compares it
 * with what `readUsage` answers at the same position of the log and under the same holders of
 * ingest ids. On its way it proves the log.
 */
export async function verifyUsage(
  env: Env,
  db: Database,
  environment: Pick<Environment, 'id' | 'settings' | 'placementVersion'>,
  subjects: UsageSubject[],
): Promise<Result<UsageVerification>> {
  const readings = await readSubjects(env, db, environment, subjects)
  if (!readings.ok) return readings
  const ends = new Map<string, LogEnd>()
  for (const name of await listMeters(env, environment)) {
    ends.set(name, await env.METER.getByName(name).readLogEnd({ environmentId: environment.id }))
  }
  const total = [...ends.values()].reduce((sum, { acceptedEvents }) => sum + acceptedEvents, 0)
  const isPlaced = environment.placementVersion > 0
  const eventsMax = isPlaced ? PLACED_EVENTS_MAX : VERIFIED_EVENTS_MAX
  if (total > eventsMax) {
    return refuse(
      'invalid',
      `Usage cannot be verified in one request: the log has ${total} events, and at most ${eventsMax} are read.`,
    )
  }
  const report: UsageVerification = { position: 0, eventsRead: 0, differences: [], findings: [] }
  // Ids that have moved may have duplicates in several logs, so what counts is found out first.
  if (isPlaced) {
    for (const meter of ends) {
      const read = await readDuplicates(env, environment.id, meter, readings.value)
      if (!read.ok) return read
    }
    for (const reading of readings.value) reading.uncounted = reading.duplicates.uncounted()
  }
  for (const meter of ends) {
    const read = await readMeter(env, environment.id, meter, readings.value, report)
    if (!read.ok) return read
  }
  report.differences = readings.value.flatMap(compareSubject)
  return ok(report)
}

/** What both evaluations say of a subject: the naive one is not complete yet. */
interface SubjectReading {
  subject: UsageSubject
  questions: NaiveQuestion[]
  fast: UsageReading
  naive: NaiveUsage
  duplicates: NaiveDuplicates
  /** The places of events that do not count; null where each log tells by itself. */
  uncounted: Set<string> | null
}

/** Reads the usage of all subjects between two looks at the configuration that see the same. */
async function readSubjects(
  env: Env,
  db: Database,
  environment: Pick<Environment, 'id' | 'settings' | 'placementVersion'>,
  subjects: UsageSubject[],
): Promise<Result<SubjectReading[]>> {
  const { id } = environment
  const customerIds = subjects.map(({ customerId }) => customerId)
  const lifetimeMs = dedupeLifetimeMs(environment)
  for (let attempt = 0; attempt < READINGS_MAX; attempt++) {
    const { configVersion, ingestIds } = await loadHeldIds(db, id, customerIds)
    const readings: SubjectReading[] = []
    for (const subject of subjects) {
      const { customerId } = subject
      const questions = questionsOf(subject)
      const queries = questions.map(({ metric, ...query }) => ({ metricId: metric.id, ...query }))
      const fast = await readUsage(env, { ...environment, configVersion }, customerId, queries)
      const held = ingestIds.get(customerId) ?? new Set()
      const naive = new NaiveUsage({ ingestIds: held, lifetimeMs, questions })
      const duplicates = new NaiveDuplicates({ ingestIds: held, lifetimeMs })
      readings.push({ subject, questions, fast, naive, duplicates, uncounted: null })
    }
    const after = await loadHeldIds(db, id, [])
    if (after.configVersion === configVersion) return ok(readings)
  }
  return refuse('overloaded', UNSETTLED)
}

function questionsOf({ metrics, boundaries }: UsageSubject): NaiveQuestion[] {
  return metrics.flatMap((metric) =>
    [null, ...groupKeysOf(metric)].map((groupKey) => ({ metric, groupKey, boundaries })),
  )
}

/** Those that are declared; of a SQL metric each column of the result, and all of them together. */
function groupKeysOf(metric: BillableMetric): string[][] {
  if (!isSqlMetric(metric)) return metric.groupKeys
  const names = metric.plan.keys.map(({ name }) => name)
  return names.length > 1 ? [...names.map((name) => [name]), names] : names.map((name) => [name])
}

/** Reads a meter's log, up to the latest position that usage was read at, into the naive evaluation. */
async function readMeter(
  env: Env,
  environmentId: string,
  [meterName, end]: [meterName: string, end: LogEnd],
  readings: SubjectReading[],
  report: UsageVerification,
): Promise<Result<null>> {
  const positionOf = ({ fast }: SubjectReading) => fast.cut.positions[meterName] ?? 0
  const upToSeq = Math.max(end.headSeq, ...readings.map(positionOf))
  const log = new NaiveLog(LOG_CODEC)
  let countedEvents = 0
  const read = await readLogParts(env, { environmentId, meterName, upToSeq, log }, (part) => {
    for (const { seq, index, event, acceptedAtMs } of part.events) {
      const place = placeText({ meter: meterName, seq, index })
      for (const reading of readings) {
        if (seq > positionOf(reading)) continue
        const { naive, uncounted } = reading
        if (uncounted === null) naive.add(event, acceptedAtMs)
        else if (!uncounted.has(place)) naive.count(event)
      }
    }
    // A block that was sealed since the end was looked up may go beyond it.
    if (part.lastSeq <= end.headSeq) countedEvents += part.count
    else countedEvents += part.events.filter(({ seq }) => seq <= end.headSeq).length
    report.eventsRead += part.events.length
    return evaluationsOf(readings) > EVALUATIONS_MAX ? TOO_MUCH : ok(null)
  })
  if (!read.ok) return read
  log.close(upToSeq)
  report.position += upToSeq
  report.findings.push(...log.findings, ...countFindings(end, countedEvents))
  return ok(null)
}

/** Reads a meter's log for its transaction ids only. */
async function readDuplicates(
  env: Env,
  environmentId: string,
  [meterName, { headSeq }]: [meterName: string, end: LogEnd],
  readings: SubjectReading[],
): Promise<Result<null>> {
  const positionOf = ({ fast }: SubjectReading) => fast.cut.positions[meterName] ?? 0
  const upToSeq = Math.max(headSeq, ...readings.map(positionOf))
  const log = new NaiveLog(LOG_CODEC)
  return readLogParts(env, { environmentId, meterName, upToSeq, log }, ({ events }) => {
    for (const { seq, index, event, acceptedAtMs } of events) {
      const place = { meter: meterName, seq, index }
      for (const reading of readings) {
        if (seq <= positionOf(reading)) reading.duplicates.add(event, acceptedAtMs, place)
      }
    }
    return ok(null)
  })
}

function evaluationsOf(readings: SubjectReading[]): number {
  return readings.reduce((sum, { naive }) => sum + naive.evaluations, 0)
}

const TOO_MUCH = refuse(
  'invalid',
  `Usage cannot be verified in one request: more than ${EVALUATIONS_MAX} evaluations, one for each event of the customer and each way in which a metric is grouped; name fewer metrics.`,
)

function compareSubject({ subject, questions, fast, naive }: SubjectReading): SubjectDifference[] {
  const answers = naive.answers()
  return questions.flatMap(({ metric, groupKey, boundaries }, i) => {
    const windowCount = boundaries.length - 1
    const query = { metricId: metric.id, groupKey, boundaries }
    const values = measureValues(metric, query, fast.usage[i] ?? [])
    const differences = compareUsage(values, answers[i] ?? [], windowCount)
    return differences.map((difference) => {
      return { ...difference, subject, metricId: metric.id, groupKey }
    })
  })
}
