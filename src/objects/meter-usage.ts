import {
  emptyState,
  encodeState,
  mergeInto,
  type AggregateState,
} from '../core/metering/aggregate.ts'
import { groupText, parseGroup } from '../core/metering/group.ts'
import { findGroupKey, type AggregationType } from '../core/metering/metric.ts'
import type { UsageQuery, WindowUsage } from '../core/metering/usage.ts'
import { assert } from '../core/result.ts'
import { nameLimit } from '../core/sql/sql-error.ts'
import { HOUR_MS } from '../core/time.ts'
import type { AnswerSize } from './meter-answer.ts'
import { findWindow, type CellRange } from './meter-cell-range.ts'
import { readTotals } from './meter-cell-totals.ts'
import { hourOf, readCells } from './meter-cells.ts'
import type { MeteredMetric, MeterMemory } from './meter-memory.ts'
import { readFragments } from './meter-sql-usage.ts'

/**
 * What a customer used, over all ingest ids that it holds: stored cells and deltas together. The
 * metric is one that is kept in cells.
 */
export function readWindows(
  memory: MeterMemory,
  customerId: string,
  query: UsageQuery,
  size: AnswerSize,
): WindowUsage[] {
  const running = findMetric(memory, query.metricId)
  const hours = query.boundaries.map((boundary) => {
    assert(boundary % HOUR_MS === 0, 'the boundaries of a usage query are on the hour')
    return hourOf(boundary)
  })
  const answer = new Rows(running.metric.name, size)
  if (running.fragments === null)
    readStreaming(memory, customerId, { running, query, hours }, answer)
  else
    nameLimit(running.metric.name, () => {
      for (const row of readFragments(memory, customerId, { running, query, hours }))
        answer.add(row)
    })
  return answer.rows
}

function readStreaming(
  memory: MeterMemory,
  customerId: string,
  {
    running: { metric, index: metricIndex },
    query,
    hours,
  }: { running: Extract<MeteredMetric, { fragments: null }>; query: UsageQuery; hours: number[] },
  answer: Rows,
): void {
  const [hourMin, hourEnd] = [hours[0] ?? 0, hours.at(-1) ?? 0]
  const { family, order } = findFamily(metric, query.groupKey)
  const windows = hours.slice(1).map(() => new Map<string, AggregateState>())
  const addTo = (window: number, group: string, state: AggregateState) => {
    let merged = windows[window]!.get(group)
    if (merged === undefined) {
      windows[window]!.set(group, (merged = emptyState(metric.aggregationType)))
    }
    mergeInto(merged, state)
  }
  for (const idIndex of memory.ids.active(customerId)) {
    const cells = { metricIndex, idIndex, family }
    readStored(memory.sql, metric.aggregationType, cells, hours, addTo)
    const deltas = memory.deltas.cellsOf(metricIndex, idIndex, family, { hourMin, hourEnd })
    for (const [hour, group, state] of deltas) {
      addTo(findWindow(hours, hour), group, state as AggregateState)
    }
  }
  for (const [window, groups] of windows.entries()) {
    for (const [group, state] of groups) {
      const values = parseGroup(group)
      answer.add({ window, group: order.map((at) => values[at]!), state: encodeState(state) })
    }
  }
}

/** The rows of the answer to one query. */
class Rows {
  readonly rows: WindowUsage[] = []
  private readonly metricName: string
  private readonly size: AnswerSize

  constructor(metricName: string, size: AnswerSize) {
    this.metricName = metricName
    this.size = size
  }

  add(row: WindowUsage): void {
    this.size.add(this.metricName, row)
    this.rows.push(row)
  }
}

/** From this width on, a statement for each window costs less than a row for each cell. */
const WIDE_WINDOW_HOURS = 48

/** The stored states of an ingest id, by the window whose hours they fall into. */
function readStored(
  sql: SqlStorage,
  type: AggregationType,
  cells: Pick<CellRange, 'metricIndex' | 'idIndex' | 'family'>,
  hours: number[],
  visit: (window: number, group: string, state: AggregateState) => void,
): void {
  const [hourMin, hourEnd] = [hours[0] ?? 0, hours.at(-1) ?? 0]
  if (hourEnd - hourMin < (hours.length - 1) * WIDE_WINDOW_HOURS) {
    readCells(sql, type, { ...cells, hourMin, hourEnd }, (hour, group, state) =>
      visit(findWindow(hours, hour), group, state),
    )
    return
  }
  for (let window = 0; window < hours.length - 1; window++) {
    const range = { ...cells, hourMin: hours[window]!, hourEnd: hours[window + 1]! }
    readTotals(sql, type, range, (group, state) => visit(window, group, state))
  }
}

/** A metric that the applied configuration does not have is the caller's defect. */
function findMetric({ metrics, configVersion }: MeterMemory, metricId: string): MeteredMetric {
  const found = metrics.find(({ metric }) => metric.id === metricId)
  assert(found !== undefined, `metric ${metricId} is in configuration ${configVersion}`)
  return found
}

/** The family that groups by these properties, and where it has each of them. */
function findFamily(
  { groupKeys }: { groupKeys: string[][] },
  groupKey: string[] | null,
): { family: number; order: number[] } {
  if (groupKey === null) return { family: 0, order: [] }
  const at = findGroupKey(groupKeys, groupKey)
  assert(at >= 0, `the metric declares the group key ${groupText(groupKey)}`)
  return { family: at + 1, order: groupKey.map((name) => groupKeys[at]!.indexOf(name)) }
}
