import type { Budget } from './budget.ts'
import type { Frame } from '../expressions/compile-expression.ts'
import type { Diagnostics } from '../values/diagnostics.ts'
import { filterSteps, type FilterStep } from './fragment-filter.ts'
import { aggregatesOf, FragmentGroups } from './fragment-groups.ts'
import type { Fragment, ScanColumn, SqlValue } from '../plan.ts'
import { eventWeight } from '../node-weight.ts'
import { restrictFragment, type PropertyCondition } from './restrict-fragment.ts'
import { RowGroups } from './row-groups.ts'

/** Events as columns, addressed in place: those at `from` … `to` − 1. */
export interface EventBatch {
  from: number
  to: number
  /** Places to leave out. */
  skipped: ReadonlySet<number> | null
  /** A value for each place: timestamps in whole µs; undefined is NULL. */
  column(column: ScanColumn): ArrayLike<SqlValue | undefined>
}

export interface ScanOptions {
  /** Ascending: windows are half-open, from one boundary to the next. */
  boundariesMs: readonly number[]
  budget: Budget
  diagnostics: Diagnostics
  /** A contract's usage filter: events must meet all conditions (SQ-17). */
  eventFilter?: readonly PropertyCondition[]
}

/** So much of an event's weight counts as a step; that of most queries is below. */
const STEP_WEIGHT = 100

/**
 * Reads a fragment of the events of one place, all windows of time in one pass. Events may come in
 * any order and in batches of any size.
 */
export class FragmentScan {
  private readonly fragment: Fragment
  private readonly boundaries: Float64Array
  private readonly budget: Budget
  /** Of an event that lies in a window, for what is computed of it. */
  private readonly extraSteps: number
  private readonly frame: Frame
  private readonly steps: FilterStep[]
  private readonly columnsAfter: number[]
  private readonly groups: RowGroups
  private rows = new Int32Array(0)
  private windows = new Int32Array(0)

  constructor(original: Fragment, options: ScanOptions) {
    const { boundariesMs, budget, diagnostics, eventFilter = [] } = options
    const fragment = restrictFragment(original, eventFilter)
    this.fragment = fragment
    this.boundaries = Float64Array.from(boundariesMs, (ms) => ms * 1_000)
    this.budget = budget
    this.extraSteps = Math.floor(eventWeight({ fragments: [fragment] }) / STEP_WEIGHT)
    this.frame = { columns: fragment.columns.map(() => []) }
    const { steps, columnsAfter } = filterSteps(fragment, this.frame, diagnostics)
    this.steps = steps
    this.columnsAfter = columnsAfter
    const grouping = {
      keys: fragment.keys,
      aggregates: aggregatesOf(fragment),
      areRows: fragment.aggregates === null,
    }
    this.groups = new RowGroups(grouping, this.frame, { budget, diagnostics })
  }

  add(batch: EventBatch): void {
    this.budget.scan(batch.to - batch.from)
    let count = this.selectWindows(batch)
    this.budget.burn(count * this.extraSteps)
    for (const step of this.steps) {
      if (count === 0) return
      this.load(batch, step.columns)
      this.budget.burn(count)
      count = this.select(step, count)
    }
    if (count === 0) return
    this.load(batch, this.columnsAfter)
    this.groups.add(this.rows, count, this.windows)
  }

  /** The windows in which there was something, ascending by their place. */
  results(): { window: number; groups: FragmentGroups }[] {
    const byWindow = new Map<number, FragmentGroups>()
    const values = this.groups.keyValues
    for (let i = 0; i < this.groups.size; i++) {
      const { part, keys } = this.groups.group(i, values)
      const groups = byWindow.get(part) ?? new FragmentGroups(this.fragment, this.budget)
      groups.adopt(
        keys,
        this.groups.states.map((states) => states[i]!),
      )
      byWindow.set(part, groups)
    }
    return [...byWindow]
      .map(([window, groups]) => ({ window, groups }))
      .sort((a, b) => a.window - b.window)
  }

  private load(batch: EventBatch, columns: readonly number[]): void {
    for (const column of columns) {
      this.frame.columns[column] = batch.column(this.fragment.columns[column]!)
    }
  }

  /** Sets `rows` to the batch's rows that lie in a window, and `windows` to where; gives their number. */
  private selectWindows(batch: EventBatch): number {
    const { from, to, skipped } = batch
    if (this.rows.length < to - from) {
      this.rows = new Int32Array(to - from)
      this.windows = new Int32Array(to - from)
    }
    const { rows, windows, boundaries } = this
    const timestamps = batch.column({ kind: 'timestamp' })
    let count = 0
    // Events come in runs of one window.
    let [window, start, end] = [-1, 0, 0]
    for (let row = from; row < to; row++) {
      if (skipped !== null && skipped.has(row)) continue
      const micros = timestamps[row] as number
      if (micros < start || micros >= end) {
        window = windowOf(boundaries, micros)
        if (window < 0) {
          ;[start, end] = [0, 0]
          continue
        }
        start = boundaries[window]!
        end = boundaries[window + 1]!
      }
      rows[count] = row
      windows[count] = window
      count++
    }
    return count
  }

  /** Keeps of `rows` those that the step accepts; gives their number. */
  private select({ accepts, equality }: FilterStep, count: number): number {
    const { rows, windows } = this
    const column = equality === null ? null : this.frame.columns[equality.column]!
    const text = equality?.text
    let kept = 0
    for (let at = 0; at < count; at++) {
      const row = rows[at]!
      if (column === null ? accepts(row) !== true : column[row] !== text) continue
      rows[kept] = row
      windows[kept] = windows[at]!
      kept++
    }
    return kept
  }
}

/** The window that holds an instant, or −1. */
function windowOf(boundaries: Float64Array, micros: number): number {
  let [low, high] = [0, boundaries.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (boundaries[middle]! <= micros) low = middle + 1
    else high = middle
  }
  return low === boundaries.length ? -1 : low - 1
}
