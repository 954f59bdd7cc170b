import type { UsageEvent } from '../../../src/core/metering/event.ts'
import type { WindowUsage } from '../../../src/core/metering/usage.ts'
import { Budget, type SqlLimits } from '../../../src/core/sql/run/budget.ts'
import { compileSql, type CompiledSql } from '../../../src/core/sql/compile-sql.ts'
import { Diagnostics } from '../../../src/core/sql/values/diagnostics.ts'
import { FragmentGroups } from '../../../src/core/sql/run/fragment-groups.ts'
import { mergeUsage } from '../../../src/core/sql/measure-usage.ts'
import { evaluateNaively } from '../../../src/core/sql/naive/naive-query.ts'
import type { SqlType, SqlValue } from '../../../src/core/sql/plan.ts'
import { valueText } from '../../../src/core/sql/values/row-values.ts'
import { runPlan } from '../../../src/core/sql/run/run-plan.ts'
import { RunningPlan } from '../../../src/core/sql/run/running-plan.ts'
import { scanUsage } from '../../../src/core/sql/scan-usage.ts'
import { timestampText } from '../../../src/core/sql/values/timestamps.ts'
import type { Random } from './random.ts'

/** A row of a result: each column as text. */
export type TextRow = (string | null)[]

const LIMITS: Partial<SqlLimits> = { resultRows: 1_000_000 }
/** After all events. */
const END_MS = Date.UTC(2100, 0)

/**
 * A query's rows, its columns in the order of the query, as the executor has them. The events lie
 * in several places, in any order and several windows of time, and what is found of them goes over
 * as JSON and merges in any order.
 * @throws Error with the refusal where the query is refused
 */
export function evaluateSql(sql: string, events: UsageEvent[], random: Random): TextRow[] {
  const compiled = compile(sql)
  const fragments = emptyFragments(compiled)
  mergeUsage(fragments, usageIn(compiled, boundariesOf(events), events, random))
  return textRows(compiled, runPlan(compiled.plan, fragments, budget(), new Diagnostics()))
}

/** The rows after each of several windows, of a plan that runs along; and those of a new run. */
export function evaluateRunning(
  sql: string,
  events: UsageEvent[],
  random: Random,
): { running: TextRow[]; whole: TextRow[] }[] {
  const compiled = compile(sql)
  const fragments = emptyFragments(compiled)
  const plan = new RunningPlan(compiled.plan, fragments, budget())
  const boundaries = boundariesOf(events)
  const usage = usageIn(compiled, boundaries, events, random)
  return boundaries.slice(1).map((_, window) => {
    mergeUsage(
      fragments,
      usage.filter((each) => each.window === window),
    )
    const whole = runPlan(compiled.plan, fragments, budget(), new Diagnostics())
    return { running: textRows(compiled, plan.rows()), whole: textRows(compiled, whole) }
  })
}

/** The same rows as the naive evaluation has them. */
export function evaluateSqlNaively(sql: string, events: UsageEvent[]): TextRow[] {
  const rows = evaluateNaively(compile(sql).query, events)
  return rows.map((row) => row.map((value) => (value === null ? null : String(value))))
}

/** Rows as lines in one order: most queries say nothing of it. */
export function linesOf(rows: TextRow[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort()
}

function compile(sql: string): CompiledSql {
  const result = compileSql(sql)
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`)
  return result.value
}

function budget(): Budget {
  return new Budget(LIMITS)
}

function emptyFragments({ plan }: CompiledSql): FragmentGroups[] {
  return plan.fragments.map((fragment) => new FragmentGroups(fragment, budget()))
}

function usageIn(
  { plan }: CompiledSql,
  boundaries: number[],
  events: UsageEvent[],
  random: Random,
): WindowUsage[] {
  const places: UsageEvent[][] = [[], [], []]
  for (const event of shuffled(events, random)) random.pick(places).push(event)
  const usage = places.flatMap((place) => scanUsage(plan, boundaries, place))
  return shuffled(usage, random)
}

/** The plan's rows may have columns that the query does not, and others places. */
function textRows({ plan, query }: CompiledSql, rows: SqlValue[][]): TextRow[] {
  const { types } = plan.relation
  const places = [
    { from: query.value, to: plan.value },
    ...query.keys.map(({ column }, key) => ({ from: column, to: plan.keys[key]!.column })),
  ].sort((a, b) => a.from - b.from)
  return rows.map((row) => places.map(({ to }) => textOf(row[to] ?? null, types[to]!)))
}

function textOf(value: SqlValue, type: SqlType): string | null {
  if (value === null) return null
  return type === 'timestamp' ? timestampText(value as number) : valueText(value)
}

/** Of four windows that together hold all events. */
function boundariesOf(events: UsageEvent[]): number[] {
  const times = events.map(({ timestampMs }) => timestampMs)
  const [first, last] = [Math.min(...times), Math.max(...times)]
  const within = [1, 2, 3].map((part) => first + Math.floor(((last - first) * part) / 3))
  return [0, ...within, END_MS]
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items]
  for (let place = left.length - 1; place > 0; place--) {
    const other = random.below(place + 1)
    ;[left[place], left[other]] = [left[other]!, left[place]!]
  }
  return left
}
