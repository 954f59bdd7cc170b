import { finishState, newState, type AggregateState } from './aggregate-state.ts'
import { Budget } from './budget.ts'
import { compileExpression, type Frame } from '../expressions/compile-expression.ts'
import { Diagnostics } from '../values/diagnostics.ts'
import { FragmentGroups, type FragmentGroup } from './fragment-groups.ts'
import { negateNumeric, type Numeric } from '../values/numeric.ts'
import type { Aggregate, Expression, Fragment, Relation, SqlPlan, SqlValue } from '../plan.ts'
import { tupleText } from '../values/row-values.ts'
import { runPlan } from './run-plan.ts'

type Of<Op extends Relation['op']> = Extract<Relation, { op: Op }>

/** A plan that sums over groups: what a group adds to the sums can be taken away again. */
interface Shape {
  /** What is computed of the sums. */
  top: Relation
  outer: Of<'aggregate'>
  /** What is computed of each group, from the groups on. */
  steps: (Of<'filter'> | Of<'project'>)[]
  fragment: number
}

/**
 * A plan that is run again and again while its fragments grow, as for the hours of a month. Where
 * it sums over groups, as an average of daily maxima does, only groups that have changed since the
 * run before are computed; any other plan is run as a whole.
 */
export class RunningPlan {
  private readonly plan: SqlPlan
  private readonly fragments: readonly FragmentGroups[]
  private readonly budget: Budget
  private readonly sums: RunningSums | null

  /** @param fragments may grow between runs; they are to be empty yet */
  constructor(plan: SqlPlan, fragments: readonly FragmentGroups[], budget: Budget) {
    this.plan = plan
    this.fragments = fragments
    this.budget = budget
    const shape = shapeOf(plan)
    this.sums = shape && new RunningSums(shape, fragments[shape.fragment]!, budget)
  }

  /** What `runPlan` gives for the fragments as they are now. */
  rows(): SqlValue[][] {
    const { plan, fragments, budget, sums } = this
    if (sums === null) return runPlan(plan, fragments, budget, new Diagnostics())
    return runPlan({ ...plan, relation: sums.top }, [sums.update()], budget, new Diagnostics())
  }
}

function shapeOf({ relation, fragments }: SqlPlan): Shape | null {
  let outer: Relation = relation
  while (outer.op === 'filter' || outer.op === 'project') outer = outer.input
  if (outer.op !== 'aggregate' || !outer.aggregates.every(isInvertible)) return null
  const steps: Shape['steps'] = []
  let leaf: Relation = outer.input
  while (leaf.op === 'filter' || leaf.op === 'project') {
    steps.unshift(leaf)
    leaf = leaf.input
  }
  if (leaf.op !== 'fragment' || fragments[leaf.index]!.aggregates === null) return null
  // A fragment without keys has a row also where nothing was found.
  if (fragments[leaf.index]!.keys.length === 0) return null
  return { top: overSums(relation, outer.types), outer, steps, fragment: leaf.index }
}

function isInvertible({ fn }: Aggregate): boolean {
  return fn === 'count-rows' || fn === 'count' || fn === 'sum' || fn === 'avg'
}

/** The relation above the sums, over a leaf of their rows. */
function overSums(relation: Relation, types: Relation['types']): Relation {
  if (relation.op !== 'filter' && relation.op !== 'project')
    return { op: 'fragment', types, index: 0 }
  return { ...relation, input: overSums(relation.input, types) }
}

/** What a group adds to the sums of its outer group. */
interface Share {
  outer: OuterGroup
  /** For each aggregate the number that was added, true for a row that counts, or null. */
  added: (SqlValue | true)[]
}

interface OuterGroup {
  keys: SqlValue[]
  states: AggregateState[]
  /** How many rows there are; without any there is no group. */
  rows: number
}

class RunningSums {
  readonly top: Relation
  private readonly shape: Shape
  private readonly source: FragmentGroups
  private readonly aggregates: Aggregate[]
  private readonly budget: Budget
  private readonly compute: (row: readonly SqlValue[]) => ComputedRow | null
  private readonly shares = new Map<FragmentGroup, Share | null>()
  private readonly outer = new Map<string, OuterGroup>()

