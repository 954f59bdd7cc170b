import { Decimal, toText, ZERO } from '../../decimal.ts'
import { decodeState, mergeStates, stateValue } from '../aggregate.ts'
import type { Group } from '../group.ts'
import { measureIncrements } from '../measure-usage.ts'
import { isSqlMetric, type BillableMetric, type StreamingMetric } from '../metric.ts'
import type { UsageQuery, WindowUsage } from '../usage.ts'
import { joinAnswers, joinQueries, type JoinedQuestion } from './naive-questions.ts'

/** A window of a group for which the meters answer other usage than the log has. */
export interface ReadingDifference {
  metricId: string
  groupKey: string[] | null
  group: Group
  startingAt: number
  endingBefore: number
  /**
   * Decimal texts; null for none. Of streaming metrics the value inside the window; of SQL metrics
   * what the window adds.
   */
  fast: string | null
  naive: string | null
}

/**
 * Where the answers that an invoice is computed from differ from those of the naive evaluation at
 * the same cut. Of streaming metrics the whole states are compared, so that equal answers make
 * equal invoices whatever is merged from them.
 */
export function compareReadings(
  metrics: readonly BillableMetric[],
  queries: readonly UsageQuery[],
  fast: readonly WindowUsage[][],
  naive: readonly WindowUsage[][],
): ReadingDifference[] {
  return joinQueries(metrics, queries).flatMap((joined) => {
    const [own, second] = [joinAnswers(joined, fast), joinAnswers(joined, naive)]
    const { metric } = joined.question
    return isSqlMetric(metric)
      ? compareIncrements(joined, own, second)
      : compareStates(metric, joined, own, second)
  })
}

function compareStates(
  metric: StreamingMetric,
  joined: JoinedQuestion,
  fast: readonly WindowUsage[],
  naive: readonly WindowUsage[],
): ReadingDifference[] {
  const [own, second] = [mergeRows(metric, fast), mergeRows(metric, naive)]
  const valueOf = (state: string | undefined) =>
    state === undefined ? null : toText(stateValue(decodeState(metric.aggregationType, state)))
  return [...new Set([...own.keys(), ...second.keys()])].flatMap((key) => {
    const [a, b] = [own.get(key), second.get(key)]
    if (isSameState(metric, a, b)) return []
    const [window, group] = JSON.parse(key) as [number, string[]]
    return [differenceAt(joined, window, group, { fast: valueOf(a), naive: valueOf(b) })]
  })
}

/** Several meters may answer one window and group. */
function mergeRows(
  { aggregationType }: StreamingMetric,
  rows: readonly WindowUsage[],
): Map<string, string> {
  const merged = new Map<string, string>()
  for (const { window, group, state } of rows) {
    const key = JSON.stringify([window, group])
    const known = merged.get(key)
    merged.set(key, known === undefined ? state : mergeStates(aggregationType, known, state))
  }
  return merged
}

function isSameState(
  { aggregationType }: StreamingMetric,
  a: string | undefined,
  b: string | undefined,
): boolean {
  if (a === b) return true
  if (a === undefined || b === undefined) return false
  if (aggregationType === 'LATEST' || aggregationType === 'UNIQUE') return false
  return a !== '' && b !== '' && new Decimal(a).equals(b)
}

function compareIncrements(
  joined: JoinedQuestion,
  fast: WindowUsage[],
  naive: WindowUsage[],
): ReadingDifference[] {
  const [own, second] = [incrementsOf(joined, fast), incrementsOf(joined, naive)]
  return [...new Set([...own.keys(), ...second.keys()])].flatMap((key) => {
    const [a, b] = [own.get(key) ?? null, second.get(key) ?? null]
    // What added nothing may be left out.
    if ((a ?? ZERO).equals(b ?? ZERO)) return []
    const [window, group] = JSON.parse(key) as [number, Group]
    const texts = { fast: a && toText(a), naive: b && toText(b) }
    return [differenceAt(joined, window, group, texts)]
  })
}

function incrementsOf(
  { question: { metric, groupKey, boundaries } }: JoinedQuestion,
  usage: WindowUsage[],
): Map<string, Decimal> {
  const query = { metricId: metric.id, groupKey, boundaries }
  return new Map(
    measureIncrements(metric, query, usage).flatMap(({ group, increments }) =>
      increments.flatMap((increment, window) =>
        increment === null ? [] : [[JSON.stringify([window, group]), increment] as const],
      ),
    ),
  )
}

function differenceAt(
  { question: { metric, groupKey, boundaries } }: JoinedQuestion,
  window: number,
  group: Group,
  texts: { fast: string | null; naive: string | null },
): ReadingDifference {
  return {
    metricId: metric.id,
    groupKey,
    group,
    startingAt: boundaries[window]!,
    endingBefore: boundaries[window + 1]!,
    ...texts,
  }
}
