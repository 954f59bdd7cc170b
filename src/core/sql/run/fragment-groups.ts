import { decodeState, mergeState, newState, type AggregateState } from './aggregate-state.ts'
import { extraValues, type Budget } from './budget.ts'
import type { Aggregate, Fragment, SqlType, SqlValue } from '../plan.ts'
import { readTuple, tupleText } from '../values/row-values.ts'

const COUNT_ROWS: Aggregate = { fn: 'count-rows', filter: null, type: 'numeric' }

/** A fragment's aggregates; rows are kept as groups with how often each occurs. */
export function aggregatesOf(fragment: Fragment): Aggregate[] {
  return fragment.aggregates ?? [COUNT_ROWS]
}

/** The types of what a fragment gives: its keys, then its aggregates. */
export function fragmentTypes({ keys, aggregates }: Fragment): SqlType[] {
  return [...keys.map(({ type }) => type), ...(aggregates ?? []).map(({ type }) => type)]
}

/**
 * What a fragment found, from any number of places and windows of time: groups by the text of their
 * keys (`tupleText`), with a state for each aggregate.
 */
export class FragmentGroups {
  readonly fragment: Fragment
  private readonly aggregates: Aggregate[]
  private readonly keyTypes: SqlType[]
  private readonly groups: FragmentGroup[] = []
  /** Made when it is first needed: much that is scanned is run at once and merges with nothing. */
  private index: Map<string, FragmentGroup> | null = null
  private readonly budget: Budget
  private changed: Set<FragmentGroup> | null = null

  constructor(fragment: Fragment, budget: Budget) {
    this.fragment = fragment
    this.aggregates = aggregatesOf(fragment)
    this.keyTypes = fragment.keys.map(({ type }) => type)
    this.budget = budget
  }

  get size(): number {
    return this.groups.length
  }

  /** Adds what was seen of a group elsewhere. @param states as they run, or as `encodeState` writes them */
  merge(groupText: string, states: readonly AggregateState[] | readonly unknown[]): void {
    const group = this.indexed().get(groupText) ?? this.addGroup(groupText)
    for (const [i, aggregate] of this.aggregates.entries()) {
      const target = group.states[i]!
      const source = states[i]
      const state = isState(source) ? source : decodeState(aggregate, source)
      this.budget.hold(mergeState(target, state))
    }
    this.changed?.add(group)
  }

  mergeAll(other: FragmentGroups): void {
    for (const [groupText, states] of other.entries()) this.merge(groupText, states)
  }

  /** Takes over a group that is not here yet, and whose values the budget has counted already. */
  adopt(keys: readonly SqlValue[], states: AggregateState[]): void {
    const group = { keys, states }
    this.groups.push(group)
    this.changed?.add(group)
    this.index = null
  }

  *entries(): IterableIterator<[groupText: string, states: AggregateState[]]> {
    for (const [groupText, { states }] of this.indexed()) yield [groupText, states]
  }

  /** Every group with the values of its keys. */
  rows(): readonly FragmentGroup[] {
    return this.groups
  }

  /** From now on, groups that merge are remembered until they are taken. */
  trackChanges(): void {
    this.changed = new Set(this.groups)
  }

  takeChanges(): FragmentGroup[] {
    const changed = [...(this.changed ?? [])]
    this.changed?.clear()
    return changed
  }

  private indexed(): Map<string, FragmentGroup> {
    this.index ??= new Map(this.groups.map((group) => [tupleText(group.keys), group]))
    return this.index
  }

  private addGroup(groupText: string): FragmentGroup {
    const values = 1 + this.keyTypes.length + this.aggregates.length
    this.budget.hold(values + extraValues(groupText))
    // Rows are bounded as values only.
    if (this.fragment.aggregates !== null) this.budget.limitGroups(this.size + 1)
    const states = this.aggregates.map((aggregate) => newState(aggregate))
    const group = { keys: readTuple(this.keyTypes, groupText), states }
    this.groups.push(group)
    this.indexed().set(groupText, group)
    return group
  }
}

export interface FragmentGroup {
  readonly keys: readonly SqlValue[]
  readonly states: AggregateState[]
}

/** No state is written as an object. */
function isState(value: unknown): value is AggregateState {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
