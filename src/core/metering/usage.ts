import type { PropertyCondition } from '../sql/run/restrict-fragment.ts'

/** A question about the usage of one metric: states per window and group. */
export interface UsageQuery {
  metricId: string
  /** The declared group key to group by, in its declared order; null = ungrouped. */
  groupKey: string[] | null
  /** Ascending, hour-aligned instants: n boundaries make n − 1 half-open windows. */
  boundaries: number[]
  /**
   * Nothing is added to the answer, which is asked for window by window: a meter that has all of it
   * may answer a SQL metric's result (`finalUsage`) instead of what makes it up.
   */
  isFinal?: boolean
  /** Of SQL metrics only: which events count, those that meet all conditions (SQ-17). */
  eventFilter?: PropertyCondition[]
}

/**
 * What one metric's usage adds up to in one window for one group. Only pairs with usage are
 * listed. `state` is the text of a mergeable aggregate (`aggregate.ts`): the same window and group
 * may be listed by several meters, and their states merge.
 */
export interface WindowUsage {
  window: number
  /** One value for each property of the query's group key, in its order; empty when ungrouped. */
  group: string[]
  state: string
}

/** Up to where usage was read: it makes a reading repeatable (design, section 9). */
export interface Cut {
  /** Version of the configuration (aliases, metrics) that the reading honoured. */
  configVersion: number
  /** Log position of each meter that was read. */
  positions: Record<string, number>
}

export interface UsageReading {
  cut: Cut
  /** One list for each query, in the order of the queries. */
  usage: WindowUsage[][]
}
