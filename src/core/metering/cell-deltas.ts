import { HOUR_MS } from '../time.ts'
import { newState, type AggregateState as SqlState } from '../sql/run/aggregate-state.ts'
import { aggregatesOf } from '../sql/run/fragment-groups.ts'
import { FragmentReader } from '../sql/run/fragment-reader.ts'
import type { Fragment } from '../sql/plan.ts'
import { limitText, SqlLimitError } from '../sql/sql-error.ts'
import { addContribution, emptyState, type AggregateState } from './aggregate.ts'
import type { UsageEvent } from './event.ts'
import { groupText } from './group.ts'
import { MetricReader } from './metric-reader.ts'
import { isSqlMetric, type BillableMetric, type SqlMetric, type StreamingMetric } from './metric.ts'

/** A metric as it runs, with its short name within the meter. */
export type RunningMetric = { index: number } & (
  | { metric: StreamingMetric; reader: MetricReader; fragments: null }
  | {
      metric: SqlMetric
      reader: null
      /** What is added up of it while events come in: none where it is computed when it is asked for. */
      fragments: { fragment: Fragment; reader: FragmentReader }[]
    }
)

export function runMetric(index: number, metric: BillableMetric): RunningMetric {
  if (!isSqlMetric(metric)) {
    return { index, metric, reader: new MetricReader(metric), fragments: null }
  }
  const running = metric.execution === 'incremental' ? metric.plan.fragments : []
  const fragments = running.map((fragment) => ({ fragment, reader: new FragmentReader(fragment) }))
  return { index, metric, reader: null, fragments }
}

/** Whether the metric is added up in cells. */
export function hasCells({ fragments }: RunningMetric): boolean {
  return fragments === null || fragments.length > 0
}

/** What a cell holds: an aggregate, or those of a SQL metric's fragment. */
export type CellState = AggregateState | FragmentState

export interface FragmentState {
  type: 'SQL'
  fragment: Fragment
  states: SqlState[]
}

/**
 * The finest grain at which usage is added up. Family 0 is the ungrouped one, family i + 1 groups
 * by the i-th declared group key; of a SQL metric, family i is the i-th fragment, by its keys.
 */
export interface Cell {
  metricIndex: number
  ingestIndex: number
  family: number
  /** Hours since the epoch. */
  hour: number
  /** The group, as `groupText` gives it, or a fragment's keys. */
  group: string
  state: CellState
}

type Groups<State> = Map<string, State>

/** What one ingest id has in one hour of one metric. */
interface MetricCells {
  /** By family; the first has one group only. */
  families: Groups<AggregateState>[]
  /** The state of that group. */
  ungrouped: AggregateState
}

/** The same of a SQL metric. */
interface SqlCells {
  families: Groups<FragmentState>[]
  ungrouped: null
}

/** By the metric's index. */
type Bucket = Map<number, MetricCells | SqlCells>

// Rough sizes in memory; they only decide when it is time for a checkpoint.
const CELL_BYTES = 400
const VALUE_BYTES = 100

/** What events have added to the cells since the last checkpoint. */
export class CellDeltas {
  private readonly buckets = new Map<number, Map<number, Bucket>>()
  /** By ingest id, the bucket that was asked for last: events of an id and an hour come together. */
  private readonly last: ({ hour: number; bucket: Bucket } | undefined)[] = []
  /** Estimate of the memory taken. */
  bytes = 0
  cellCount = 0

  /** Adds an event to every cell that it feeds. */
  add(metrics: readonly RunningMetric[], ingestIndex: number, event: UsageEvent): void {
    let bucket: Bucket | undefined
    for (const running of metrics) {
      if (running.fragments !== null) {
        this.addToFragments(running, ingestIndex, event)
        continue
      }
      const contribution = running.reader.read(event)
      if (contribution === null) continue
      bucket ??= this.bucketOf(ingestIndex, Math.floor(event.timestampMs / HOUR_MS))
      this.addToFamilies(bucket, running, contribution, event)
    }
  }

  *cells(): Generator<Cell> {
    for (const [ingestIndex, hours] of this.buckets) {
      for (const [hour, bucket] of hours) {
        for (const [metricIndex, { families }] of bucket) {
          for (const [family, groups] of families.entries()) {
            for (const [group, state] of groups) {
              yield { metricIndex, ingestIndex, family, hour, group, state }
            }
          }
        }
      }
    }
  }

  /** The cells of one metric, ingest id and family in a range of hours: hour, group text, state. */
  cellsOf(
    metricIndex: number,
    ingestIndex: number,
    family: number,
    { hourMin = -Infinity, hourEnd = Infinity } = {},
  ): [hour: number, group: string, state: CellState][] {
    const cells: [hour: number, group: string, state: CellState][] = []
    for (const [hour, bucket] of this.buckets.get(ingestIndex) ?? []) {
      if (hour < hourMin || hour >= hourEnd) continue
      const found = bucket.get(metricIndex)
      if (found === undefined) continue
      if (family === 0 && found.ungrouped !== null) cells.push([hour, UNGROUPED, found.ungrouped])
      else
        for (const [group, state] of found.families[family] ?? []) cells.push([hour, group, state])
    }
    return cells
  }

