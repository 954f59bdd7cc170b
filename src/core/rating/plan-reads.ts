import type { UsageFilter } from '../contracts/usage-filter.ts'
import { groupKeyFor, isSqlMetric, type BillableMetric } from '../metering/metric.ts'
import type { UsageQuery, WindowUsage } from '../metering/usage.ts'
import { assert } from '../result.ts'
import type { Period } from '../time.ts'

/** A question to the meters, which answers a query of a plan in some of its windows. */
export interface UsageRead {
  query: UsageQuery
  /** The index of the plan's query, … */
  of: number
  /** … and of its window that is this one's first. */
  firstWindow: number
  /** Of what is answered, only usage that passes it counts; null: all does. */
  filter: UsageFilter | null
}

/**
 * What to ask the meters, so that a contract's usage filters can be honoured (pricing 4.2): for
 * each filter, its own windows. Streaming metrics are read by a key that has the filter's property
 * too, SQL metrics are computed from the events that pass.
 * @param filters in the order of time; their starts are among the queries' boundaries
 */
export function planReads(
  queries: readonly UsageQuery[],
  metrics: ReadonlyMap<string, BillableMetric>,
  filters: readonly UsageFilter[],
): UsageRead[] {
  return queries.flatMap((query, of) => {
    const metric = metrics.get(query.metricId)
    assert(metric !== undefined, `metric ${query.metricId} of a query must be known`)
    const period = { startMs: query.boundaries[0]!, endMs: query.boundaries.at(-1)! }
    if (!isReadable(metric, query.groupKey, filtersIn(filters, period))) {
      return [{ query, of, firstWindow: 0, filter: null }]
    }
    return filterSpans(filters, period).map((span) => {
      const firstWindow = query.boundaries.indexOf(span.startMs)
      const boundaries = query.boundaries.filter((at) => at >= span.startMs && at <= span.endMs)
      const { filter } = span
      return {
        query: filterQuery(metric, { ...query, boundaries }, filter),
        of,
        firstWindow,
        filter,
      }
    })
  })
}

/** Whether a metric's usage by a key can be told apart by the property of each of these filters. */
export function isReadable(
  metric: BillableMetric,
  groupKey: readonly string[] | null,
  filters: readonly UsageFilter[],
): boolean {
  // SQL is computed from events, which have every property (SQ-17).
  if (isSqlMetric(metric)) return true
  return filters.every((filter) => groupKeyFor(metric, [...(groupKey ?? []), filter.groupKey]))
}

/** The filters in the course of a period: each until the next one; before the first, none. */
export function filterSpans(
  filters: readonly UsageFilter[],
  period: Period,
): (Period & { filter: UsageFilter | null })[] {
  const inside = filters.map(({ startingAt }) => startingAt).filter((at) => isInside(at, period))
  const starts = [...new Set([period.startMs, ...inside])].sort((a, b) => a - b)
  return starts.map((startMs, i) => ({
    startMs,
    endMs: starts[i + 1] ?? period.endMs,
    filter: filters.findLast(({ startingAt }) => startingAt <= startMs) ?? null,
  }))
}

/** The filters that are in force at some time in a period. */
export function filtersIn(filters: readonly UsageFilter[], period: Period): UsageFilter[] {
  return filterSpans(filters, period).flatMap(({ filter }) => filter ?? [])
}

function isInside(at: number, { startMs, endMs }: Period): boolean {
  return at > startMs && at < endMs
}

function filterQuery(
  metric: BillableMetric,
  query: UsageQuery,
  filter: UsageFilter | null,
): UsageQuery {
  if (filter === null) return query
  if (isSqlMetric(metric)) {
    return { ...query, eventFilter: [{ property: filter.groupKey, values: filter.groupValues }] }
  }
  return { ...query, groupKey: groupKeyFor(metric, [...(query.groupKey ?? []), filter.groupKey]) }
}

/**
 * The usage of each query of a plan, from what was answered to its reads: usage that passes the
 * filter, without the filter's property. Groups that differed only in it are listed side by side,
 * and merge as states, so that a maximum or a count of values stays right.
 * @param answers one list for each read
 */
export function joinReads(
  queries: readonly UsageQuery[],
  reads: readonly UsageRead[],
  answers: readonly WindowUsage[][],
): WindowUsage[][] {
  const usage = queries.map((): WindowUsage[] => [])
  for (const [i, read] of reads.entries()) {
    const answer = answers[i]
    assert(answer !== undefined, 'every planned read must be answered')
    const regroup = regrouping(queries[read.of]!, read)
    for (const { window, group, state } of answer) {
      const own = regroup(group)
      if (own !== null)
        usage[read.of]!.push({ window: window + read.firstWindow, group: own, state })
    }
  }
  return usage
}

/** Gives the group in the plan's query; null for what does not pass the filter. */
function regrouping(
  wanted: UsageQuery,
  { query, filter }: UsageRead,
): (group: string[]) => string[] | null {
  // SQL is filtered where it is read, and its groups are those of its fragments.
  if (filter === null || query.eventFilter !== undefined) return (group) => group
  const key = query.groupKey ?? []
  const places = (wanted.groupKey ?? []).map((name) => key.indexOf(name))
  const tested = key.indexOf(filter.groupKey)
  const passing = new Set(filter.groupValues)
  return (group) => (passing.has(group[tested]!) ? places.map((place) => group[place]!) : null)
}
