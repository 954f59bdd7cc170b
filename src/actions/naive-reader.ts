import { toText } from '../core/decimal.ts'
import { NaiveDuplicates, placeText } from '../core/metering/naive/naive-duplicates.ts'
import type { AcceptedEvent, Finding } from '../core/metering/naive/naive-log.ts'
import { partOf } from '../core/metering/naive/naive-id-times.ts'
import { NaiveLookback, type Lookback } from '../core/metering/naive/naive-lookback.ts'
import {
  joinQueries,
  splitAnswers,
  type JoinedQuestion,
} from '../core/metering/naive/naive-questions.ts'
import { NaiveUsage } from '../core/metering/naive/naive-usage.ts'
import type { Cut } from '../core/metering/usage.ts'
import { SqlLimitError } from '../core/sql/sql-error.ts'
import type { GroupIncrements, LogFinding, NaiveAnswer, NaiveNeed } from './evaluate-naively.ts'

/** One of several parts of all transaction ids, from 0. */
export interface ReadPartOf {
  number: number
  count: number
}

/** One need on its way to its answer. */
export class NaiveReader {
  readonly ingestIds: ReadonlySet<string>
  private readonly positions: Cut['positions']
  private readonly questions: JoinedQuestion[]
  private readonly isAskedMore: boolean
  private readonly naive: NaiveUsage
  private readonly lifetimeMs: number
  private duplicates: NaiveDuplicates
  /** The places of events that do not count; null where each log tells by itself. */
  private uncounted: Set<string> | null = null
  private readonly findings: LogFinding[] = []
  /** Events of the customer that were looked at, however often. */
  noted = 0
  private eventsRead = 0
  private part: ReadPartOf = { number: 0, count: 1 }
  private readonly lookback: NaiveLookback | null

  /** @param lookback null where logs are read from their beginning */
  constructor(need: NaiveNeed, lifetimeMs: number, lookback: Lookback | null) {
    const { ingestIds, positions, metrics, queries, questions: more = [] } = need
    this.ingestIds = new Set(ingestIds)
    this.positions = positions
    this.questions = joinQueries(metrics, queries)
    const questions = [...this.questions.map(({ question }) => question), ...more]
    this.lookback = lookback && new NaiveLookback(lookback)
    this.isAskedMore = more.length > 0
    this.naive = new NaiveUsage({ ingestIds: this.ingestIds, lifetimeMs, questions })
    this.lifetimeMs = lifetimeMs
    this.duplicates = new NaiveDuplicates({ ingestIds: this.ingestIds, lifetimeMs })
  }

  /** How often an event was put to a question. */
  get evaluations(): number {
    return this.naive.evaluations
  }

  /** About what its usage takes in memory, … */
  get bytes(): number {
    return this.naive.bytes
  }

  /** … and what transaction ids take, of which it may be given a part at a time. */
  get idBytes(): number {
    const { naive, duplicates, lookback } = this
    return naive.idBytes + duplicates.bytes + (lookback?.bytes ?? 0)
  }

  /** From now on it is given the log from its beginning, and takes the events of one part of the ids. */
  take(part: ReadPartOf): void {
    const { ingestIds, lifetimeMs } = this
    this.part = part
    this.uncounted = null
    this.duplicates = new NaiveDuplicates({ ingestIds, lifetimeMs })
    this.naive.forgetIds()
    this.lookback?.forgetIds()
  }

  private isOfPart(transactionId: string): boolean {
    const { number, count } = this.part
    return count === 1 || partOf(transactionId, count) === number
  }

  positionIn(meter: string): number {
    return this.positions[meter] ?? 0
  }

  note(meter: string, { seq, index, event, acceptedAtMs }: AcceptedEvent): void {
    if (seq > this.positionIn(meter) || !this.isOfPart(event.transactionId)) return
    this.noted += 1
    this.duplicates.add(event, acceptedAtMs, { meter, seq, index })
  }

  decideDuplicates(): void {
    this.uncounted = this.duplicates.uncounted(this.lookback)
  }

  add(meter: string, { seq, index, event, acceptedAtMs }: AcceptedEvent): void {
    if (seq > this.positionIn(meter)) return
    if (this.part.number === 0) this.eventsRead += 1
    if (!this.isOfPart(event.transactionId)) return
    if (this.uncounted === null) {
      this.noted += 1
      this.lookback?.note(event.transactionId, event.time.ms, acceptedAtMs)
      this.naive.add(event, acceptedAtMs)
    } else if (!this.uncounted.has(placeText({ meter, seq, index }))) this.naive.count(event)
  }

  /** Takes what concerns it of what was found in a log. */
  tell(meter: string, findings: readonly Finding[]): void {
    if (!(meter in this.positions)) return
    for (const { seq, problem, ingestIds } of findings) {
      const isOwn = ingestIds === undefined || ingestIds.some((id) => this.ingestIds.has(id))
      if (isOwn) this.findings.push({ meter, seq, problem })
    }
  }

  /** Null where it depends on what was not read. */
  answer(): NaiveAnswer | null {
    if (this.lookback?.isAmbiguous === true) return null
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
export class NaiveReaders {
  private readonly byId = new Map<string, NaiveReader[]>()

  constructor(subjects: readonly NaiveReader[]) {
    for (const subject of subjects) {
      for (const id of subject.ingestIds) {
        const own = this.byId.get(id)
        if (own === undefined) this.byId.set(id, [subject])
        else own.push(subject)
      }
    }
  }

  has(ingestId: string): boolean {
    return this.byId.has(ingestId)
  }

  of(ingestId: string): readonly NaiveReader[] {
    return this.byId.get(ingestId) ?? []
  }
}
