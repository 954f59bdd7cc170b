import { EXACT_ZERO } from './naive-number.ts'
import type { Decimal } from '../../decimal.ts'
import { isSqlMetric, type BillableMetric, type StreamingMetric } from '../metric.ts'
import { textOf, type NaiveEvent } from './naive-event.ts'
import { NaiveIdTimes } from './naive-id-times.ts'
import { isFed, meets } from './naive-match.ts'
import { nameLimit } from '../../sql/sql-error.ts'
import { NaiveSqlUsage } from './naive-sql-usage.ts'
import { tallyState } from './naive-state.ts'
import { addTally, emptyTally, tallyOf, tallyValue, type Tally } from './naive-tally.ts'
import type { PropertyCondition } from '../../sql/run/restrict-fragment.ts'
import type { WindowUsage } from '../usage.ts'

/** Whose usage is evaluated, of what. */
export interface NaiveSubject {
  /** The customer's ingest ids at the cut. */
  ingestIds: ReadonlySet<string>
  /** `dedupeLifetimeMs(environment)`. */
  lifetimeMs: number
  questions: NaiveQuestion[]
}

export interface NaiveQuestion {
  metric: BillableMetric
  /** Properties to group by; null = ungrouped. */
  groupKey: string[] | null
  /** Ascending instants: n boundaries make n − 1 half-open windows. */
  boundaries: number[]
  /** What events of each window must meet to count; absent for nothing. */
  conditions?: (readonly PropertyCondition[])[]
}

/** One group's usage: an entry for each window. */
export interface NaiveGroup {
  group: (string | null)[]
  /** The value of each window alone; null where nothing matched. */
  values: (Decimal | null)[]
  /** V(P→b) − V(P→a) of each window, P being the first boundary (CD-1). */
  increments: Decimal[]
}

/**
 * The second opinion on usage: everything from scratch, from accepted events one by one, in decimal
 * arithmetic. It is slow, and shares nothing with the evaluation that answers requests.
 */
export class NaiveUsage {
  private readonly subject: NaiveSubject
  /** When the last event that counts was accepted, by transaction id. */
  private readonly countedAt = new NaiveIdTimes()
  /** Of each question. */
  private readonly tallies: (NaiveSqlUsage | NaiveTallies)[]
  /** How often an event was put to a question: what an evaluation costs. */
  evaluations = 0

  constructor(subject: NaiveSubject) {
    this.subject = subject
    this.tallies = subject.questions.map(({ metric, groupKey, boundaries, conditions }) =>
      isSqlMetric(metric)
        ? new NaiveSqlUsage(metric.plan, { groupKey, boundaries, conditions })
        : new NaiveTallies(metric, { groupKey, boundaries, conditions }),
    )
  }

  /** What the transaction ids take in memory, … */
  get idBytes(): number {
    return this.countedAt.bytes
  }