  constructor(shape: Shape, source: FragmentGroups, budget: Budget) {
    this.top = shape.top
    this.shape = shape
    this.source = source
    this.budget = budget
    this.aggregates = source.fragment.aggregates ?? []
    this.compute = compileRow(shape)
    source.trackChanges()
  }

  /** The sums as they are now, as the groups of a fragment whose columns are all keys. */
  update(): FragmentGroups {
    for (const group of this.source.takeChanges()) this.updateGroup(group)
    const { outer } = this.shape
    const keys = outer.types.map((type, index): Expression => ({ op: 'column', type, index }))
    const fragment: Fragment = { columns: [], filter: null, keys, aggregates: [] }
    const rows = new FragmentGroups(fragment, this.budget)
    for (const group of this.outer.values()) {
      if (group.rows === 0 && outer.keys.length > 0) continue
      rows.adopt([...group.keys, ...this.finish(group.states)], [])
    }
    if (this.outer.size === 0 && outer.keys.length === 0) {
      rows.adopt(this.finish(outer.aggregates.map(newState)), [])
    }
    return rows
  }

  private finish(states: readonly AggregateState[]): SqlValue[] {
    return this.shape.outer.aggregates.map((each, i) => finishState(each, states[i]!))
  }

  private updateGroup(group: FragmentGroup): void {
    const { shares, budget, shape } = this
    const before = shares.get(group)
    if (before === undefined) budget.hold(1 + shape.outer.aggregates.length)
    if (before) addShare(before, -1)
    const row = this.aggregates.map((each, i) => finishState(each, group.states[i]!))
    budget.burn(row.length + shape.steps.length + shape.outer.types.length)
    const computed = this.compute([...group.keys, ...row])
    const share = computed && { outer: this.outerGroup(computed.keys), added: computed.added }
    if (share) addShare(share, 1)
    shares.set(group, share)
  }

  private outerGroup(keys: SqlValue[]): OuterGroup {
    const text = tupleText(keys)
    let group = this.outer.get(text)
    if (group === undefined) {
      group = { keys, states: this.shape.outer.aggregates.map(newState), rows: 0 }
      this.budget.hold(1 + keys.length + group.states.length)
      this.budget.limitGroups(this.outer.size + 1)
      this.outer.set(text, group)
    }
    return group
  }
}

interface ComputedRow {
  keys: SqlValue[]
  added: (SqlValue | true)[]
}

/** Computes what one group adds; null where a filter leaves it out. */
function compileRow({ steps, outer }: Shape): (row: readonly SqlValue[]) => ComputedRow | null {
  const frame: Frame = { columns: [] }
  const compile = (expression: Expression) =>
    compileExpression(expression, frame, new Diagnostics())
  const moves = steps.map((step) => {
    if (step.op === 'project') return step.expressions.map(compile)
    return compile(step.condition)
  })
  const keys = outer.keys.map(compile)
  const added = outer.aggregates.map((each) => {
    const accepts = each.filter === null ? () => true : compile(each.filter)
    const read = 'arg' in each ? compile(each.arg) : () => true
    return (row: number) => (accepts(row) === true ? read(row) : null)
  })
  return (row) => {
    frame.columns = row.map((value) => [value])
    for (const move of moves) {
      if (typeof move !== 'function') frame.columns = move.map((read) => [read(0)])
      else if (move(0) !== true) return null
    }
    return { keys: keys.map((read) => read(0)), added: added.map((read) => read(0)) }
  }
}

function addShare({ outer, added }: Share, sign: 1 | -1): void {
  outer.rows += sign
  for (const [i, state] of outer.states.entries()) {
    const value = added[i]!
    if (value === null || !('count' in state)) continue
    state.count += sign
    if (state.fn !== 'sum' && state.fn !== 'avg') continue
    state.sum.add(sign === 1 ? (value as Numeric) : negateNumeric(value as Numeric))
  }
}
