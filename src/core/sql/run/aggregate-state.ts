import { compareCodePoints } from '../../metering/code-point.ts'
import { unreachable } from '../../result.ts'
import { NumberBag } from '../values/number-bag.ts'
import { divideNumeric, fromInteger } from '../values/numeric.ts'
import { NumericSum } from '../values/numeric-sum.ts'
import type { Aggregate, SqlType, SqlValue } from '../plan.ts'
import { extraValues } from './budget.ts'
import {
  canonicalValue,
  compareValues,
  decodeValue,
  encodeValue,
  type ValueCode,
} from '../values/row-values.ts'

/**
 * What an aggregate has seen of some rows of a group. States of one aggregate merge in any order
 * and any grouping to the same result; nothing in them depends on the order of the rows.
 */
export type AggregateState =
  | CountState
  | DistinctState
  | SumState
  | ExtremeState
  | ReadingState
  | PercentileState

export interface CountState {
  fn: 'count-rows' | 'count'
  count: number
}

export interface DistinctState {
  fn: 'count-distinct'
  /** By `valueText`. */
  values: Set<string>
}

export interface SumState {
  fn: 'sum' | 'avg'
  sum: NumericSum
  count: number
}

export interface ExtremeState {
  fn: 'min' | 'max'
  /** Null where there was none yet. */
  value: SqlValue
}

export interface ReadingState {
  fn: 'latest' | 'earliest'
  /** Null where there was no reading yet. */
  at: number | null
  tie: string | null
  value: SqlValue
}

export interface PercentileState {
  fn: 'percentile-disc' | 'percentile-cont'
  bag: NumberBag
}

/** The state of no rows. */
export function newState({ fn }: Pick<Aggregate, 'fn'>): AggregateState {
  switch (fn) {
    case 'count-rows':
    case 'count':
      return { fn, count: 0 }
    case 'count-distinct':
      return { fn, values: new Set() }
    case 'sum':
    case 'avg':
      return { fn, sum: new NumericSum(), count: 0 }
    case 'min':
    case 'max':
      return { fn, value: null }
    case 'latest':
    case 'earliest':
      return { fn, at: null, tie: null, value: null }
    case 'percentile-disc':
    case 'percentile-cont':
      return { fn, bag: new NumberBag() }
    default:
      return unreachable(fn)
  }
}

/**
 * Adds what `source` has seen to `target`; both are of one aggregate, and `source` stays as it is.
 * @returns how many more values the target holds than before
 */
export function mergeState(target: AggregateState, source: AggregateState): number {
  if (target.fn === 'count-distinct') return addDistinct(target, source as DistinctState)
  const before = heldBy(target)
  mergeValues(target, source)
  return heldBy(target) - before
}

function addDistinct({ values }: DistinctState, source: DistinctState): number {
  let added = 0
  for (const value of source.values) {
    const before = values.size
    values.add(value)
    if (values.size > before) added += 1 + extraValues(value)
  }
  return added
}

function mergeValues(target: Exclude<AggregateState, DistinctState>, source: AggregateState): void {
  switch (target.fn) {
    case 'count-rows':
    case 'count':
      target.count += (source as CountState).count
      return
    case 'sum':
    case 'avg':
      target.sum.addSum((source as SumState).sum)
      target.count += (source as SumState).count
      return
    case 'min':
    case 'max':
      return addExtreme(target, (source as ExtremeState).value)
    case 'latest':
    case 'earliest': {
      const { at, tie, value } = source as ReadingState
      if (at !== null) addReading(target, at, tie, value)
      return
    }
    case 'percentile-disc':
    case 'percentile-cont':
      return target.bag.addBag((source as PercentileState).bag)
    default:
      unreachable(target)
  }
}

export function addExtreme(state: ExtremeState, value: SqlValue): void {
  if (value === null) return
  if (state.value === null) state.value = value
  else if (
    state.fn === 'max'
      ? compareValues(value, state.value) > 0
      : compareValues(value, state.value) < 0
  ) {
    state.value = value
  }
}

