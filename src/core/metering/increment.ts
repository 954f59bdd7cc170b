import { ZERO, type Decimal } from '../decimal.ts'
import { decodeState, emptyState, mergeInto, stateValue, type AggregateState } from './aggregate.ts'
import { compareCodePoints } from './code-point.ts'
import { groupText, type Group } from './group.ts'
import type { AggregationType } from './metric.ts'
import type { WindowUsage } from './usage.ts'

export interface UsageShape {
  aggregationType: AggregationType
  /** One less than the query's boundaries. */
  windowCount: number
}

export interface GroupIncrements {
  group: string[]
  /** The billed quantity of each window; negative where the metric's value falls (CD-4). */
  increments: Decimal[]
}

/**
 * What each window adds to a metric's value since the start of the first window: V(P→b) − V(P→a)
 * (CD-1). The one rule for all aggregations: for COUNT and SUM it is the window's own value (CD-2),
 * for LATEST the change between readings (CD-3), for MAX the excess over the peak so far (CD-6),
 * for UNIQUE the values that are new (CD-7). Windows without usage add nothing (CD-5).
 * @param usage one query's usage, of one meter or of several
 * @returns one entry for each group with usage, ordered by group
 */
export function incrementsOf(usage: Iterable<WindowUsage>, shape: UsageShape): GroupIncrements[] {
  return mergeWindows(usage, shape).map(({ group, states }) => {
    const soFar = emptyState(shape.aggregationType)
    let before = ZERO
    const increments = states.map((state) => {
      if (state === null) return ZERO
      mergeInto(soFar, state)
      const after = stateValue(soFar)
      const increment = after.minus(before)
      before = after
      return increment
    })
    return { group, increments }
  })
}

export interface GroupValues {
  group: Group
  /** The metric's value inside each window alone; null where nothing matched (UQ-7). */
  values: (Decimal | null)[]
}

/** The absolute value of each window, as usage queries answer it (UQ-10, UQ-11). */
export function windowValues(usage: Iterable<WindowUsage>, shape: UsageShape): GroupValues[] {
  return mergeWindows(usage, shape).map(({ group, states }) => ({
    group,
    values: states.map((state) => (state === null ? null : stateValue(state))),
  }))
}

interface GroupStates {
  group: string[]
  states: (AggregateState | null)[]
}

/** One state for each group and window, however many meters listed it. */
function mergeWindows(usage: Iterable<WindowUsage>, shape: UsageShape): GroupStates[] {
  const groups = new Map<string, GroupStates>()
  for (const { window, group, state } of usage) {
    const key = groupText(group)
    let entry = groups.get(key)
    if (entry === undefined) {
      entry = { group, states: Array.from({ length: shape.windowCount }, () => null) }
      groups.set(key, entry)
    }
    const decoded = decodeState(shape.aggregationType, state)
    const merged = entry.states[window]
    if (merged === null || merged === undefined) entry.states[window] = decoded
    else mergeInto(merged, decoded)
  }
  return [...groups.values()].sort((a, b) => compareGroups(a.group, b.group))
}

/** Order of groups: by their values, in code points, what has none last. */
export function compareGroups(a: Group, b: Group): number {
  for (const [i, value] of a.entries()) {
    const other = b[i] ?? null
    if (value === other) continue
    if (value === null || other === null) return value === null ? 1 : -1
    const order = compareCodePoints(value, other)
    if (order !== 0) return order
  }
  return a.length - b.length
}
