import { Decimal } from '../decimal.ts'
import type { Group } from '../metering/group.ts'
import type { WindowUsage } from '../metering/usage.ts'
import { Budget } from './run/budget.ts'
import { Diagnostics } from './values/diagnostics.ts'
import type { FragmentGroups } from './run/fragment-groups.ts'
import { numericText } from './values/numeric.ts'
import type { SqlPlan } from './plan.ts'
import { quantitiesOf } from './run/quantities.ts'
import { runPlan } from './run/run-plan.ts'

export interface GroupQuantity {
  group: Group
  quantity: Decimal | null
}

/** In the place of a fragment's number. */
const FINAL = '='

/**
 * The query's result inside each window alone, as a meter answers it that has all events: it is
 * much shorter than what the fragments found.
 * @param windows what each of the plan's fragments found, by window
 * @throws SqlLimitError where a window takes more than it may
 */
export function finalUsage(
  plan: SqlPlan,
  groupKey: readonly string[] | null,
  windows: readonly (readonly FragmentGroups[])[],
): WindowUsage[] {
  return windows.flatMap((fragments, window) => {
    // Where no event matched there is no result, not that of no rows.
    if (fragments.every(({ size }) => size === 0)) return []
    const rows = runPlan(plan, fragments, new Budget(), new Diagnostics())
    return [...quantitiesOf(plan, rows, groupKey)].map(([key, { quantity }]) => {
      const state = JSON.stringify(quantity && numericText(quantity))
      return { window, group: [FINAL, key], state }
    })
  })
}

/** What `finalUsage` gave of one window, by the group as JSON; null where the usage is another. */
export function readFinal(usage: readonly WindowUsage[]): Map<string, GroupQuantity> | null {
  if (usage[0]?.group[0] !== FINAL) return null
  const quantities = usage.map(({ group: [, key = ''], state }) => {
    const text = JSON.parse(state) as string | null
    const group = JSON.parse(key) as Group
    return [key, { group, quantity: text === null ? null : new Decimal(text) }] as const
  })
  return new Map(quantities)
}
