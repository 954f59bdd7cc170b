import { Decimal, ZERO } from '../decimal.ts'
import type { Group } from '../metering/group.ts'
import { compareGroups, type GroupValues } from '../metering/increment.ts'
import type { BilledIncrements } from '../metering/measure-usage.ts'
import type { UsageQuery, WindowUsage } from '../metering/usage.ts'
import { assert } from '../result.ts'
import { Budget } from './run/budget.ts'
import { readFinal, type GroupQuantity } from './final-usage.ts'
import { readIncrements } from './known-increments.ts'
import { FragmentGroups } from './run/fragment-groups.ts'
import { numericText } from './values/numeric.ts'
import type { SqlPlan } from './plan.ts'
import { quantitiesOf } from './run/quantities.ts'
import { RunningPlan } from './run/running-plan.ts'

/** Adds what meters have answered, in whichever windows, to the fragments of a plan. */
export function mergeUsage(fragments: readonly FragmentGroups[], usage: WindowUsage[]): void {
  for (const { group, state } of usage) {
    const [fragment, groupText] = group as [string, string]
    const groups = fragments[Number(fragment)]
    assert(groups !== undefined, `the plan has a fragment ${fragment}`)
    groups.merge(groupText, JSON.parse(state) as unknown[])
  }
}

type Question = Pick<UsageQuery, 'groupKey' | 'boundaries'>

/** Groups of one fragment of a plan in one window, on their way from a meter. */
export function fragmentUsage(
  window: number,
  fragment: number,
  groupText: string,
  states: unknown[],
): WindowUsage {
  return { window, group: [String(fragment), groupText], state: JSON.stringify(states) }
}

/**
 * The increments of a SQL metric (SG-3): the query's result over all windows so far, less that of
 * the windows before. A group that is no longer in the result falls to zero; NULL is zero (SQ-15).
 */
export function sqlIncrements(
  plan: SqlPlan,
  { groupKey, boundaries }: Question,
  usage: WindowUsage[],
): BilledIncrements[] {
  const windowCount = boundaries.length - 1
  const known = readIncrements(usage, windowCount)
  if (known !== null) return known
  const byWindow = Map.groupBy(usage, ({ window }) => window)
  const soFar = new Evaluation(plan)
  const series = new Map<string, BilledIncrements>()
  let before = new Map<string, GroupQuantity>()
  for (let window = 0; window < windowCount; window++) {
    const added = byWindow.get(window)
    if (added === undefined) continue
    soFar.add(added)
    const after = soFar.quantities(groupKey)
    for (const [key, { group }] of [...before, ...after]) {
      const quantity = after.get(key)?.quantity ?? ZERO
      const increment = quantity.minus(before.get(key)?.quantity ?? ZERO)
      if (!after.has(key) && increment.isZero()) continue
      seriesOf(series, key, group, windowCount).increments[window] = increment
    }
    before = after
  }
  return [...series.values()].sort((a, b) => compareGroups(a.group, b.group))
}

/**
 * The query's result inside each window alone (SL-5); null where no event matched (UQ-7), and where
 * the result is NULL (UQ-7a).
 * @param usage what meters found, or the results of one
 */
export function sqlValues(
  plan: SqlPlan,
  { groupKey, boundaries }: Question,
  usage: WindowUsage[],
): GroupValues[] {
  const windowCount = boundaries.length - 1
  const series = new Map<string, BilledIncrements>()
  for (const [window, own] of Map.groupBy(usage, (item) => item.window)) {
    const quantities = readFinal(own) ?? evaluate(plan, own, groupKey)
    for (const [key, { group, quantity }] of quantities) {
      seriesOf(series, key, group, windowCount).increments[window] = quantity
    }
  }
  return [...series.values()]
    .sort((a, b) => compareGroups(a.group, b.group))
    .map(({ group, increments }) => ({ group, values: increments }))
}

function evaluate(
  plan: SqlPlan,
  usage: WindowUsage[],
  groupKey: readonly string[] | null,
): Map<string, GroupQuantity> {
  const evaluation = new Evaluation(plan)
  evaluation.add(usage)
  return evaluation.quantities(groupKey)
}

function seriesOf(
  series: Map<string, BilledIncrements>,
  key: string,
  group: Group,
  windowCount: number,
): BilledIncrements {
  let own = series.get(key)
  if (own === undefined) {
    own = { group, increments: Array.from({ length: windowCount }, () => null) }
    series.set(key, own)
  }
  return own
}

/** A plan over what was read of the events so far. */
class Evaluation {
  private readonly plan: SqlPlan
  private readonly fragments: FragmentGroups[]
  private readonly running: RunningPlan

  constructor(plan: SqlPlan) {
    const budget = new Budget()
    this.plan = plan
    this.fragments = plan.fragments.map((fragment) => new FragmentGroups(fragment, budget))
    this.running = new RunningPlan(plan, this.fragments, budget)
  }

  add(usage: WindowUsage[]): void {
    mergeUsage(this.fragments, usage)
  }

  quantities(groupKey: readonly string[] | null): Map<string, GroupQuantity> {
    const quantities = quantitiesOf(this.plan, this.running.rows(), groupKey)
    return new Map(
      [...quantities].map(([key, { group, quantity }]) => {
        return [key, { group, quantity: quantity && new Decimal(numericText(quantity)) }]
      }),
    )
  }
}
