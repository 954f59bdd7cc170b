import { unreachable } from '../../result.ts'
import {
  addReading,
  type AggregateState,
  type CountState,
  type DistinctState,
  type ExtremeState,
  type PercentileState,
  type ReadingState,
  type SumState,
} from './aggregate-state.ts'
import { extraValues, type Budget } from './budget.ts'
import { comparatorOf } from '../values/compare-values.ts'
import { compileExpression, type Frame } from '../expressions/compile-expression.ts'
import type { Diagnostics } from '../values/diagnostics.ts'
import type { Numeric } from '../values/numeric.ts'
import type { Aggregate, Expression, SqlValue } from '../plan.ts'
import { valueText } from '../values/row-values.ts'

/** Counts the values that states hold. */
export type Holder = Pick<Budget, 'hold'>

/** Adds a row of the frame to a state of the aggregate. */
export type RowAdder = (state: AggregateState, row: number) => void

export function compileAggregate(
  aggregate: Aggregate,
  frame: Frame,
  { diagnostics, budget }: { diagnostics: Diagnostics; budget: Holder },
): RowAdder {
  const compile = (expression: Expression) => compileExpression(expression, frame, diagnostics)
  const add = compileAdder(aggregate, compile, budget)
  if (aggregate.filter === null) return add
  const accepts = compile(aggregate.filter)
  return (state, row) => {
    if (accepts(row) === true) add(state, row)
  }
}

type Compile = (expression: Expression) => (row: number) => SqlValue

function compileAdder(aggregate: Aggregate, compile: Compile, budget: Holder): RowAdder {
  switch (aggregate.fn) {
    case 'count-rows':
      return (state) => {
        ;(state as CountState).count++
      }
    case 'count': {
      const read = compile(aggregate.arg)
      return (state, row) => {
        if (read(row) !== null) (state as CountState).count++
      }
    }
    case 'count-distinct':
      return distinctAdder(compile(aggregate.arg), budget)
    case 'sum':
    case 'avg': {
      const read = compile(aggregate.arg)
      return (state, row) => {
        const value = read(row)
        if (value === null) return
        ;(state as SumState).sum.add(value as Numeric)
        ;(state as SumState).count++
      }
    }
    case 'min':
    case 'max':
      return extremeAdder(aggregate, compile, budget)
    case 'latest':
    case 'earliest':
      return readingAdder(aggregate, compile, budget)
    case 'percentile-disc':
    case 'percentile-cont':
      return percentileAdder(compile(aggregate.arg), budget)
    default:
      return unreachable(aggregate)
  }
}

function extremeAdder(
  { fn, arg }: { fn: Aggregate['fn']; arg: Expression },
  compile: Compile,
  budget: Holder,
): RowAdder {
  const read = compile(arg)
  const compare = comparatorOf(arg.type)
  const sign = fn === 'max' ? 1 : -1
  return (state, row) => {
    const value = read(row)
    if (value === null) return
    const known = (state as ExtremeState).value
    if (known !== null && compare(value, known) * sign <= 0) return
    ;(state as ExtremeState).value = value
    if (typeof value === 'string') budget.hold(extraValues(value) - extraValues(known))
  }
}

function distinctAdder(read: (row: number) => SqlValue, budget: Holder): RowAdder {
  return (state, row) => {
    const value = read(row)
    if (value === null) return
    const { values } = state as DistinctState
    const before = values.size
    const text = valueText(value)
    values.add(text)
    if (values.size > before) budget.hold(1 + extraValues(text))
  }
}

function readingAdder(
  { arg, at, tie }: Extract<Aggregate, { fn: 'latest' | 'earliest' }>,
  compile: Compile,
  budget: Holder,
): RowAdder {
  const read = compile(arg)
  const readAt = compile(at)
  const readTie = tie === null ? () => null : compile(tie)
  return (state, row) => {
    const micros = readAt(row)
    if (micros === null) return
    const value = read(row)
    if (value === null) return
    const known = (state as ReadingState).value
    addReading(state as ReadingState, micros as number, readTie(row) as string | null, value)
    if (typeof value === 'string') {
      budget.hold(extraValues((state as ReadingState).value) - extraValues(known))
    }
  }
}

function percentileAdder(read: (row: number) => SqlValue, budget: Holder): RowAdder {
  return (state, row) => {
    const value = read(row)
    if (value === null) return
    const { bag } = state as PercentileState
    const before = bag.size
    bag.add(value as Numeric)
    if (bag.size > before) budget.hold(1)
  }
}
