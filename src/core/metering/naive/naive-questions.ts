import { assert } from '../../result.ts'
import { isSqlMetric, type BillableMetric } from '../metric.ts'
import type { UsageQuery, WindowUsage } from '../usage.ts'
import type { NaiveQuestion } from './naive-usage.ts'

/** Some queries as one question, with what takes the answer apart again. */
export interface JoinedQuestion {
  question: NaiveQuestion
  /** The queries that it answers, by their indexes, each from one of its windows on. */
  parts: { index: number; firstWindow: number; windowCount: number }[]
}

/**
 * The questions for the naive evaluation that answer some queries of one draft. Queries of a SQL
 * metric by the same key are parts of one: each has the windows in which other events count, and
 * what a window adds depends on all windows before it (CD-1).
 */
export function joinQueries(
  metrics: readonly BillableMetric[],
  queries: readonly UsageQuery[],
): JoinedQuestion[] {
  const indexed = queries.map((query, index) => ({ query, index }))
  const joined = Map.groupBy(indexed, ({ query, index }) => {
    const isSql = isSqlMetric(metricOf(metrics, query))
    return JSON.stringify([isSql ? null : index, query.metricId, query.groupKey])
  })
  return [...joined.values()].map((parts) => {
    const ordered = parts.toSorted((a, b) => a.query.boundaries[0]! - b.query.boundaries[0]!)
    return joinParts(metricOf(metrics, ordered[0]!.query), ordered)
  })
}

function joinParts(
  metric: BillableMetric,
  parts: { query: UsageQuery; index: number }[],
): JoinedQuestion {
  const joined: JoinedQuestion = {
    question: { metric, groupKey: parts[0]!.query.groupKey, boundaries: [] },
    parts: [],
  }
  const conditions: NonNullable<NaiveQuestion['conditions']> = []
  const boundaries: number[] = []
  for (const { query, index } of parts) {
    const [first = 0, ...rest] = query.boundaries
    assert(boundaries.length === 0 || boundaries.at(-1) === first, 'spans of filters meet')
    if (boundaries.length === 0) boundaries.push(first)
    joined.parts.push({ index, firstWindow: boundaries.length - 1, windowCount: rest.length })
    boundaries.push(...rest)
    conditions.push(...rest.map(() => query.eventFilter ?? []))
  }
  joined.question.boundaries = boundaries
  if (conditions.some(({ length }) => length > 0)) joined.question.conditions = conditions
  return joined
}

/** The answers to the queries, from those to the questions that they were joined into. */
export function splitAnswers(
  questions: readonly JoinedQuestion[],
  answers: readonly WindowUsage[][],
): WindowUsage[][] {
  const split: WindowUsage[][] = []
  for (const [i, { parts }] of questions.entries()) {
    for (const { index, firstWindow, windowCount } of parts) {
      split[index] = (answers[i] ?? []).flatMap((row) => {
        const window = row.window - firstWindow
        return window >= 0 && window < windowCount ? [{ ...row, window }] : []
      })
    }
  }
  return split
}

/** The answers to a joined question, from those to its queries. */
export function joinAnswers(
  { parts }: JoinedQuestion,
  answers: readonly WindowUsage[][],
): WindowUsage[] {
  return parts.flatMap(({ index, firstWindow }) =>
    (answers[index] ?? []).map((row) => ({ ...row, window: row.window + firstWindow })),
  )
}

function metricOf(metrics: readonly BillableMetric[], { metricId }: UsageQuery): BillableMetric {
  const metric = metrics.find(({ id }) => id === metricId)
  assert(metric !== undefined, `metric ${metricId} of a query must be known`)
  return metric
}