/** @param value not NULL */
export function addReading(
  state: ReadingState,
  at: number,
  tie: string | null,
  value: SqlValue,
): void {
  const order =
    state.at === null
      ? 1
      : at - state.at || compareValues(tie, state.tie) || compareValues(value, state.value)
  if (state.at !== null && (state.fn === 'latest' ? order <= 0 : order >= 0)) return
  state.at = at
  state.tie = tie
  state.value = value
}

/** What the aggregate gives. @throws SqlLimitError where a sum has too many digits */
export function finishState(aggregate: Aggregate, state: AggregateState): SqlValue {
  switch (state.fn) {
    case 'count-rows':
    case 'count':
      return fromInteger(state.count)
    case 'count-distinct':
      return fromInteger(state.values.size)
    case 'sum':
      return state.count === 0 ? null : canonicalValue(state.sum.value())
    case 'avg':
      return state.count === 0 ? null : divideNumeric(state.sum.value(), fromInteger(state.count))
    case 'min':
    case 'max':
    case 'latest':
    case 'earliest':
      return canonicalValue(state.value)
    case 'percentile-disc':
    case 'percentile-cont': {
      const { fraction, isDescending } = aggregate as Extract<Aggregate, { fraction: string }>
      return state.fn === 'percentile-disc'
        ? state.bag.discretePercentile(fraction, isDescending)
        : canonicalValue(state.bag.continuousPercentile(fraction, isDescending))
    }
    default:
      return unreachable(state)
  }
}

/** How many values a state holds beyond the one that each has. */
function heldBy(state: Exclude<AggregateState, DistinctState>): number {
  if ('bag' in state) return state.bag.size
  return 'value' in state ? extraValues(state.value) : 0
}

/** The values of COUNT(DISTINCT), each as a text of its own; none of other aggregates. */
export function listValues(state: AggregateState): string[] {
  return state.fn === 'count-distinct' ? [...state.values] : []
}

/** @param text one that `listValues` gave for a state of the same aggregate */
export function addValue(state: AggregateState, text: string): void {
  if (state.fn === 'count-distinct') state.values.add(text)
}

/**
 * A state as a JSON value that is no object; equal states have equal ones.
 * @param options.withoutValues leaves out what `listValues` lists
 */
export function encodeState(
  state: AggregateState,
  { withoutValues = false }: { withoutValues?: boolean } = {},
): unknown {
  switch (state.fn) {
    case 'count-rows':
    case 'count':
      return state.count
    case 'count-distinct':
      return withoutValues ? [] : [...state.values].sort(compareCodePoints)
    case 'sum':
    case 'avg':
      return [state.sum.text(), state.count]
    case 'min':
    case 'max':
      return encodeValue(state.value)
    case 'latest':
    case 'earliest':
      return state.at === null ? null : [state.at, state.tie, encodeValue(state.value)]
    case 'percentile-disc':
    case 'percentile-cont':
      return state.bag.list()
    default:
      return unreachable(state)
  }
}

/** @param json what `encodeState` gave for a state of this aggregate */
export function decodeState(aggregate: Aggregate, json: unknown): AggregateState {
  const state = newState(aggregate)
  switch (state.fn) {
    case 'count-rows':
    case 'count':
      state.count = json as number
      return state
    case 'count-distinct':
      state.values = new Set(json as string[])
      return state
    case 'sum':
    case 'avg': {
      const [sum, count] = json as [string, number]
      state.sum = NumericSum.fromText(sum)
      state.count = count
      return state
    }
    case 'min':
    case 'max':
      state.value = decodeValue(argumentType(aggregate), json as ValueCode)
      return state
    case 'latest':
    case 'earliest':
      if (json === null) return state
      return { fn: state.fn, ...decodeReading(argumentType(aggregate), json) }
    case 'percentile-disc':
    case 'percentile-cont':
      state.bag.addList(json as (string | number)[])
      return state
    default:
      return unreachable(state)
  }
}

function decodeReading(type: SqlType, json: unknown): Omit<ReadingState, 'fn'> {
  const [at, tie, value] = json as [number, string | null, ValueCode]
  return { at, tie, value: decodeValue(type, value) }
}

function argumentType(aggregate: Aggregate): SqlType {
  return 'arg' in aggregate ? aggregate.arg.type : aggregate.type
}
