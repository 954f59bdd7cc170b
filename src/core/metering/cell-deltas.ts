import { HOUR_MS } from '../time.ts'
import { addContribution, emptyState, type AggregateState } from './aggregate.ts'
import type { UsageEvent } from './event.ts'
import { groupText } from './group.ts'
import { MetricReader } from './metric-reader.ts'
import type { StreamingMetric } from './metric.ts'

/** A metric as it runs, with its short name within the meter. */
export interface RunningMetric {
  index: number
  metric: StreamingMetric
  reader: MetricReader
}

export function runMetric(index: number, metric: StreamingMetric): RunningMetric {
  return { index, metric, reader: new MetricReader(metric) }
}

/**
 * The finest grain at which usage is added up. Family 0 is the ungrouped one, family i + 1 groups
 * by the i-th declared group key.
 */
export interface Cell {
  metricIndex: number
  ingestIndex: number
  family: number
  /** Hours since the epoch. */
  hour: number
  /** The group, as `groupText` gives it. */
  group: string
  state: AggregateState
}

type Groups = Map<string, AggregateState>

/** What one ingest id has in one hour of one metric. */
interface MetricCells {
  /** By family; the first has one group only. */
  families: Groups[]
  /** The state of that group. */
  ungrouped: AggregateState
}

/** By the metric's index. */
type Bucket = Map<number, MetricCells>

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
  ): [hour: number, group: string, state: AggregateState][] {
    const cells: [hour: number, group: string, state: AggregateState][] = []
    for (const [hour, bucket] of this.buckets.get(ingestIndex) ?? []) {
      if (hour < hourMin || hour >= hourEnd) continue
      const found = bucket.get(metricIndex)
      if (found === undefined) continue
      if (family === 0) cells.push([hour, UNGROUPED, found.ungrouped])
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
    { index, metric, reader }: RunningMetric,
    contribution: string,
    event: UsageEvent,
  ): void {
    const { families, ungrouped } = bucket.get(index) ?? this.addMetric(bucket, index, metric)
    this.addTo(ungrouped, contribution, event, reader)
    for (let family = 1; family < families.length; family++) {
      const groups = families[family]!
      const group = reader.groupText(family - 1)
      const state = groups.get(group) ?? this.addGroup(groups, group, metric)
      this.addTo(state, contribution, event, reader)
    }
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
    const families = Array.from({ length: metric.groupKeys.length + 1 }, (): Groups => new Map())
    const cells = { families, ungrouped: this.addGroup(families[0]!, UNGROUPED, metric) }
    bucket.set(index, cells)
    return cells
  }

  private addGroup(groups: Groups, group: string, metric: StreamingMetric): AggregateState {
    const state = emptyState(metric.aggregationType)
    groups.set(group, state)
    this.cellCount++
    this.bytes += CELL_BYTES + group.length * 2
    return state
  }
}

const UNGROUPED = groupText([])
