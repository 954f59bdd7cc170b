import { dedupeLifetimeMs, type Environment } from '../core/environment.ts'
import type { Group } from '../core/metering/group.ts'
import type { BillableMetric } from '../core/metering/metric.ts'
import type { Lookback } from '../core/metering/naive/naive-lookback.ts'
import { NaiveLog, type Finding } from '../core/metering/naive/naive-log.ts'
import type { NaiveQuestion } from '../core/metering/naive/naive-usage.ts'
import type { Cut, UsageQuery, WindowUsage } from '../core/metering/usage.ts'
import { assert, ok, refuse, type Result } from '../core/result.ts'
import { DAY_MS } from '../core/time.ts'
import type { Env } from '../env.ts'
import type { LogEnd } from '../objects/meter-log-slice.ts'
import type { FoundLogStart } from '../objects/meter-log-start.ts'
import { NaiveReader, NaiveReaders } from './naive-reader.ts'
import { LOG_CODEC, readLogParts, type ReadPart } from './read-log-parts.ts'

/** Usage of one customer that is to be computed from the stored events. */
export interface NaiveNeed {
  /** Those that the customer held at the cut. */
  ingestIds: string[]
  positions: Cut['positions']
  metrics: BillableMetric[]
  queries: UsageQuery[]
  /** What each window adds, is asked besides. */
  questions?: NaiveQuestion[]
}

export interface NaiveAnswer {
  /** One list for each query, as meters would answer. */
  usage: WindowUsage[][]
  /** Why there is none, where a SQL metric takes more than it may; null if there is. */
  limit: string | null
  /** The answers to `questions`; absent where there are none. */
  increments?: GroupIncrements[][]
  /** Events of the customer that were read: up to the cut, those of before that matter included. */
  eventsRead: number
  findings: LogFinding[]
}

/** What each window adds to the usage of a group; decimal texts. */
export interface GroupIncrements {
  group: Group
  increments: string[]
}

/** Something in a log that is not as it was written. */
export interface LogFinding extends Omit<Finding, 'ingestIds'> {
  meter: string
}

/** What of an environment the evaluation needs. */
export type EvaluatedEnvironment = Pick<Environment, 'id' | 'settings' | 'placementVersion'>

/** What one evaluation may take, in all of its readings. */
export interface ProofBound {
  /** Events that are read, others' included, which are in the same parts of the log. */
  eventsReadMax: number
  /** Events of the customers. */
  eventsMax: number
  /** How often an event is put to a question. */
  evaluationsMax: number
  /** What of them is in memory: transaction ids, values of UNIQUE, and what SQL metrics read. */
  bytesMax: number
  /** Where transaction ids take more, the log is read so often, for a part of them each time. */
  partsMax: number
}

const MIB = 2 ** 20

/** Of several customers: with more, they are divided. */
export const TOGETHER_BOUND: ProofBound = {
  eventsReadMax: 5_000_000,
  eventsMax: 500_000,
  evaluationsMax: 5_000_000,
  bytesMax: 40 * MIB,
  partsMax: 1,
}
/**
 * Of one customer alone: with more, nothing is proven. A Worker has 128 MiB, of which the slice of
 * the log that is being read takes its share; `PROOF_SCALE` is for machines with more.
 */
const ALONE_BOUND: ProofBound = {
  eventsReadMax: 50_000_000,
  eventsMax: 5_000_000,
  evaluationsMax: 50_000_000,
  bytesMax: 56 * MIB,
  partsMax: 8,
}

function aloneBound({ PROOF_SCALE = '1' }: Pick<Env, 'PROOF_SCALE'>): ProofBound {
  const scale = Number(PROOF_SCALE)
  assert(scale > 0, 'PROOF_SCALE is a positive number')
  const { eventsReadMax, eventsMax, evaluationsMax, bytesMax, partsMax } = ALONE_BOUND
  return {
    eventsReadMax: eventsReadMax * scale,
    eventsMax: eventsMax * scale,
    evaluationsMax: evaluationsMax * scale,
    bytesMax: bytesMax * scale,
    partsMax,
  }
}

/** Into so many more parts transaction ids are divided where they take too much memory. */
const PARTS_STEP = 4

/** At most so far ahead of the clock timestamps lie, whatever an environment sets. */
const FUTURE_MAX_MS = DAY_MS
/** Sealing rearranges a log now and then; it does not do so at every reading. */
const READINGS_MAX = 3

/**
 * Computes usage from the stored events by the naive evaluator, of any number of customers in one
 * pass over the logs that have events of theirs, each at its own cut. On its way it proves the logs:
 * whatever is found up to a need's cut is told with its answer. Of the logs a slice is in memory at
 * a time; of a customer, its transaction ids or a part of them, and what UNIQUE and SQL metrics read.
 */
