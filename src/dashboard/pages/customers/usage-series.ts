import type { Metric, UsageGroup } from '../../api/answers.ts'
import type { Series } from '../../components/chart.tsx'
import { countDecimals, decimalText } from '../../format/decimal-text.ts'

const DAY_MS = 86_400_000
/** As many groups have a colour of their own; the others are drawn together. */
const SERIES_MAX = 7

/** The keys that a metric's usage can be grouped by. */
export function groupKeysOf({ group_keys, columns }: Metric): string[][] {
  return group_keys ?? columns?.map((column) => [column]) ?? []
}

/** Whole days in UTC, of which the last one is today. */
export function rangeOf(now: Date, count: number) {
  const end = Math.floor(now.getTime() / DAY_MS) * DAY_MS + DAY_MS
  const days = Array.from({ length: count }, (_, i) =>
    new Date(end - (count - i) * DAY_MS).toISOString(),
  )
  return { starting_on: days[0] ?? '', ending_before: new Date(end).toISOString(), days }
}

export function groupName({ group }: UsageGroup): string {
  const values = Object.values(group ?? {}).map((value) => value ?? '–')
  return values.join(', ') || 'Usage'
}

export function totalDecimals(rows: readonly UsageGroup[]): number {
  return Math.max(0, ...rows.map(({ value }) => countDecimals(decimalText(value ?? 0))))
}

/** A series for each of the largest groups, and one for all others. */
export function seriesOf(
  rows: readonly UsageGroup[],
  days: readonly string[],
  metricName: string,
): Series[] {
  const places = new Map(days.map((day, i) => [Date.parse(day), i]))
  const values = new Map<string, number[]>()
  for (const row of rows) {
    const place = places.get(Date.parse(row.starting_on))
    if (place === undefined) continue
    const name = row.group === undefined ? metricName : groupName(row)
    const series = values.get(name) ?? days.map(() => 0)
    series[place] = (series[place] ?? 0) + Number(decimalText(row.value ?? 0))
    values.set(name, series)
  }
  const sorted = [...values].sort(([, a], [, b]) => sum(b) - sum(a))
  const shown = sorted.slice(0, SERIES_MAX).map(([name, each]) => ({ name, values: each }))
  const others = sorted.slice(SERIES_MAX)
  if (others.length === 0) return shown
  const together = days.map((_, i) => sum(others.map(([, each]) => each[i] ?? 0)))
  return [...shown, { name: `${others.length} others`, values: together }]
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
