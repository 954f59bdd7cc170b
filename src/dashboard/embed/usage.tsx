import { useState } from 'react'
import type { Metric, UsageGroup } from '../api/answers.ts'
import { addDecimals, decimalText, groupDigits } from '../format/decimal-text.ts'
import { formatDay } from '../format/time-text.ts'
import { grant, keyName, presentMs, valueName } from './grant.ts'
import { LineChart, type LineSeries } from './line-chart.tsx'
import { useRows } from './read.ts'
import { Shown } from './shown.tsx'

const DAY_MS = 86_400_000
const SPANS = [30, 60, 90] as const
/** So many groups have a line of their own; the rest is one line, where it adds up. */
const LINES_MAX = 9
/** Days and groups of these add up; those of others stand for themselves. */
const ADDITIVE = new Set(['COUNT', 'SUM'])

/** The usage of each metric of the customer's contracts, day by day. */
export function Usage() {
  const [days, setDays] = useState<number>(SPANS[0])
  const reading = useRows<Metric>({
    path: `/v1/customers/${grant.customer_id}/billable-metrics?on_current_plan=true&limit=100`,
  })
  return (
    <>
      <label className="choice">
        Last{' '}
        <select value={days} onChange={({ target }) => setDays(Number(target.value))}>
          {SPANS.map((span) => (
            <option key={span} value={span}>
              {span} days
            </option>
          ))}
        </select>
      </label>
      <Shown reading={reading} none="There is no usage to show yet.">
        {(metrics) => (
          <ul className="cards">
            {metrics.map((metric) => (
              <MetricCard key={metric.id} metric={metric} days={days} />
            ))}
          </ul>
        )}
      </Shown>
    </>
  )
}

function MetricCard({ metric, days }: { metric: Metric; days: number }) {
  const keys = (metric.group_keys ?? []).flatMap((key) => (key.length === 1 ? key : []))
  const [groupKey, setGroupKey] = useState('')
  // The users of two days are not the sum of either's.
  const isAdditive = ADDITIVE.has(metric.aggregation_type ?? '')
  const end = Math.floor(presentMs() / DAY_MS) * DAY_MS + DAY_MS
  const starts = Array.from({ length: days }, (_, i) => end - (days - i) * DAY_MS)
  const reading = useRows<UsageGroup>({
    path: '/v1/usage/groups?limit=100',
    // Days of groups: the rows of many groups are many.
    pagesMax: 30,
    body: {
      customer_id: grant.customer_id,
      billable_metric_id: metric.id,
      window_size: 'DAY',
      starting_on: new Date(end - days * DAY_MS).toISOString(),
      ending_before: new Date(end).toISOString(),
      ...(groupKey !== '' && { group_key: [groupKey] }),
    },
  })
  return (
    <li className="card chart-card">
      <div className="chart-head">
        <h2>{metric.name}</h2>
        {keys.length > 0 && (
          <label className="choice">
            By{' '}
            <select value={groupKey} onChange={({ target }) => setGroupKey(target.value)}>
              <option value="">nothing</option>
              {keys.map((key) => (
                <option key={key} value={key}>
                  {keyName(key)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <Shown reading={reading} none="Nothing was used in this time.">
        {(rows, isCut) => (
          <>
            {isCut && <p className="note">There are more groups than are shown here.</p>}
            {isAdditive && !isCut && <p className="total">{groupDigits(totalOf(rows))}</p>}
            <LineChart
              label={metric.name}
              labels={starts.map((ms) => formatDay(new Date(ms)))}
              series={seriesOf(rows, { starts, groupKey, isAdditive })}
            />
          </>
        )}
      </Shown>
    </li>
  )
}

function totalOf(rows: UsageGroup[]): string {
  return addDecimals(rows.map(({ value }) => decimalText(value ?? 0)))
}

interface Drawn {
  starts: number[]
  groupKey: string
  isAdditive: boolean
}

function seriesOf(rows: UsageGroup[], { starts, groupKey, isAdditive }: Drawn): LineSeries[] {
  const groups = [...Map.groupBy(rows, ({ group_value }) => group_value)]
    .map(([value, of]) => ({ name: nameOf(groupKey, value), of, total: Number(totalOf(of)) }))
    .sort((a, b) => b.total - a.total)
  const rest = groups.slice(LINES_MAX).flatMap(({ of }) => of)
  const shown = groups.slice(0, LINES_MAX)
  if (isAdditive && rest.length > 0) shown.push({ name: 'Other', of: rest, total: 0 })
  return shown.map(({ name, of }) => {
    const days = Map.groupBy(of, ({ starting_on }) => Date.parse(starting_on))
    return { name, values: starts.map((ms) => Number(totalOf(days.get(ms) ?? []))) }
  })
}

function nameOf(groupKey: string, value: string | null): string {
  return groupKey === '' ? 'Usage' : valueName(groupKey, value)
}
