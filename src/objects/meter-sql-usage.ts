import type { FragmentState } from '../core/metering/cell-deltas.ts'
import type { UsageQuery, WindowUsage } from '../core/metering/usage.ts'
import { encodeState } from '../core/sql/run/aggregate-state.ts'
import { Budget } from '../core/sql/run/budget.ts'
import { finalUsage } from '../core/sql/final-usage.ts'
import { FragmentGroups } from '../core/sql/run/fragment-groups.ts'
import { fragmentUsage } from '../core/sql/measure-usage.ts'
import type { Fragment } from '../core/sql/plan.ts'
import { throwLimit } from '../core/sql/sql-error.ts'
import { findWindow, type CellRange } from './meter-cell-range.ts'
import { readFragmentTotals } from './meter-fragment-totals.ts'
import type { MeteredMetric, MeterMemory } from './meter-memory.ts'
import { readFragmentCells } from './meter-sql-cells.ts'

/** Totals of narrower windows are not worth being remembered. */
const WIDE_WINDOW_HOURS = 48

/**
 * What the cells of a SQL metric say of a customer: the groups of its fragments, each in the
 * windows in which it has events; or the query's result, where that is asked for.
 * @param hours the boundaries of the windows
 */
export function* readFragments(
  memory: MeterMemory,
  customerId: string,
  {
    running: { index: metricIndex, metric, fragments },
    query: { groupKey, isFinal },
    hours,
  }: {
    running: Exclude<MeteredMetric, { fragments: null }>
    query: UsageQuery
    hours: number[]
  },
): Generator<WindowUsage> {
  const budget = new Budget()
  const found = fragments.map(({ fragment }, family) => {
    const windows = hours.slice(1).map(() => new FragmentGroups(fragment, budget))
    for (const idIndex of memory.ids.active(customerId)) {
      addCells(
        memory,
        { fragment, cells: { metricIndex, idIndex, family }, hours, budget },
        windows,
      )
    }
    return windows
  })
  if (isFinal === true) {
    const byWindow = hours.slice(1).map((_, window) => found.map((windows) => windows[window]!))
    yield* finalUsage(metric.plan, groupKey, byWindow)
    return
  }
  for (const [family, windows] of found.entries()) {
    for (const [window, groups] of windows.entries()) {
      for (const [groupText, states] of groups.entries()) {
        const encoded = states.map((state) => encodeState(state))
        yield fragmentUsage(window, family, groupText, encoded)
      }
    }
  }
}

interface FragmentRange {
  fragment: Fragment
  cells: Pick<CellRange, 'metricIndex' | 'idIndex' | 'family'>
  hours: number[]
  budget: Budget
}

/** Adds what an ingest id has, stored and not yet, to the windows. */
function addCells(memory: MeterMemory, of: FragmentRange, windows: FragmentGroups[]): void {
  const { fragment, cells, hours } = of
  const { metricIndex, idIndex, family } = cells
  const range = { ...cells, hourMin: hours[0] ?? 0, hourEnd: hours.at(-1) ?? 0 }
  const visit: Parameters<typeof readFragmentCells>[3] = (hour, groupText, states) => {
    throwLimit(groupText)
    windows[findWindow(hours, hour)]!.merge(groupText, states)
  }
  if (range.hourEnd - range.hourMin < windows.length * WIDE_WINDOW_HOURS) {
    readFragmentCells(memory.sql, fragment, range, visit)
  } else addTotals(memory.sql, of, windows)
  for (const [hour, group, state] of memory.deltas.cellsOf(metricIndex, idIndex, family, range)) {
    visit(hour, group, (state as FragmentState).states)
  }
}

function addTotals(
  sql: SqlStorage,
  { fragment, cells, hours, budget }: FragmentRange,
  windows: FragmentGroups[],
): void {
  for (let window = 0; window < windows.length; window++) {
    const range = { ...cells, hourMin: hours[window]!, hourEnd: hours[window + 1]! }
    const { groups, isShared } = readFragmentTotals(sql, fragment, range, budget)
    // Where there are very many groups, they are taken as they are.
    if (!isShared && windows[window]!.size === 0) windows[window] = groups
    else windows[window]!.mergeAll(groups)
  }
}
