import { dedupeLifetimeMs, type Environment } from '../core/environment.ts'
import { toText } from '../core/decimal.ts'
import type { Group } from '../core/metering/group.ts'
import type { BillableMetric } from '../core/metering/metric.ts'
import { NaiveDuplicates, placeText } from '../core/metering/naive/naive-duplicates.ts'
import { NaiveLog, type AcceptedEvent, type Finding } from '../core/metering/naive/naive-log.ts'
import {
  joinQueries,
  splitAnswers,
  type JoinedQuestion,
} from '../core/metering/naive/naive-questions.ts'
import { NaiveUsage, type NaiveQuestion } from '../core/metering/naive/naive-usage.ts'
import type { Cut, UsageQuery, WindowUsage } from '../core/metering/usage.ts'
import { ok, type Result } from '../core/result.ts'
import { SqlLimitError } from '../core/sql/sql-error.ts'
import type { Env } from '../env.ts'
import type { LogEnd } from '../objects/meter-log-slice.ts'
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
  /** Events of the customer up to the cut. */
  eventsRead: number
  findings: LogFinding[]
}

/** What each window adds to the usage of a group; decimal texts. */
export interface GroupIncrements {
  group: Group
  increments: string[]
}

/** Something in a log that is not as it was written. */
export interface LogFinding extends Finding {
  meter: string
}

/** What of an environment the evaluation needs. */
export type EvaluatedEnvironment = Pick<Environment, 'id' | 'settings' | 'placementVersion'>

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
): Promise<Result<NaiveAnswer[]>> {
  for (let attempt = 1; ; attempt += 1) {
    const evaluated = await evaluateOnce(env, environment, needs)
    const isToRepeat = !evaluated.ok && evaluated.error.code === 'overloaded'
    if (!isToRepeat || attempt >= READINGS_MAX) return evaluated
  }
}

async function evaluateOnce(
  env: Env,
  environment: EvaluatedEnvironment,
  needs: readonly NaiveNeed[],
): Promise<Result<NaiveAnswer[]>> {
  const subjects = needs.map((need) => new Subject(need, dedupeLifetimeMs(environment)))
  const readers = new Readers(subjects)
  const meters = [...new Set(needs.flatMap(({ positions }) => Object.keys(positions)))].sort()
  // Ids that have moved may have duplicates in several logs, so what counts is found out first.
  if (environment.placementVersion > 0) {
    for (const meter of meters) {
      const read = await readMeter(env, environment.id, { meter, subjects }, ({ events }) => {
        for (const each of events) {
          for (const subject of readers.of(each.event.ingestId)) subject.note(meter, each)
        }
      })
      if (!read.ok) return read
    }
    for (const subject of subjects) subject.decideDuplicates()
  }
  for (const meter of meters) {
    let counted = 0
    const { headSeq, acceptedEvents } = await readEnd(env, environment.id, meter)
    const reading = { meter, subjects, headSeq }
    const read = await readMeter(env, environment.id, reading, ({ lastSeq, count, events }) => {
      for (const each of events) {
        for (const subject of readers.of(each.event.ingestId)) subject.add(meter, each)
      }
      // A block that was sealed since the end was looked up may go beyond it.
      counted += lastSeq <= headSeq ? count : events.filter(({ seq }) => seq <= headSeq).length
    })
    if (!read.ok) return read
    const findings = [...read.value, ...countFindings({ headSeq, acceptedEvents }, counted)]
    for (const subject of subjects) subject.tell(meter, findings)
  }
  return ok(subjects.map((subject) => subject.answer()))
}

function readEnd(env: Env, environmentId: string, meter: string): Promise<LogEnd> {
  return env.METER.getByName(meter).readLogEnd({ environmentId })
}

