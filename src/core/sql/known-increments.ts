import { Decimal, toText } from '../decimal.ts'
import type { Group } from '../metering/group.ts'
import { compareGroups } from '../metering/increment.ts'
import type { BilledIncrements } from '../metering/measure-usage.ts'
import type { WindowUsage } from '../metering/usage.ts'

/** In the place of a fragment's number. */
const INCREMENT = '+'

/** What a window added to a group's quantity, where somebody else has computed it already. */
export function incrementUsage(window: number, group: Group, increment: Decimal): WindowUsage {
  return { window, group: [INCREMENT, JSON.stringify(group)], state: toText(increment) }
}

/** What `incrementUsage` gave, by group; null where the usage is another. */
export function readIncrements(
  usage: readonly WindowUsage[],
  windowCount: number,
): BilledIncrements[] | null {
  if (usage[0]?.group[0] !== INCREMENT) return null
  return [...Map.groupBy(usage, ({ group: [, key = ''] }) => key)]
    .map(([key, own]) => {
      const increments: (Decimal | null)[] = Array.from({ length: windowCount }, () => null)
      for (const { window, state } of own) increments[window] = new Decimal(state)
      return { group: JSON.parse(key) as Group, increments }
    })
    .sort((a, b) => compareGroups(a.group, b.group))
}
