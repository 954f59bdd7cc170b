import { useFilter } from '../../components/filters.tsx'
import { Page } from '../../components/page.tsx'
import { Segments } from '../../components/tabs.tsx'
import { NewSqlMetric } from './new-sql-metric.tsx'
import { NewStreamingMetric } from './new-streaming-metric.tsx'
import '../offering/offering.css'

const CRUMBS = [{ label: 'Billable metrics', href: '/offering/metrics' }]
const KINDS = [
  { value: 'streaming', label: 'Streaming' },
  { value: 'sql', label: 'SQL' },
] as const

export default function NewMetric() {
  const [kind, setKind] = useFilter('kind', 'streaming')
  const isSql = kind === 'sql'
  return (
    <Page
      title="Create a metric"
      crumbs={CRUMBS}
      lead={
        isSql
          ? 'A SELECT over the events of one customer and period: joins, windows and percentiles.'
          : 'Counts events, or something about one of their properties.'
      }
      actions={
        <Segments
          label="Kind of metric"
          value={isSql ? 'sql' : 'streaming'}
          choices={KINDS}
          onChange={setKind}
        />
      }
    >
      {isSql ? <NewSqlMetric /> : <NewStreamingMetric />}
    </Page>
  )
}