/** Reads a meter's log up to the last position that is asked for, or its end if that is later. */
async function readMeter(
  env: Env,
  environmentId: string,
  { meter, subjects, headSeq = 0 }: { meter: string; subjects: Subject[]; headSeq?: number },
  visit: (part: ReadPart) => void,
): Promise<Result<Finding[]>> {
  let upToSeq = headSeq
  for (const subject of subjects) upToSeq = Math.max(upToSeq, subject.positionIn(meter))
  const log = new NaiveLog(LOG_CODEC)
  const read = await readLogParts(
    env,
    { environmentId, meterName: meter, upToSeq, log },
    (part) => {
      visit(part)
      return ok(null)
    },
  )
  if (!read.ok) return read
  log.close(upToSeq)
  return ok(log.findings)
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

/** One need on its way to its answer. */
class Subject {
  readonly ingestIds: ReadonlySet<string>
  private readonly positions: Cut['positions']
  private readonly questions: JoinedQuestion[]
  private readonly isAskedMore: boolean
  private readonly naive: NaiveUsage
  private readonly duplicates: NaiveDuplicates
  /** The places of events that do not count; null where each log tells by itself. */
  private uncounted: Set<string> | null = null
  private readonly findings: LogFinding[] = []
  private eventsRead = 0

  constructor(need: NaiveNeed, lifetimeMs: number) {
    const { ingestIds, positions, metrics, queries, questions: more = [] } = need
    this.ingestIds = new Set(ingestIds)
    this.positions = positions
    this.questions = joinQueries(metrics, queries)
    const questions = [...this.questions.map(({ question }) => question), ...more]
    this.isAskedMore = more.length > 0
    this.naive = new NaiveUsage({ ingestIds: this.ingestIds, lifetimeMs, questions })
    this.duplicates = new NaiveDuplicates({ ingestIds: this.ingestIds, lifetimeMs })
  }

  positionIn(meter: string): number {
    return this.positions[meter] ?? 0
  }

  note(meter: string, { seq, index, event, acceptedAtMs }: AcceptedEvent): void {
    if (seq > this.positionIn(meter)) return
    this.duplicates.add(event, acceptedAtMs, { meter, seq, index })
  }

  decideDuplicates(): void {
    this.uncounted = this.duplicates.uncounted()
  }

  add(meter: string, { seq, index, event, acceptedAtMs }: AcceptedEvent): void {
    if (seq > this.positionIn(meter)) return
    this.eventsRead += 1
    if (this.uncounted === null) this.naive.add(event, acceptedAtMs)
    else if (!this.uncounted.has(placeText({ meter, seq, index }))) this.naive.count(event)
  }

  /** Takes what concerns it of what was found in a log. */
  tell(meter: string, findings: readonly Finding[]): void {
    if (!(meter in this.positions)) return
    this.findings.push(...findings.map((finding) => ({ meter, ...finding })))
  }

  answer(): NaiveAnswer {
    const { eventsRead, findings } = this
    try {
      const usage = splitAnswers(this.questions, this.naive.usage())
      const answer = { usage, limit: null, eventsRead, findings }
      return this.isAskedMore ? { ...answer, increments: this.increments() } : answer
    } catch (error) {
      if (!(error instanceof SqlLimitError)) throw error
      return { usage: [], limit: error.message, eventsRead, findings }
    }
  }

  private increments(): GroupIncrements[][] {
    const answers = this.naive.answers().slice(this.questions.length)
    return answers.map((groups) =>
      groups.map(({ group, increments }) => ({ group, increments: increments.map(toText) })),
    )
  }
}

/** Who reads the events under an ingest id. */
class Readers {
  private readonly byId = new Map<string, Subject[]>()

  constructor(subjects: readonly Subject[]) {
    for (const subject of subjects) {
      for (const id of subject.ingestIds) {
        const own = this.byId.get(id)
        if (own === undefined) this.byId.set(id, [subject])
        else own.push(subject)
      }
    }
  }

  of(ingestId: string): readonly Subject[] {
    return this.byId.get(ingestId) ?? []
  }
}
