import { EXACT_ZERO } from './naive-number.ts'
import type { Decimal } from '../../decimal.ts'
import type { StreamingMetric } from '../metric.ts'
import { textOf, type NaiveEvent } from './naive-event.ts'
import { isFed } from './naive-match.ts'
import { addTally, emptyTally, tallyOf, tallyValue, type Tally } from './naive-tally.ts'

/** Whose usage is evaluated, of what. */
export interface NaiveSubject {
  /** The customer's ingest ids at the cut. */
  ingestIds: ReadonlySet<string>
  /** `dedupeLifetimeMs(environment)`. */
  lifetimeMs: number
  questions: NaiveQuestion[]
}

export interface NaiveQuestion {
  metric: StreamingMetric
  /** Properties to group by; null = ungrouped. */
  groupKey: string[] | null
  /** Ascending instants: n boundaries make n − 1 half-open windows. */
  boundaries: number[]
}

/** One group's usage: an entry for each window. */
export interface NaiveGroup {
  group: string[]
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
  private readonly countedAt = new Map<string, number>()
  /** Of each question: by group, a tally for each window that has one. */
  private readonly groups: Map<string, (Tally | undefined)[]>[]
  /** How often an event was put to a question: what an evaluation costs. */
  evaluations = 0

  constructor(subject: NaiveSubject) {
    this.subject = subject
    this.groups = subject.questions.map(() => new Map())
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
    questions.forEach((question, i) => answer(question, this.groups[i]!, event))
  }

  /** The answers, in the order of the questions; groups in no particular order. */
  answers(): NaiveGroup[][] {
    return this.subject.questions.map(({ metric, boundaries }, i) =>
      [...this.groups[i]!].map(([group, windows]) => {
        const tallies = boundaries.slice(1).map((_, window) => windows[window])
        return { group: JSON.parse(group) as string[], ...evaluate(metric, tallies) }
      }),
    )
  }
}

function answer(
  { metric, groupKey, boundaries }: NaiveQuestion,
  groups: Map<string, (Tally | undefined)[]>,
  event: NaiveEvent,
): void {
  const end = boundaries.findIndex((boundary) => event.time.ms < boundary)
  if (end < 1 || !isFed(metric, event)) return
  const { aggregationType, aggregationKey } = metric
  const text = aggregationKey === undefined ? null : textOf(event, aggregationKey)
  const tally = tallyOf(aggregationType, event, text)
  if (tally === null) return
  const group = JSON.stringify((groupKey ?? []).map((name) => textOf(event, name)))
  const windows = groups.get(group) ?? []
  groups.set(group, windows)
  const window = (windows[end - 1] ??= emptyTally())
  addTally(aggregationType, window, tally)
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
