import type { UsageEvent } from '../metering/event.ts'
import type { UsageQuery, WindowUsage } from '../metering/usage.ts'
import { encodeState } from './run/aggregate-state.ts'
import { Budget } from './run/budget.ts'
import { Diagnostics } from './values/diagnostics.ts'
import { batchOf } from './run/event-batch.ts'
import { FragmentGroups } from './run/fragment-groups.ts'
import { fragmentUsage } from './measure-usage.ts'
import type { SqlPlan } from './plan.ts'
import { FragmentScan } from './run/scan-fragment.ts'

/** What a meter would answer to a query of a SQL metric if it held these events and no others. */
export function scanUsage(
  { fragments }: SqlPlan,
  boundariesMs: readonly number[],
  events: readonly UsageEvent[],
  eventFilter?: UsageQuery['eventFilter'],
): WindowUsage[] {
  const options = {
    boundariesMs,
    eventFilter,
    budget: new Budget(),
    diagnostics: new Diagnostics(),
  }
  return fragments.flatMap((fragment, index) => {
    const scan = new FragmentScan(fragment, options)
    scan.add(batchOf(events))
    return usageOf(scan, index)
  })
}

/** What a scan of a plan's fragment has found so far. */
export function usageOf(scan: FragmentScan, fragment: number): WindowUsage[] {
  return scan.results().flatMap(({ window, groups }) =>
    [...groups.entries()].map(([groupText, states]) => {
      const encoded = states.map((state) => encodeState(state))
      return fragmentUsage(window, fragment, groupText, encoded)
    }),
  )
}

/** The same as groups: by window, those of each of the plan's fragments. */
export function windowsOf(
  { fragments }: SqlPlan,
  scans: readonly FragmentScan[],
  windowCount: number,
): FragmentGroups[][] {
  const budget = new Budget()
  const windows = Array.from({ length: windowCount }, () =>
    fragments.map((fragment) => new FragmentGroups(fragment, budget)),
  )
  for (const [fragment, scan] of scans.entries()) {
    for (const { window, groups } of scan.results()) windows[window]![fragment] = groups
  }
  return windows
}