  private bucketOf(ingestIndex: number, hour: number): Bucket {
    const last = this.last[ingestIndex]
    if (last !== undefined && last.hour === hour) return last.bucket
    let hours = this.buckets.get(ingestIndex)
    if (hours === undefined) this.buckets.set(ingestIndex, (hours = new Map()))
    let bucket = hours.get(hour)
    if (bucket === undefined) hours.set(hour, (bucket = new Map()))
    this.last[ingestIndex] = { hour, bucket }
    return bucket
  }

  private addToFamilies(
    bucket: Bucket,
    { index, metric, reader }: Extract<RunningMetric, { fragments: null }>,
    contribution: string,
    event: UsageEvent,
  ): void {
    const cells = bucket.get(index) as MetricCells | undefined
    const { families, ungrouped } = cells ?? this.addMetric(bucket, index, metric)
    this.addTo(ungrouped, contribution, event, reader)
    for (let family = 1; family < families.length; family++) {
      const groups = families[family]!
      const group = reader.groupText(family - 1)
      const state = groups.get(group) ?? this.addGroup(groups, group, metric)
      this.addTo(state, contribution, event, reader)
    }
  }

  private addToFragments(
    running: Exclude<RunningMetric, { fragments: null }>,
    ingestIndex: number,
    event: UsageEvent,
  ): void {
    for (let i = 0; i < running.fragments.length; i++) {
      const { reader } = running.fragments[i]!
      const { held } = reader
      try {
        const read = reader.read(event)
        if (read === null) continue
        const { groupText: group } = read
        if (group.length > GROUP_CHARACTERS_MAX) throw tooLongGroup()
        read.add(this.fragmentState(running, i, group, ingestIndex, event).states)
      } catch (error) {
        // Whoever asks for this hour is refused; events go on coming in, whatever a metric makes of
        // them.
        this.fragmentState(running, i, limitText(toLimit(error)), ingestIndex, event)
      }
      this.bytes += (reader.held - held) * VALUE_BYTES
    }
  }

  private fragmentState(
    { index, fragments }: Exclude<RunningMetric, { fragments: null }>,
    family: number,
    group: string,
    ingestIndex: number,
    { timestampMs }: UsageEvent,
  ): FragmentState {
    const bucket = this.bucketOf(ingestIndex, Math.floor(timestampMs / HOUR_MS))
    let cells = bucket.get(index) as SqlCells | undefined
    if (cells === undefined) {
      cells = { families: fragments.map(() => new Map()), ungrouped: null }
      bucket.set(index, cells)
    }
    const groups = cells.families[family]!
    let state = groups.get(group)
    if (state === undefined) {
      const { fragment } = fragments[family]!
      state = { type: 'SQL', fragment, states: aggregatesOf(fragment).map(newState) }
      groups.set(group, state)
      this.cellCount++
      this.bytes += CELL_BYTES + group.length * 2
    }
    return state
  }

  private addTo(
    state: AggregateState,
    contribution: string,
    event: UsageEvent,
    { value }: MetricReader,
  ): void {
    if (state.type === 'UNIQUE' && !state.values.has(contribution)) {
      this.bytes += VALUE_BYTES + contribution.length * 2
    }
    addContribution(state, contribution, event, value)
  }

  private addMetric(bucket: Bucket, index: number, metric: StreamingMetric): MetricCells {
    const families = Array.from(
      { length: metric.groupKeys.length + 1 },
      (): Groups<AggregateState> => new Map(),
    )
    const cells = { families, ungrouped: this.addGroup(families[0]!, UNGROUPED, metric) }
    bucket.set(index, cells)
    return cells
  }

  private addGroup(
    groups: Groups<AggregateState>,
    group: string,
    metric: StreamingMetric,
  ): AggregateState {
    const state = emptyState(metric.aggregationType)
    groups.set(group, state)
    this.cellCount++
    this.bytes += CELL_BYTES + group.length * 2
    return state
  }
}

/** Together with the values of a group, this fits into a row of SQLite. */
const GROUP_CHARACTERS_MAX = 200_000

function tooLongGroup(): SqlLimitError {
  return new SqlLimitError(
    'text',
    `a group's keys have more than ${GROUP_CHARACTERS_MAX} characters`,
  )
}

function toLimit(error: unknown): SqlLimitError {
  if (error instanceof SqlLimitError) return error
  return new SqlLimitError('event', `an event cannot be computed: ${String(error)}`)
}

const UNGROUPED = groupText([])
