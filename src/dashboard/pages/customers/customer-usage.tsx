import { useQuery } from '@tanstack/react-query'
import type { Customer, Metric, UsageGroup } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { useNow } from '../../api/use-clock.ts'
import { readAll } from '../../api/use-pages.ts'
import { Quantity } from '../../components/amount.tsx'
import { Chart } from '../../components/chart.tsx'
import { FilterBar, SelectFilter, useFilter } from '../../components/filters.tsx'
import { Card } from '../../components/page.tsx'
import { Answered, Empty, Loading } from '../../components/states.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { decimalText } from '../../format/decimal-text.ts'
import { formatDay } from '../../format/time-text.ts'
import { groupKeysOf, groupName, rangeOf, seriesOf, totalDecimals } from './usage-series.ts'

const RANGES = [
  { value: '30', label: 'Last 30 days' },
  { value: '60', label: 'Last 60 days' },
  { value: '90', label: 'Last 90 days' },
]

/** Usage of one metric by day, by one of its group keys. */
export function CustomerUsage({ customer }: { customer: Customer }) {
  const { id } = useEnvironment()
  const now = useNow()
  const metrics = useQuery({
    queryKey: [id, 'all metrics'],
    queryFn: ({ signal }) => readAll<Metric>({ path: '/v1/billable-metrics' }, { signal }),
  })
  if (now === undefined) return <Loading />
  return (
    <Answered query={metrics}>
      {(all) =>
        all.length === 0 ? (
          <Empty title="No billable metrics yet">
            Usage is shown by the metrics that count it.
          </Empty>
        ) : (
          <MetricUsage customer={customer} metrics={all} now={now} />
        )
      }
    </Answered>
  )
}

interface MetricUsageProps {
  customer: Customer
  metrics: readonly Metric[]
  now: Date
}

function MetricUsage({ customer, metrics, now }: MetricUsageProps) {
  const [metricId, setMetricId] = useFilter('metric')
  const [by, setBy] = useFilter('by')
  const [days, setDays] = useFilter('days', '30')
  const metric = metrics.find((each) => each.id === metricId) ?? metrics[0]
  if (metric === undefined) return null
  const keys = groupKeysOf(metric)
  const groupKey = keys.find((key) => key.join(', ') === by)
  const question = { customer, metric, groupKey, range: rangeOf(now, Number(days)) }
  return (
    <div className="stack">
      <FilterBar>
        <SelectFilter
          label="Metric"
          value={metric.id}
          choices={metrics.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={setMetricId}
        />
        {keys.length > 0 && (
          <SelectFilter
            label="Group by"
            value={groupKey === undefined ? '' : by}
            choices={[
              { value: '', label: 'All together' },
              ...keys.map((key) => ({ value: key.join(', '), label: `By ${key.join(' and ')}` })),
            ]}
            onChange={setBy}
          />
        )}
        <SelectFilter label="Time" value={days} choices={RANGES} onChange={setDays} />
      </FilterBar>
      <UsageChart {...question} />
    </div>
  )
}

interface UsageProps {
  customer: Customer
  metric: Metric
  groupKey: string[] | undefined
  range: { starting_on: string; ending_before: string; days: readonly string[] }
}

function UsageChart({ customer, metric, groupKey, range }: UsageProps) {
  const daily = useUsage({ customer, metric, groupKey, range }, 'DAY')
  const whole = useUsage({ customer, metric, groupKey, range }, 'NONE')
  return (
    <>
      <Card className="usage-chart">
        <Answered query={daily}>
          {(rows) => (
            <Chart
              kind="bar"
              isStacked
              label={`${metric.name} by day`}
              labels={range.days.map((day) => formatDay(new Date(day)).slice(0, -5))}
              series={seriesOf(rows, range.days, metric.name)}
              format={(value) => value.toLocaleString('en', { maximumFractionDigits: 6 })}
              height={300}
            />
          )}
        </Answered>
      </Card>
      <Answered query={whole}>{(rows) => <Totals rows={rows} groupKey={groupKey} />}</Answered>
    </>
  )
}

function Totals({
  rows,
  groupKey,
}: {
  rows: readonly UsageGroup[]
  groupKey: string[] | undefined
}) {
  const decimals = totalDecimals(rows)
  const sorted = [...rows].sort((a, b) => toNumber(b) - toNumber(a))
  const columns: Column<UsageGroup>[] = [
    {
      key: 'group',
      header: groupKey === undefined ? 'Usage' : groupKey.join(', '),
      cell: (row) => (groupKey === undefined ? 'In all this time' : groupName(row)),
    },
    {
      key: 'value',
      header: 'Quantity',
      align: 'right',
      cell: ({ value }) => <Quantity value={value} decimals={decimals} />,
    },
  ]
  return <Table label="Totals" columns={columns} rows={sorted} rowKey={groupName} />
}

function toNumber({ value }: UsageGroup): number {
  return Number(decimalText(value ?? 0))
}

function useUsage({ customer, metric, groupKey, range }: UsageProps, window: 'DAY' | 'NONE') {
  const { id } = useEnvironment()
  const body = {
    customer_id: customer.id,
    billable_metric_id: metric.id,
    window_size: window,
    starting_on: range.starting_on,
    ending_before: range.ending_before,
    ...(groupKey && { group_key: groupKey }),
  }
  return useQuery({
    queryKey: [id, 'usage', body],
    queryFn: ({ signal }) =>
      readAll<UsageGroup>({ path: '/v1/usage/groups', body, limit: 100 }, { signal, pagesMax: 30 }),
    placeholderData: (before) => before,
  })
}
