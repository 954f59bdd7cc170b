import type { UsageQuery, WindowUsage } from '../core/metering/usage.ts'
import type { MeterMemory } from './meter-memory.ts'

/** So much is remembered, and of one result, in units of about two bytes. */
const UNITS_MAX = 4 * 1024 * 1024
const RESULT_UNITS_MAX = 1024 * 1024
const ROW_UNITS = 60

interface Results {
  stamp: string
  byQuestion: Map<string, WindowUsage[]>
  units: number
}

/** Results of SQL metrics, until anything comes in or changes. */
const remembered = new WeakMap<MeterMemory, Results>()

/** What the same question was answered before; null where that is not known, or no result. */
export function recallResult(
  memory: MeterMemory,
  customerId: string,
  query: UsageQuery,
): WindowUsage[] | null {
  const results = remembered.get(memory)
  if (query.isFinal !== true || results === undefined || results.stamp !== stampOf(memory)) {
    return null
  }
  return results.byQuestion.get(questionOf(customerId, query)) ?? null
}

/** @param usage what has just been read for the query, all of the log included */
export function rememberResult(
  memory: MeterMemory,
  customerId: string,
  query: UsageQuery,
  usage: WindowUsage[],
): void {
  if (query.isFinal !== true) return
  const units = usage.reduce((sum, { group, state }) => {
    return sum + ROW_UNITS + (group[1]?.length ?? 0) + state.length
  }, ROW_UNITS)
  if (units > RESULT_UNITS_MAX) return
  const stamp = stampOf(memory)
  let results = remembered.get(memory)
  if (results?.stamp !== stamp || results.units + units > UNITS_MAX) {
    remembered.set(memory, (results = { stamp, byQuestion: new Map(), units: 0 }))
  }
  results.byQuestion.set(questionOf(customerId, query), usage)
  results.units += units
}

/** As long as it stays the same, all usage does. */
function stampOf({ head, configVersion, suppressions }: MeterMemory): string {
  return `${head.seq}/${configVersion}/${suppressions}`
}

function questionOf(customerId: string, query: UsageQuery): string {
  const { metricId, groupKey, boundaries, eventFilter } = query
  return JSON.stringify([customerId, metricId, groupKey, boundaries, eventFilter])
}
