import { unreachable } from '../../result.ts'
import { finishState, newState, type AggregateState, type CountState } from './aggregate-state.ts'
import type { Budget } from './budget.ts'
import { extraSteps } from '../node-weight.ts'
import { compileExpression, type Frame } from '../expressions/compile-expression.ts'
import type { Diagnostics } from '../values/diagnostics.ts'
import type { FragmentGroups } from './fragment-groups.ts'
import type { Aggregate, Expression, Relation, SqlValue } from '../plan.ts'
import { partsOf } from './expression-columns.ts'
import { RowGroups } from './row-groups.ts'
import { BATCH_ROWS, RowBuffer, type RowBatch, type RowSink } from './row-batch.ts'
import { runJoin } from './run-join.ts'
import { runWindow } from './run-window.ts'
import { sortRows } from './sort-rows.ts'

/** What a relation runs on. */
export interface RunContext {
  fragments: readonly FragmentGroups[]
  budget: Budget
  diagnostics: Diagnostics
}

type Of<Op extends Relation['op']> = Extract<Relation, { op: Op }>

/** Gives a relation's rows to `sink`, batch by batch. */
export function runRelation(relation: Relation, context: RunContext, sink: RowSink): void {
  switch (relation.op) {
    case 'fragment':
      return runFragment(relation, context, sink)
    case 'filter':
      return runFilter(relation, context, sink)
    case 'project':
      return runProject(relation, context, sink)
    case 'aggregate':
      return runAggregate(relation, context, sink)
    case 'distinct':
      return runDistinct(relation, context, sink)
    case 'window':
      return sink(runWindow(relation, collect(relation.input, context), context))
    case 'sort':
      return sink(sortRows(relation, collect(relation.input, context), context))
    case 'union':
      runRelation(relation.left, context, sink)
      return runRelation(relation.right, context, sink)
    case 'join': {
      const right = collect(relation.right, context)
      const join = runJoin(relation, right, context, sink)
      return runRelation(relation.left, context, join)
    }
    case 'scan':
      throw new Error('Assertion failed: the leaves of a plan are fragments')
    default:
      unreachable(relation)
  }
}

/** All rows of a relation at once. */
function collect(relation: Relation, context: RunContext): RowBatch {
  const columns = relation.types.map((): SqlValue[] => [])
  let total = 0
  runRelation(relation, context, (batch) => {
    context.budget.hold(batch.count * Math.max(1, columns.length))
    for (const [i, column] of columns.entries()) {
      const source = batch.columns[i]!
      for (let row = 0; row < batch.count; row++) column.push(source[row] ?? null)
    }
    total += batch.count
  })
  return { count: total, columns }
}

function runFragment({ index, types }: Of<'fragment'>, context: RunContext, sink: RowSink): void {
  const { budget } = context
  const groups = context.fragments[index]!
  const { aggregates } = groups.fragment
  const rows = new RowBuffer(types.length, sink)
  const finish = (states: readonly AggregateState[]) =>
    (aggregates ?? []).map((each, i) => finishState(each, states[i]!))
  for (const { keys, states } of groups.rows()) {
    const times = aggregates === null ? (states[0] as CountState).count : 1
    budget.burn(times * (1 + types.length))
    const values = finish(states)
    for (let i = 0; i < times; i++) rows.add(keys, values)
  }
  // Without keys there is one group, also of no events.
  if (groups.size === 0 && groups.fragment.keys.length === 0 && aggregates !== null) {
    rows.add([], finish(aggregates.map(newState)))
  }
  rows.flush()
}

function runFilter({ input, condition }: Of<'filter'>, context: RunContext, sink: RowSink): void {
  const frame: Frame = { columns: [] }
  const accepts = compileExpression(condition, frame, context.diagnostics)
  const steps = 1 + extraSteps([condition])
  runRelation(input, context, ({ count, columns }) => {
    frame.columns = columns
    context.budget.burn(count * steps)
    const kept: number[] = []
    for (let row = 0; row < count; row++) if (accepts(row) === true) kept.push(row)
    if (kept.length === count) sink({ count, columns })
    else if (kept.length > 0) sink(pick(columns, kept))
  })
}

function runProject(relation: Of<'project'>, context: RunContext, sink: RowSink): void {
  const { input, expressions } = relation
  const frame: Frame = { columns: [] }
  const reads = expressions.map((each) => compileExpression(each, frame, context.diagnostics))
  const steps = Math.max(1, reads.length) + extraSteps(expressions)
  runRelation(input, context, ({ count, columns }) => {
    frame.columns = columns
    context.budget.burn(count * steps)
    sink({ count, columns: reads.map((read) => readColumn(read, count)) })
  })
}

function runAggregate(relation: Of<'aggregate'>, context: RunContext, sink: RowSink): void {
  const { input, keys, aggregates } = relation
  const groups = groupRows(input, { keys, aggregates }, context)
  if (keys.length === 0) groups.addEmptyGroup()
  context.budget.burn(groups.size * (keys.length + aggregates.length))
  const { keyValues } = groups
  const rows = new RowBuffer(keys.length + aggregates.length, sink)
  for (let i = 0; i < groups.size; i++) {
    const finished = aggregates.map((each, a) => finishState(each, groups.states[a]![i]!))
    rows.add(groups.group(i, keyValues).keys, finished)
  }
  rows.flush()
}

function groupRows(
  input: Relation,
  grouping: { keys: Expression[]; aggregates: Aggregate[] },
  context: RunContext,
): RowGroups {
  const frame: Frame = { columns: [] }
  const groups = new RowGroups(grouping, frame, context)
  const steps = extraSteps([...grouping.keys, ...grouping.aggregates.flatMap(partsOf)])
  const all = Int32Array.from({ length: BATCH_ROWS }, (_, row) => row)
  runRelation(input, context, ({ count, columns }) => {
    frame.columns = columns
    context.budget.burn(count * steps)
    const rows = count <= all.length ? all : Int32Array.from({ length: count }, (_, row) => row)
    groups.add(rows, count)
  })
  return groups
}

function runDistinct({ input, types }: Of<'distinct'>, context: RunContext, sink: RowSink): void {
  const keys = types.map((type, index): Expression => ({ op: 'column', type, index }))
  runAggregate({ op: 'aggregate', types, input, keys, aggregates: [] }, context, sink)
}

function readColumn(read: (row: number) => SqlValue, count: number): SqlValue[] {
  const values: SqlValue[] = []
  for (let row = 0; row < count; row++) values.push(read(row))
  return values
}

function pick(columns: readonly ArrayLike<SqlValue>[], rows: readonly number[]): RowBatch {
  const picked = columns.map((column) => rows.map((row) => column[row]!))
  return { count: rows.length, columns: picked }
}