export async function evaluateNaively(
  env: Env,
  environment: EvaluatedEnvironment,
  needs: readonly NaiveNeed[],
  bound: ProofBound = aloneBound(env),
): Promise<Result<NaiveAnswer[]>> {
  for (let attempt = 1; ; attempt += 1) {
    const evaluated = await evaluateOnce(env, environment, needs, bound)
    const isToRepeat = !evaluated.ok && evaluated.error.code === 'overloaded'
    if (!isToRepeat || attempt >= READINGS_MAX) return evaluated
  }
}

/**
 * Reads only what can matter: usage is of events of the asked windows, which were accepted a day
 * before them at the earliest, and whether they are duplicates is decided by what was accepted
 * within the lifetime before. Where that is not enough, it reads from the beginning.
 */
async function evaluateOnce(
  env: Env,
  environment: EvaluatedEnvironment,
  needs: readonly NaiveNeed[],
  bound: ProofBound,
): Promise<Result<NaiveAnswer[]>> {
  const lookback = lookbackOf(needs, dedupeLifetimeMs(environment))
  const evaluated = await evaluateParts(env, environment, { needs, lookback, bound })
  if (!evaluated.ok) return evaluated
  const again = needs.filter((_, i) => evaluated.value[i] === null)
  if (again.length === 0) return ok(evaluated.value.map((answer) => answer!))
  const whole = await evaluateParts(env, environment, { needs: again, lookback: null, bound })
  if (!whole.ok) return whole
  const left = whole.value.values()
  return ok(evaluated.value.map((answer): NaiveAnswer => answer ?? left.next().value!))
}

/** Null to read from the beginning. */
function lookbackOf(needs: readonly NaiveNeed[], lifetimeMs: number): Lookback | null {
  const asked = needs.flatMap(({ queries, questions = [] }) => [...queries, ...questions])
  const periodStartMs = asked.reduce(
    (earliest, { boundaries }) => Math.min(earliest, boundaries[0] ?? Infinity),
    Infinity,
  )
  if (!Number.isFinite(periodStartMs)) return null
  return { fromMs: periodStartMs - FUTURE_MAX_MS - lifetimeMs, periodStartMs, lifetimeMs }
}

interface Evaluation {
  needs: readonly NaiveNeed[]
  lookback: Lookback | null
  bound: ProofBound
}

/** Divides transaction ids among several readings where they take more memory than they may. */
async function evaluateParts(
  env: Env,
  environment: EvaluatedEnvironment,
  evaluation: Evaluation,
): Promise<Result<(NaiveAnswer | null)[]>> {
  const { partsMax } = evaluation.bound
  for (let parts = 1; ; parts = Math.min(parts * PARTS_STEP, partsMax)) {
    const evaluated = await evaluateFrom(env, environment, evaluation, parts)
    if (evaluated.ok || evaluated.error !== MANY_IDS.error || parts >= partsMax) return evaluated
  }
}

/** Null for each of which the answer depends on what was not read. */
async function evaluateFrom(
  env: Env,
  environment: EvaluatedEnvironment,
  { needs, lookback, bound }: Evaluation,
  parts: number,
): Promise<Result<(NaiveAnswer | null)[]>> {
  const lifetimeMs = dedupeLifetimeMs(environment)
  const subjects = needs.map((need) => new NaiveReader(need, lifetimeMs, lookback))
  const readers = new NaiveReaders(subjects)
  const taken = new Taken(subjects, bound)
  const meters = [...new Set(needs.flatMap(({ positions }) => Object.keys(positions)))].sort()
  const pass = { subjects, readers, lookback, taken }
  for (let number = 0; number < parts; number += 1) {
    for (const subject of subjects) subject.take({ number, count: parts })
    // Ids that have moved may have duplicates in several logs, so what counts is found out first.
    if (environment.placementVersion > 0) {
      for (const meter of meters) {
        const noted = await noteMeter(env, environment.id, { ...pass, meter })
        if (!noted.ok) return noted
      }
      for (const subject of subjects) subject.decideDuplicates()
    }
    for (const meter of meters) {
      const added = await addMeter(env, environment.id, { ...pass, meter })
      if (!added.ok) return added
      if (number > 0) continue
      for (const subject of subjects) subject.tell(meter, added.value)
    }
  }
  return ok(subjects.map((subject) => subject.answer()))
}

/** Reads a meter's log for its transaction ids only. */
async function noteMeter(
  env: Env,
  environmentId: string,
  pass: MeterPass,
): Promise<Result<MeterFindings>> {
  const { meter, readers, taken } = pass
  return readMeter(env, environmentId, pass, ({ events }) => {
    for (const each of events) {
      for (const subject of readers.of(each.event.ingestId)) subject.note(meter, each)
    }
    return taken.check(events.length)
  })
}

