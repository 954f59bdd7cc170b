import type { UsageEvent } from '../../../src/core/metering/event.ts'
import { Budget } from '../../../src/core/sql/run/budget.ts'
import { Diagnostics } from '../../../src/core/sql/values/diagnostics.ts'
import { batchOf as eventColumns } from '../../../src/core/sql/run/event-batch.ts'
import { FragmentGroups } from '../../../src/core/sql/run/fragment-groups.ts'
import { Numeric, numericText } from '../../../src/core/sql/values/numeric.ts'
import {
  type Aggregate,
  type BoundQuery,
  type Expression,
  type Relation,
  type ScanColumn,
  type SqlPlan,
  type SqlType,
  type SqlValue,
} from '../../../src/core/sql/plan.ts'
import { runPlan } from '../../../src/core/sql/run/run-plan.ts'
import { FragmentScan, type EventBatch } from '../../../src/core/sql/run/scan-fragment.ts'
import { splitPlan } from '../../../src/core/sql/run/split-plan.ts'

/** Builders of plans by hand, and a runner of them over events in memory. */
export type Columns = Record<string, Extract<Expression, { op: 'column' }>>

/** A scan of properties, and of the columns that begin with `$`, as in `$timestamp`. */
export function scan(...names: string[]): { relation: Relation; columns: Columns } {
  const kinds = names.map((name): ScanColumn =>
    name.startsWith('$') ? { kind: name.slice(1) as 'timestamp' } : { kind: 'property', name },
  )
  const types = kinds.map(({ kind }): SqlType => {
    if (kind === 'property') return 'property'
    return kind === 'timestamp' ? 'timestamp' : 'text'
  })
  const columns = names.map((name, index) => [
    name,
    { op: 'column' as const, type: types[index]!, index },
  ])
  return {
    relation: { op: 'scan', types, columns: kinds },
    columns: Object.fromEntries(columns) as Columns,
  }
}

export function column(index: number, type: SqlType = 'numeric'): Expression {
  return { op: 'column', type, index }
}

export function text(value: string): Expression {
  return { op: 'text', type: 'text', value }
}

export function number(value: string | number): Expression {
  return { op: 'numeric', type: 'numeric', text: String(value) }
}

export function parse(...args: Expression[]): Expression {
  return { op: 'parse', type: 'numeric', args, isQuiet: false }
}

export function equals(left: Expression, right: Expression): Expression {
  const of = left.type === 'property' ? 'text' : left.type
  return { op: '=', type: 'boolean', of, args: [left, right] }
}

export function more(left: Expression, right: Expression): Expression {
  return { op: '>', type: 'boolean', of: 'numeric', args: [left, right] }
}

export function and(...args: Expression[]): Expression {
  return { op: 'and', type: 'boolean', args }
}

export function arithmetic(
  op: 'add' | 'subtract' | 'multiply' | 'divide',
  ...args: Expression[]
): Expression {
  return { op, type: 'numeric', args }
}

export function day(arg: Expression): Expression {
  return { op: 'truncate', type: 'timestamp', unit: 'day', args: [arg] }
}

export function hour(arg: Expression): Expression {
  return { op: 'truncate', type: 'timestamp', unit: 'hour', args: [arg] }
}

export const COUNT_ROWS: Aggregate = { fn: 'count-rows', type: 'numeric', filter: null }

export function aggregate(
  fn: 'count' | 'count-distinct' | 'sum' | 'avg' | 'min' | 'max',
  arg: Expression,
  where: Expression | null = null,
): Aggregate {
  const type = fn === 'min' || fn === 'max' ? arg.type : 'numeric'
  return { fn, type, arg, filter: where }
}

export function reading(
  fn: 'latest' | 'earliest',
  { arg, at, tie }: { arg: Expression; at: Expression; tie: Expression | null },
): Aggregate {
  return { fn, type: arg.type, arg, at, tie, filter: null }
}

export function percentile(
  fn: 'percentile-disc' | 'percentile-cont',
  arg: Expression,
  fraction: string,
  isDescending = false,
): Aggregate {
  return { fn, type: 'numeric', arg, fraction, isDescending, filter: null }
}

export function filter(input: Relation, condition: Expression): Relation {
  return { op: 'filter', types: input.types, input, condition }
}

export function project(input: Relation, expressions: Expression[]): Relation {
  return { op: 'project', types: expressions.map(({ type }) => type), input, expressions }
}

export function group(input: Relation, keys: Expression[], aggregates: Aggregate[]): Relation {
  const types = [...keys, ...aggregates].map(({ type }) => type)
  return { op: 'aggregate', types, input, keys, aggregates }
}

/** A query whose quantity is the last column, and whose keys are all others: k0, k1 … */
export function query(relation: Relation): BoundQuery {
  const value = relation.types.length - 1
  const keys = relation.types.slice(0, -1).map((_, i) => ({ name: `k${i}`, column: i }))
  return { relation, value, keys }
}

/** Events as one batch of columns, or a part of them. */
export function batchOf(events: readonly UsageEvent[], part: Partial<EventBatch> = {}): EventBatch {
  return { ...eventColumns(events), ...part }
}

export const ALL_TIME: readonly number[] = [0, 8e15 / 1_000]

/** What the plan's fragments find in places, each a list of events. */
export function scanPlaces(
  plan: SqlPlan,
  places: readonly (readonly UsageEvent[])[],
  budget = new Budget(),
): FragmentGroups[] {
  const diagnostics = new Diagnostics()
  return plan.fragments.map((fragment) => {
    const all = new FragmentGroups(fragment, budget)
    for (const events of places) {
      const scanning = new FragmentScan(fragment, { boundariesMs: ALL_TIME, budget, diagnostics })
      scanning.add(batchOf(events))
      for (const { groups } of scanning.results()) all.mergeAll(groups)
    }
    return all
  })
}

/** The rows of a query over some events, values as texts. */
export function rowsOf(
  bound: BoundQuery,
  events: readonly UsageEvent[],
  budget = new Budget(),
): (string | null)[][] {
  const plan = splitPlan(bound)
  return textRows(runPlan(plan, scanPlaces(plan, [events], budget), budget, new Diagnostics()))
}

export function textRows(rows: readonly (readonly SqlValue[])[]): (string | null)[][] {
  return rows.map((row) =>
    row.map((value) => {
      if (value === null) return null
      return value instanceof Numeric ? numericText(value) : String(value)
    }),
  )
}
