import type { UsageEvent } from '../../../src/core/metering/event.ts'
import { Budget, type SqlLimits } from '../../../src/core/sql/run/budget.ts'
import { compileSql, type CompiledSql } from '../../../src/core/sql/compile-sql.ts'
import { Diagnostics } from '../../../src/core/sql/values/diagnostics.ts'
import { batchOf } from '../../../src/core/sql/run/event-batch.ts'
import { FragmentGroups } from '../../../src/core/sql/run/fragment-groups.ts'
import { evaluateNaively } from '../../../src/core/sql/naive/naive-query.ts'
import type { SqlType, SqlValue } from '../../../src/core/sql/plan.ts'
import { runPlan } from '../../../src/core/sql/run/run-plan.ts'
import { valueText } from '../../../src/core/sql/values/row-values.ts'
import { FragmentScan } from '../../../src/core/sql/run/scan-fragment.ts'
import { timestampText } from '../../../src/core/sql/values/timestamps.ts'
import type { Random } from './random.ts'

/** A row of a result: each column as text. */
export type TextRow = (string | null)[]

const LIMITS: Partial<SqlLimits> = { resultRows: 1_000_000 }

/**
 * A query's rows, its columns in the order of the query, as the executor has them.
 * @param random where given: the events lie in several places, in any order and several windows of
 *   time, and what is found of them merges in any order
 * @throws Error with the refusal where the query is refused
 */
export function evaluateSql(sql: string, events: UsageEvent[], random?: Random): TextRow[] {
  const { plan, query } = compiled(sql)
  const budget = new Budget(LIMITS)
  const diagnostics = new Diagnostics()
  const fragments = plan.fragments.map((fragment) => {
    const merged = new FragmentGroups(fragment, budget)
    const found = placesOf(events, random).flatMap((place) => {
      const boundariesMs = random === undefined ? [0, 1e13] : boundariesOf(events)
      const scan = new FragmentScan(fragment, { boundariesMs, budget, diagnostics })
      scan.add(batchOf(place))
      return scan.results()
    })
    for (const { groups } of shuffled(found, random)) merged.mergeAll(groups)
    return merged
  })
  const rows = runPlan(plan, fragments, budget, diagnostics)
  const { types } = plan.relation
  const places = [
    { from: query.value, to: plan.value },
    ...query.keys.map(({ column }, key) => ({ from: column, to: plan.keys[key]!.column })),
  ].sort((a, b) => a.from - b.from)
  return rows.map((row) => places.map(({ to }) => textOf(row[to] ?? null, types[to]!)))
}

/** The same rows as the naive evaluation has them. */
export function evaluateSqlNaively(sql: string, events: UsageEvent[]): TextRow[] {
  const rows = evaluateNaively(compiled(sql).query, events)
  return rows.map((row) => row.map((value) => (value === null ? null : String(value))))
}

/** Rows as lines in one order: most queries say nothing of it. */
export function linesOf(rows: TextRow[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort()
}

function compiled(sql: string): CompiledSql {
  const result = compileSql(sql)
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`)
  return result.value
}

function textOf(value: SqlValue, type: SqlType): string | null {
  if (value === null) return null
  return type === 'timestamp' ? timestampText(value as number) : valueText(value)
}

function placesOf(events: UsageEvent[], random: Random | undefined): UsageEvent[][] {
  if (random === undefined) return [events]
  const places: UsageEvent[][] = [[], [], []]
  for (const event of shuffled(events, random)) random.pick(places).push(event)
  return places
}

/** Of windows that together hold all events. */
function boundariesOf(events: UsageEvent[]): number[] {
  const times = events.map(({ timestampMs }) => timestampMs)
  const [first, last] = [Math.min(...times), Math.max(...times)]
  return [0, first + Math.floor((last - first) / 3), last, 1e13]
}

function shuffled<T>(items: readonly T[], random: Random | undefined): T[] {
  const left = [...items]
  if (random === undefined) return left
  for (let place = left.length - 1; place > 0; place--) {
    const other = random.below(place + 1)
    ;[left[place], left[other]] = [left[other]!, left[place]!]
  }
  return left
}
