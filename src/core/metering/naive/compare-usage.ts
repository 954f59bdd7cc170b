import type { Decimal } from '../../decimal.ts'
import type { Group } from '../group.ts'

/** One group's usage: a value for each window; null where there is none. */
export interface GroupUsage {
  group: Group
  values: (Decimal | null)[]
}

/** A window of a group for which two evaluations disagree. */
export interface UsageDifference {
  window: number
  group: Group
  fast: Decimal | null
  naive: Decimal | null
}

/** Where two answers to one question differ; a group that only one of them has is one without usage. */
export function compareUsage(
  fast: readonly GroupUsage[],
  naive: readonly GroupUsage[],
  windowCount: number,
): UsageDifference[] {
  const fastOf = new Map(fast.map(({ group, values }) => [JSON.stringify(group), values]))
  const naiveOf = new Map(naive.map(({ group, values }) => [JSON.stringify(group), values]))
  const differences: UsageDifference[] = []
  for (const key of new Set([...fastOf.keys(), ...naiveOf.keys()])) {
    for (let window = 0; window < windowCount; window++) {
      const a = fastOf.get(key)?.[window] ?? null
      const b = naiveOf.get(key)?.[window] ?? null
      if (a === null ? b === null : b !== null && a.equals(b)) continue
      differences.push({ window, group: JSON.parse(key) as Group, fast: a, naive: b })
    }
  }
  return differences
}
