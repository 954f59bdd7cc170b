import { unreachable } from '../../result.ts'
import { finishState, newState, type AggregateState } from './aggregate-state.ts'
import { compileAggregate, type RowAdder } from './compile-aggregate.ts'
import { compileExpression, type Frame } from '../expressions/compile-expression.ts'
import { fromInteger } from '../values/numeric.ts'
import type { Aggregate, Expression, Relation, SqlValue, WindowFunction } from '../plan.ts'
import type { RowBatch } from './row-batch.ts'
import { tupleText } from '../values/row-values.ts'
import type { RunContext } from './run-relation.ts'
import { compileOrder, tieBreaker } from './sort-rows.ts'

const SORT_STEPS = 10

/** A batch's rows with a column more for each window function, in the batch's order. */
export function runWindow(
  { functions }: Extract<Relation, { op: 'window' }>,
  batch: RowBatch,
  context: RunContext,
): RowBatch {
  const settle = tieBreaker(batch)
  const added = functions.map((each) => {
    context.budget.hold(batch.count)
    return windowColumn(each, batch, { ...context, settle })
  })
  return { count: batch.count, columns: [...batch.columns, ...added] }
}

type WindowContext = RunContext & { settle: (a: number, b: number) => number }

/** The rows of a partition in their order. */
interface Partition {
  rows: readonly number[]
  /** Whether two rows are equal by the order of the window alone. */
  arePeers: (a: number, b: number) => boolean
}

function windowColumn(each: WindowFunction, batch: RowBatch, context: WindowContext): SqlValue[] {
  const { count, columns } = batch
  const { budget } = context
  const compare = compileOrder(each.orderBy, batch, context)
  budget.burn(count * (4 + each.partitionBy.length + each.orderBy.length * SORT_STEPS))
  const values: SqlValue[] = Array.from({ length: count }, () => null)
  const evaluate = compileWindow(each, { columns }, context)
  const arePeers = (a: number, b: number) => compare(a, b) === 0
  for (const rows of partitionRows(each.partitionBy, batch, context)) {
    rows.sort((a, b) => compare(a, b) || context.settle(a, b))
    evaluate({ rows, arePeers }, values)
  }
  return values
}

function partitionRows(
  partitionBy: readonly Expression[],
  { count, columns }: RowBatch,
  { budget, diagnostics }: RunContext,
): Iterable<number[]> {
  budget.hold(count)
  if (partitionBy.length === 0) return [Array.from({ length: count }, (_, row) => row)]
  const reads = partitionBy.map((each) => compileExpression(each, { columns }, diagnostics))
  const partitions = new Map<string, number[]>()
  for (let row = 0; row < count; row++) {
    const text = tupleText(reads.map((read) => read(row)))
    const rows = partitions.get(text)
    if (rows === undefined) partitions.set(text, [row])
    else rows.push(row)
  }
  return partitions.values()
}

/** Sets the values of a partition's rows. */
type Evaluate = (partition: Partition, values: SqlValue[]) => void

function compileWindow(each: WindowFunction, frame: Frame, context: RunContext): Evaluate {
  const compile = (expression: Expression) =>
    compileExpression(expression, frame, context.diagnostics)
  switch (each.fn) {
    case 'row-number':
      return ({ rows }, values) => {
        for (const [place, row] of rows.entries()) values[row] = fromInteger(place + 1)
      }
    case 'rank':
    case 'dense-rank':
      return ranks(each.fn === 'dense-rank')
    case 'lag':
    case 'lead':
      return neighbours(
        each.fn === 'lag' ? -each.offset : each.offset,
        compile(each.arg),
        each.otherwise === null ? () => null : compile(each.otherwise),
      )
    case 'first-value':
    case 'last-value': {
      const read = compile(each.arg)
      const isFirst = each.fn === 'first-value'
      return (partition, values) => {
        for (const { from, to, last } of framesOf(each.frame, partition)) {
          const value = read(partition.rows[isFirst ? 0 : last]!)
          for (let place = from; place < to; place++) values[partition.rows[place]!] = value
        }
      }
    }
    case 'sum':
    case 'avg':
    case 'min':
    case 'max':
    case 'count':
      return running(each, frame, context)
    default:
      return unreachable(each)
  }
}

function ranks(isDense: boolean): Evaluate {
  return ({ rows, arePeers }, values) => {
    let [rank, dense] = [0, 0]
    for (const [place, row] of rows.entries()) {
      if (place === 0 || !arePeers(rows[place - 1]!, row)) {
        rank = place + 1
        dense++
      }
      values[row] = fromInteger(isDense ? dense : rank)
    }
  }
}

function neighbours(
  distance: number,
  read: (row: number) => SqlValue,
  otherwise: (row: number) => SqlValue,
): Evaluate {
  return ({ rows }, values) => {
    for (const [place, row] of rows.entries()) {
      const neighbour = rows[place + distance]
      values[row] = neighbour === undefined ? otherwise(row) : read(neighbour)
    }
  }
}

/** An aggregate over the rows from the partition's first to the frame's last. */
function running(
  each: Extract<WindowFunction, { filter: Expression | null }>,
  frame: Frame,
  context: RunContext,
): Evaluate {
  const aggregate = aggregateOf(each)
  const add: RowAdder = compileAggregate(aggregate, frame, context)
  return (partition, values) => {
    const state: AggregateState = newState(aggregate)
    let added = 0
    for (const { from, to, last } of framesOf(each.frame, partition)) {
      for (; added <= last; added++) add(state, partition.rows[added]!)
      const value = finishState(aggregate, state)
      for (let place = from; place < to; place++) values[partition.rows[place]!] = value
    }
  }
}

function aggregateOf(each: Extract<WindowFunction, { filter: Expression | null }>): Aggregate {
  const { fn, arg, filter, type } = each
  if (fn === 'count') {
    return arg === null ? { fn: 'count-rows', filter, type } : { fn, arg, filter, type }
  }
  return { fn, arg, filter, type }
}

/** Runs of rows that have one frame: those at `from` … `to` − 1, whose frame ends with `last`. */
function* framesOf(
  frame: WindowFunction['frame'],
  { rows, arePeers }: Partition,
): Generator<{ from: number; to: number; last: number }> {
  const { length } = rows
  if (frame === 'all') {
    yield { from: 0, to: length, last: length - 1 }
    return
  }
  for (let from = 0; from < length;) {
    let to = from + 1
    if (frame === 'range') while (to < length && arePeers(rows[from]!, rows[to]!)) to++
    yield { from, to, last: to - 1 }
    from = to
  }
}