  /** … and what the usage takes, as far as that grows with the events. */
  get bytes(): number {
    return this.tallies.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** Forgets the transaction ids: what comes from now on is under others. */
  forgetIds(): void {
    this.countedAt.clear()
  }

  /**
   * Adds the next event of the log: any customer's, in the order of acceptance. It counts if it
   * came under an id of this customer, and its transaction id did not count within the lifetime
   * before (EV-40, EV-41, EV-43, EV-47).
   */
  add(event: NaiveEvent, acceptedAtMs: number): void {
    const { ingestIds, lifetimeMs } = this.subject
    if (!ingestIds.has(event.ingestId)) return
    const countedAtMs = this.countedAt.get(event.transactionId)
    if (countedAtMs !== undefined && acceptedAtMs < countedAtMs + lifetimeMs) return
    this.countedAt.set(event.transactionId, acceptedAtMs)
    this.count(event)
  }

  /** Counts an event of which somebody else has told that it is no duplicate. */
  count(event: NaiveEvent): void {
    const { ingestIds, questions } = this.subject
    if (!ingestIds.has(event.ingestId)) return
    this.evaluations += questions.length
    for (const tallies of this.tallies) tallies.add(event)
  }

  /**
   * The answers, in the order of the questions; groups in no particular order.
   * @throws SqlLimitError where a SQL metric takes more than it may
   */
  answers(): NaiveGroup[][] {
    const { questions } = this.subject
    return this.tallies.map((tallies, i) =>
      nameLimit(questions[i]!.metric.name, () => tallies.groups()),
    )
  }

  /**
   * The answers in the form in which meters give them, so that an invoice can be drafted with them:
   * of streaming metrics states, of SQL metrics what each window added.
   * @throws SqlLimitError where a SQL metric takes more than it may
   */
  usage(): WindowUsage[][] {
    const { questions } = this.subject
    return this.tallies.map((tallies, i) =>
      nameLimit(questions[i]!.metric.name, () => tallies.usage()),
    )
  }
}

/** About what a tally, and a value of UNIQUE beside its text, take in memory. */
const TALLY_BYTES = 1_000
const VALUE_BYTES = 100

/** The usage of one streaming metric. */
class NaiveTallies {
  private readonly metric: StreamingMetric
  private readonly groupKey: readonly string[]
  private readonly boundaries: readonly number[]
  private readonly conditions: NaiveQuestion['conditions']
  /** By group, a tally for each window that has one. */
  private readonly windows = new Map<string, (Tally | undefined)[]>()
  /** About what they take in memory. */
  bytes = 0

  constructor(
    metric: StreamingMetric,
    { groupKey, boundaries, conditions }: Omit<NaiveQuestion, 'metric'>,
  ) {
    this.metric = metric
    this.groupKey = groupKey ?? []
    this.boundaries = boundaries
    this.conditions = conditions
  }

  add(event: NaiveEvent): void {
    const end = this.boundaries.findIndex((boundary) => event.time.ms < boundary)
    if (end < 1 || !isFed(this.metric, event)) return
    if (!meets(event, this.conditions?.[end - 1])) return
    const { aggregationType, aggregationKey } = this.metric
    const text = aggregationKey === undefined ? null : textOf(event, aggregationKey)
    const tally = tallyOf(aggregationType, event, text)
    if (tally === null) return
    const group = JSON.stringify(this.groupKey.map((name) => textOf(event, name)))
    const windows = this.windows.get(group) ?? []
    this.windows.set(group, windows)
    let own = windows[end - 1]
    if (own === undefined) {
      windows[end - 1] = own = emptyTally()
      this.bytes += TALLY_BYTES + 2 * group.length
    }
    const before = own.values.size
    addTally(aggregationType, own, tally)
    this.bytes += (own.values.size - before) * (VALUE_BYTES + 2 * (text?.length ?? 0))
  }

  groups(): NaiveGroup[] {
    return [...this.windows].map(([group, windows]) => {
      const tallies = this.boundaries.slice(1).map((_, window) => windows[window])
      return { group: JSON.parse(group) as string[], ...evaluate(this.metric, tallies) }
    })
  }

  usage(): WindowUsage[] {
    const { aggregationType } = this.metric
    return [...this.windows].flatMap(([text, windows]) => {
      const group = JSON.parse(text) as string[]
      return windows.flatMap((tally, window) =>
        tally === undefined ? [] : [{ window, group, state: tallyState(aggregationType, tally) }],
      )
    })
  }
}

function evaluate(
  { aggregationType }: StreamingMetric,
  tallies: (Tally | undefined)[],
): Omit<NaiveGroup, 'group'> {
  const soFar = emptyTally()
  let before: Decimal = EXACT_ZERO
  const increments = tallies.map((tally) => {
    if (tally !== undefined) addTally(aggregationType, soFar, tally)
    const after = tallyValue(aggregationType, soFar)
    const increment = after.minus(before)
    before = after
    return increment
  })
  const values = tallies.map((tally) =>
    tally === undefined ? null : tallyValue(aggregationType, tally),
  )
  return { values, increments }
}
