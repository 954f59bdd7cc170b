import type { Metric } from '../../api/answers.ts'
import { Facts, type Fact } from '../../components/page.tsx'
import { SqlEditor } from '../../components/sql-editor.tsx'
import { MetricCounts } from './metric-counts.tsx'
import { Execution } from './metric-preview.tsx'

/** Everything that a metric says. */
export function MetricDefinition({ metric }: { metric: Metric }) {
  const { sql, execution, columns = [] } = metric
  if (sql !== undefined) {
    return (
      <div className="stack">
        <SqlEditor label="Query" value={sql} />
        <Facts
          layout="list"
          facts={[
            { label: 'Runs', value: <Execution execution={execution} /> },
            { label: 'Group keys', value: <Names names={columns} /> },
          ]}
        />
      </div>
    )
  }
  return <Facts layout="list" facts={streamingFacts(metric)} />
}

function streamingFacts(metric: Metric): Fact[] {
  const { event_type_filter: types, property_filters: filters = [], group_keys = [] } = metric
  return [
    { label: 'Counts', value: <MetricCounts metric={metric} /> },
    {
      label: 'Event types',
      value:
        types === undefined ? (
          'all'
        ) : (
          <>
            {types.not_in_values !== undefined && 'all but '}
            <Names names={types.in_values ?? types.not_in_values ?? []} />
          </>
        ),
    },
    {
      label: 'Properties',
      value:
        filters.length === 0 ? (
          <span className="muted">any</span>
        ) : (
          <ul>
            {filters.map((filter) => (
              <li key={filter.name}>
                <code>{filter.name}</code> {filterText(filter)}
              </li>
            ))}
          </ul>
        ),
    },
    {
      label: 'Group keys',
      value: <Names names={group_keys.map((names) => names.join(' + '))} />,
    },
  ]
}

function filterText(filter: NonNullable<Metric['property_filters']>[number]): string {
  const { exists, in_values, not_in_values } = filter
  return [
    exists === false && 'is not there',
    exists === true && in_values === undefined && 'is there',
    in_values && `is one of ${in_values.join(', ')}`,
    not_in_values && `is none of ${not_in_values.join(', ')}`,
  ]
    .filter(Boolean)
    .join(', and ')
}

function Names({ names }: { names: readonly string[] }) {
  if (names.length === 0) return <span className="muted">none</span>
  return (
    <span className="badges">
      {names.map((name) => (
        <code key={name} className="token">
          {name}
        </code>
      ))}
    </span>
  )
}
