import type { Metric } from '../../api/answers.ts'
import { Badge } from '../../components/badge.tsx'

const VERBS: Record<string, string> = {
  SUM: 'sum of',
  MAX: 'greatest',
  LATEST: 'latest',
  UNIQUE: 'different values of',
}

/** What a metric counts, in a few words. */
export function MetricCounts({ metric }: { metric: Metric }) {
  const { sql, aggregation_type: type = '', aggregation_key: key, execution } = metric
  if (sql !== undefined) {
    return (
      <span className="badges">
        <Badge tone="info">SQL</Badge>
        {execution === 'scan' && <Badge>Scan</Badge>}
      </span>
    )
  }
  if (key === undefined) return <>number of events</>
  return (
    <>
      {VERBS[type] ?? type.toLowerCase()} <code>{key}</code>
    </>
  )
}