/** Reads a meter's log into the evaluation, and says what is wrong with it. */
async function addMeter(
  env: Env,
  environmentId: string,
  pass: MeterPass,
): Promise<Result<Finding[]>> {
  const { meter, readers, taken } = pass
  let counted = 0
  const { headSeq, acceptedEvents } = await readEnd(env, environmentId, meter)
  const reading = { ...pass, headSeq }
  const read = await readMeter(env, environmentId, reading, ({ lastSeq, count, events }) => {
    for (const each of events) {
      for (const subject of readers.of(each.event.ingestId)) subject.add(meter, each)
    }
    // A block that was sealed since the end was looked up may go beyond it.
    counted += lastSeq <= headSeq ? count : events.filter(({ seq }) => seq <= headSeq).length
    return taken.check(events.length)
  })
  if (!read.ok) return read
  const { eventsBefore, findings } = read.value
  if (eventsBefore === null) return ok(findings)
  return ok([...findings, ...countFindings({ headSeq, acceptedEvents }, eventsBefore + counted)])
}

function readEnd(env: Env, environmentId: string, meter: string): Promise<LogEnd> {
  return env.METER.getByName(meter).readLogEnd({ environmentId })
}

interface MeterPass {
  meter: string
  subjects: readonly NaiveReader[]
  readers: NaiveReaders
  lookback: Lookback | null
  taken: Taken
  headSeq?: number
}

interface MeterFindings {
  findings: Finding[]
  /** Events of the log before what was read; null where that cannot be told. */
  eventsBefore: number | null
}

/** Reads a meter's log up to the last position that is asked for, or its end if that is later. */
async function readMeter(
  env: Env,
  environmentId: string,
  { meter, subjects, readers, lookback, headSeq = 0 }: MeterPass,
  visit: (part: ReadPart) => Result<null>,
): Promise<Result<MeterFindings>> {
  let upToSeq = headSeq
  for (const subject of subjects) upToSeq = Math.max(upToSeq, subject.positionIn(meter))
  const start = lookback === null ? undefined : await findStart(env, environmentId, meter, lookback)
  const log = new NaiveLog(LOG_CODEC, start)
  const read = await readLogParts(
    env,
    { environmentId, meterName: meter, upToSeq, log, afterSeq: start?.seq, asked: readers },
    visit,
  )
  if (!read.ok) return read
  log.close(upToSeq)
  return ok({ findings: log.findings, eventsBefore: start === undefined ? 0 : start.eventsBefore })
}

function findStart(
  env: Env,
  environmentId: string,
  meter: string,
  { fromMs, periodStartMs }: Lookback,
): Promise<FoundLogStart> {
  const request = { environmentId, acceptedFromMs: fromMs, timeFromMs: periodStartMs }
  return env.METER.getByName(meter).findLogStart(request)
}

/** The meter counts events where it names their ids: so a log that lost its end is found. */
export function countFindings({ headSeq, acceptedEvents }: LogEnd, events: number): Finding[] {
  if (events === acceptedEvents) return []
  return [
    {
      seq: headSeq,
      problem: `the log has ${events} events up to this chunk; ${acceptedEvents} were accepted`,
    },
  ]
}

/** What an evaluation has taken so far. */
class Taken {
  private readonly subjects: readonly NaiveReader[]
  private readonly bound: ProofBound
  private eventsRead = 0

  constructor(subjects: readonly NaiveReader[], bound: ProofBound) {
    this.subjects = subjects
    this.bound = bound
  }

  /** Refuses to go on where that is more than it may. */
  check(eventsRead: number): Result<null> {
    const { eventsReadMax, eventsMax, evaluationsMax, bytesMax } = this.bound
    this.eventsRead += eventsRead
    const sums = { noted: 0, evaluations: 0, bytes: 0, idBytes: 0 }
    for (const { noted, evaluations, bytes, idBytes } of this.subjects) {
      sums.noted += noted
      sums.evaluations += evaluations
      sums.bytes += bytes
      sums.idBytes += idBytes
    }
    if (this.eventsRead > eventsReadMax) return tooMuch(`${eventsReadMax} events of the log`)
    if (sums.noted > eventsMax) return tooMuch(`${eventsMax} events of the customer`)
    if (sums.evaluations > evaluationsMax) {
      return tooMuch(`${evaluationsMax} evaluations, one for each event and each question`)
    }
    if (sums.bytes > bytesMax) return tooMuch(`${bytesMax / MIB} MiB of memory`)
    return sums.bytes + sums.idBytes > bytesMax ? MANY_IDS : ok(null)
  }
}

function tooMuch(what: string): ReturnType<typeof refuse> {
  return refuse('too_large', `The usage is not proven: that takes more than ${what}.`)
}

const MANY_IDS = tooMuch('the memory that there is for the transaction ids of the customer')
