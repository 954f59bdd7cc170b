import { dedupeLifetimeMs, type Environment } from '../core/environment.ts'
import type { Group } from '../core/metering/group.ts'
import type { BillableMetric } from '../core/metering/metric.ts'
import type { Lookback } from '../core/metering/naive/naive-lookback.ts'
import { NaiveLog, type Finding } from '../core/metering/naive/naive-log.ts'
import type { NaiveQuestion } from '../core/metering/naive/naive-usage.ts'
import type { Cut, UsageQuery, WindowUsage } from '../core/metering/usage.ts'
import { ok, refuse, type Result } from '../core/result.ts'
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
  /** Events of the customers: their transaction ids are in memory. */
  eventsMax: number
  /** How often an event is put to a question. */
  evaluationsMax: number
}

/** Of several customers: with more, they are divided. */
export const TOGETHER_BOUND: ProofBound = {
  eventsReadMax: 5_000_000,
  eventsMax: 500_000,
  evaluationsMax: 5_000_000,
}
/** Of one customer alone: with more, nothing is proven. To be raised where machines take more. */
export const ALONE_BOUND: ProofBound = {
  eventsReadMax: 50_000_000,
  eventsMax: 5_000_000,
  evaluationsMax: 50_000_000,
}

/** At most so far ahead of the clock timestamps lie, whatever an environment sets. */
const FUTURE_MAX_MS = DAY_MS
/** Sealing rearranges a log now and then; it does not do so at every reading. */
const READINGS_MAX = 3

/**
 * Computes usage from the stored events by the naive evaluator, of any number of customers in one
 * pass over the logs that have events of theirs, each at its own cut. On its way it proves the logs:
 * whatever is found up to a need's cut is told with its answer. Of the logs a slice is in memory at
 * a time; of a customer, its transaction ids, and what SQL metrics read.
 */
export async function evaluateNaively(
  env: Env,
  environment: EvaluatedEnvironment,
  needs: readonly NaiveNeed[],
  bound: ProofBound = ALONE_BOUND,
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
  const evaluated = await evaluateFrom(env, environment, { needs, lookback, bound })
  if (!evaluated.ok) return evaluated
  const again = needs.filter((_, i) => evaluated.value[i] === null)
  if (again.length === 0) return ok(evaluated.value.map((answer) => answer!))
  const whole = await evaluateFrom(env, environment, { needs: again, lookback: null, bound })
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

/** Null for each of which the answer depends on what was not read. */
async function evaluateFrom(
  env: Env,
  environment: EvaluatedEnvironment,
  { needs, lookback, bound }: Evaluation,
): Promise<Result<(NaiveAnswer | null)[]>> {
  const lifetimeMs = dedupeLifetimeMs(environment)
  const subjects = needs.map((need) => new NaiveReader(need, lifetimeMs, lookback))
  const readers = new NaiveReaders(subjects)
  const taken = new Taken(subjects, bound)
  const meters = [...new Set(needs.flatMap(({ positions }) => Object.keys(positions)))].sort()
  // Ids that have moved may have duplicates in several logs, so what counts is found out first.
  if (environment.placementVersion > 0) {
    for (const meter of meters) {
      const reading = { meter, subjects, readers, lookback }
      const read = await readMeter(env, environment.id, reading, ({ events }) => {
        for (const each of events) {
          for (const subject of readers.of(each.event.ingestId)) subject.note(meter, each)
        }
        return taken.check(events.length)
      })
      if (!read.ok) return read
    }
    for (const subject of subjects) subject.decideDuplicates()
  }
  for (const meter of meters) {
    let counted = 0
    const { headSeq, acceptedEvents } = await readEnd(env, environment.id, meter)
    const reading = { meter, subjects, readers, lookback, headSeq }
    const read = await readMeter(env, environment.id, reading, ({ lastSeq, count, events }) => {
      for (const each of events) {
        for (const subject of readers.of(each.event.ingestId)) subject.add(meter, each)
      }
      // A block that was sealed since the end was looked up may go beyond it.
      counted += lastSeq <= headSeq ? count : events.filter(({ seq }) => seq <= headSeq).length
      return taken.check(events.length)
    })
    if (!read.ok) return read
    const { eventsBefore } = read.value
    const findings = [...read.value.findings]
    if (eventsBefore !== null) {
      findings.push(...countFindings({ headSeq, acceptedEvents }, eventsBefore + counted))
    }
    for (const subject of subjects) subject.tell(meter, findings)
  }
  return ok(subjects.map((subject) => subject.answer()))
}

function readEnd(env: Env, environmentId: string, meter: string): Promise<LogEnd> {
  return env.METER.getByName(meter).readLogEnd({ environmentId })
}

interface MeterPass {
  meter: string
  subjects: readonly NaiveReader[]
  readers: NaiveReaders
  lookback: Lookback | null
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
    const { eventsReadMax, eventsMax, evaluationsMax } = this.bound
    this.eventsRead += eventsRead
    const sums = { noted: 0, evaluations: 0 }
    for (const { noted, evaluations } of this.subjects) {
      sums.noted += noted
      sums.evaluations += evaluations
    }
    if (this.eventsRead > eventsReadMax) return tooMuch(`${eventsReadMax} events of the log`)
    if (sums.noted > eventsMax) return tooMuch(`${eventsMax} events of the customer`)
    if (sums.evaluations > evaluationsMax) {
      return tooMuch(`${evaluationsMax} evaluations, one for each event and each question`)
    }
    return ok(null)
  }
}

function tooMuch(what: string): ReturnType<typeof refuse> {
  return refuse('too_large', `The usage is not proven: that takes more than ${what}.`)
}
