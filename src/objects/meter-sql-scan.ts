import type { WindowUsage } from '../core/metering/usage.ts'
import { eventWeight } from '../core/sql/node-weight.ts'
import { Budget } from '../core/sql/run/budget.ts'
import { Diagnostics } from '../core/sql/values/diagnostics.ts'
import type { FragmentGroups } from '../core/sql/run/fragment-groups.ts'
import type { SqlPlan } from '../core/sql/plan.ts'
import type { PropertyCondition } from '../core/sql/run/restrict-fragment.ts'
import { FragmentScan, type EventBatch } from '../core/sql/run/scan-fragment.ts'
import { usageOf, windowsOf } from '../core/sql/scan-usage.ts'
import { nameLimit } from '../core/sql/sql-error.ts'
import { readBlockOf } from './meter-blocks.ts'
import { openBatches } from './meter-event-batch.ts'
import type { MeterMemory } from './meter-memory.ts'
import { scanParts, type LogPart } from './meter-parts.ts'

/**
 * How much of the log one slice reads; between slices, events can come in. Fewer events where what
 * is computed of each weighs more than most.
 */
const SLICE_EVENTS = 8_000
const SLICE_WEIGHT = 1_000_000

/** A SQL plan to be read from the events themselves. */
export interface ScannedPlan {
  metricName: string
  plan: SqlPlan
  /** Ascending instants: n boundaries make n − 1 half-open windows. */
  boundaries: number[]
  /** Which events count; all of them if absent. */
  eventFilter?: PropertyCondition[]
}

/** Reads SQL plans from the log, slice by slice, for one customer or for all. */
export class SqlScan {
  readonly diagnostics = new Diagnostics()
  /** How many events were looked at, … */
  events = 0
  /** … and which of the plans' properties some of them have. */
  readonly properties = new Set<string>()
  /** Properties that none was seen to have. */
  private readonly absent: Set<string>
  private readonly memory: MeterMemory
  private readonly customerId: string | null
  private readonly configVersion: number
  private readonly suppressions: number
  private readonly plans: (ScannedPlan & { scans: FragmentScan[] })[]
  private readonly sliceEvents: number
  /** The position up to which the log has been read, … */
  private position = 0
  /** … and of the part that follows, where some of it was read, how many events. */
  private begun: LogPart | null = null
  private offset = 0

  constructor(memory: MeterMemory, customerId: string | null, plans: ScannedPlan[]) {
    this.memory = memory
    this.customerId = customerId
    this.configVersion = memory.configVersion
    this.suppressions = memory.suppressions
    const columns = plans.flatMap(({ plan }) => plan.fragments.flatMap((part) => part.columns))
    this.absent = new Set(
      columns.flatMap((column) => (column.kind === 'property' ? [column.name] : [])),
    )
    const weight = plans.reduce((sum, { plan }) => sum + eventWeight(plan), 0)
    this.sliceEvents = Math.max(1, Math.min(SLICE_EVENTS, Math.floor(SLICE_WEIGHT / weight)))
    this.plans = plans.map((scanned) => {
      const { plan, boundaries: boundariesMs, eventFilter } = scanned
      const { diagnostics } = this
      const options = { boundariesMs, eventFilter, budget: new Budget(), diagnostics }
      return { ...scanned, scans: plan.fragments.map((part) => new FragmentScan(part, options)) }
    })
  }

  /** Whether what was read may no longer be what the log and the configuration say. */
  isStale(memory: MeterMemory): boolean {
    if (this.plans.length === 0) return false
    if (memory !== this.memory || memory.configVersion !== this.configVersion) return true
    return memory.suppressions !== this.suppressions || this.isSealedMeanwhile()
  }

  isComplete(): boolean {
    return this.plans.length === 0 || this.position === this.memory.head.seq
  }

  /** Reads a slice, or less where that is the rest. Runs under `withArchive`. */
  step(): void {
    const { memory, customerId } = this
    // Sealing waits until nobody is reading on at a place that it would move.
    memory.sealing.readAtMs = Date.now()
    const idIndexes = customerId === null ? undefined : new Set(memory.ids.active(customerId))
    const range = { after: this.position, upTo: memory.head.seq, ...this.times(), idIndexes }
    let events = 0
    for (const part of scanParts(memory.sql, range)) {
      // Opened before anything is added: what is in the archive is brought first, and then this
      // begins again where it ended.
      const batches = openBatches(memory, part, idIndexes)
      this.begun = part
      if (!this.addRest(batches, this.sliceEvents - events)) return
      this.position = part.position
      this.begun = null
      this.offset = 0
      events += part.count
      if (events >= this.sliceEvents) return
    }
    this.position = memory.head.seq
  }

  /** Adds what follows `offset`, but so many events at most; says whether that was the rest. */
  private addRest(batches: EventBatch[], eventsMax: number): boolean {
    let before = 0
    let left = eventsMax
    for (const batch of batches) {
      const from = batch.from + Math.max(0, this.offset - before)
      const to = Math.min(batch.to, from + left)
      before += batch.to - batch.from
      if (from >= batch.to) continue
      if (from < to) this.addBatch({ ...batch, from, to })
      this.offset += to - from
      left -= to - from
      if (to < batch.to) return false
    }
    return true
  }

  private addBatch(batch: EventBatch): void {
    this.events += batch.to - batch.from
    this.noteProperties(batch)
    for (const { metricName, scans } of this.plans) {
      nameLimit(metricName, () => scans.forEach((scan) => scan.add(batch)))
    }
  }

  private noteProperties(batch: EventBatch): void {
    for (const column of this.absent) {
      const values = batch.column({ kind: 'property', name: column })
      for (let i = batch.from; i < batch.to; i++) {
        if (values[i] === undefined || values[i] === null) continue
        this.properties.add(column)
        this.absent.delete(column)
        break
      }
    }
  }

  planOf(index: number): ScannedPlan {
    return this.plans[index]!
  }

  /** What was read for one of the plans. */
  usageOf(plan: number): WindowUsage[] {
    return this.plans[plan]!.scans.flatMap((scan, fragment) => usageOf(scan, fragment))
  }

  /** The same, as the plan's fragments have it, by window. */
  windowsOf(index: number): FragmentGroups[][] {
    const { plan, scans, boundaries } = this.plans[index]!
    return windowsOf(plan, scans, boundaries.length - 1)
  }

  private times(): { timeMin: number; timeMax: number } {
    const boundaries = this.plans.flatMap((plan) => plan.boundaries)
    return {
      timeMin: boundaries.reduce((a, b) => Math.min(a, b), Infinity),
      timeMax: boundaries.reduce((a, b) => Math.max(a, b), -Infinity) - 1,
    }
  }

  /** Chunks that were read in part may have become a block, whose events are in another order. */
  private isSealedMeanwhile(): boolean {
    const { position, begun, memory } = this
    if (begun !== null && begun.segment === null) {
      const block = readBlockOf(memory.sql, begun.lastSeq)
      if (block !== null && block.firstSeq <= begun.lastSeq) return true
    }
    if (position === 0 || !Number.isInteger(position)) return false
    const block = readBlockOf(memory.sql, position)
    return block !== null && block.lastSeq > position && block.firstSeq <= position
  }
}
