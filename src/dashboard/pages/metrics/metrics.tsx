import type { Metric } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { usePages } from '../../api/use-pages.ts'
import { Badge } from '../../components/badge.tsx'
import { ButtonLink } from '../../components/button.tsx'
import { FilterBar, SearchFilter, SelectFilter, useFilter } from '../../components/filters.tsx'
import { Page } from '../../components/page.tsx'
import { Empty } from '../../components/states.tsx'
import { PagedTable, type Column } from '../../components/table.tsx'
import { MetricCounts } from './metric-counts.tsx'

const STATES = [
  { value: '', label: 'Active' },
  { value: 'all', label: 'Active and archived' },
]

export default function Metrics() {
  const { scope } = useEnvironment()
  const [text, setText] = useFilter('search')
  const [state, setState] = useFilter('state')
  const query = { include_archived: state === 'all' ? true : undefined, search: text }
  const pages = usePages<Metric>({ path: '/v1/billable-metrics', query, limit: 50 })
  const create = scope === 'full' && (
    <ButtonLink kind="primary" href="/offering/metrics/new">
      Create metric
    </ButtonLink>
  )
  return (
    <Page
      title="Billable metrics"
      lead="How events turn into quantities. A metric never changes, so bills can be computed again."
      actions={create}
    >
      <FilterBar>
        <SearchFilter label="Search by name or id" value={text} onChange={setText} />
        <SelectFilter label="State" value={state} choices={STATES} onChange={setState} />
      </FilterBar>
      <PagedTable
        label="Billable metrics"
        pages={pages}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        rowHref={({ id }) => `/offering/metrics/${id}`}
        empty={
          text === '' ? (
            <Empty title="No metrics yet" action={create}>
              A metric counts events of a type, adds up a property of theirs, or is SQL.
            </Empty>
          ) : (
            <Empty title="No metric found">Names fit by any part, ids as a whole.</Empty>
          )
        }
      />
    </Page>
  )
}

const COLUMNS: readonly Column<Metric>[] = [
  {
    key: 'name',
    header: 'Name',
    width: '32%',
    cell: ({ name, archived_at }) => (
      <>
        {name} {archived_at !== undefined && <Badge>Archived</Badge>}
      </>
    ),
  },
  { key: 'counts', header: 'Counts', cell: (metric) => <MetricCounts metric={metric} /> },
  {
    key: 'types',
    header: 'Event types',
    cell: ({ event_type_filter: types, sql }) => {
      if (types?.in_values !== undefined) return <code>{types.in_values.join(', ')}</code>
      if (types?.not_in_values !== undefined) {
        return (
          <>
            all but <code>{types.not_in_values.join(', ')}</code>
          </>
        )
      }
      return <span className="muted">{sql === undefined ? 'all' : 'as the query says'}</span>
    },
  },
]
