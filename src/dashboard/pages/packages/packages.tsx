import { useEnvironment } from '../../api/session.ts'
import { usePages } from '../../api/use-pages.ts'
import { Badge } from '../../components/badge.tsx'
import { ButtonLink } from '../../components/button.tsx'
import { FilterBar, SearchFilter, SelectFilter, useFilter } from '../../components/filters.tsx'
import { Page } from '../../components/page.tsx'
import { Empty } from '../../components/states.tsx'
import { PagedTable, type Column } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import type { Package } from '../offering/answers.ts'
import { lengthText } from './offset-text.ts'

const STATES = [
  { value: '', label: 'Active' },
  { value: 'ARCHIVED', label: 'Archived' },
  { value: 'ALL', label: 'All' },
]

export default function Packages() {
  const { scope } = useEnvironment()
  const [text, setText] = useFilter('search')
  const [state, setState] = useFilter('state')
  const pages = usePages<Package>({
    path: '/v1/packages/list',
    body: {
      archive_filter: state === '' ? 'NOT_ARCHIVED' : state,
      ...(text !== '' && { search: text }),
    },
    limit: 50,
  })
  const create = scope === 'full' && (
    <ButtonLink kind="primary" href="/offering/packages/new">
      Create package
    </ButtonLink>
  )
  return (
    <Page title="Packages" lead="Terms from which contracts are made, all alike." actions={create}>
      <FilterBar>
        <SearchFilter label="Search by name, alias or id" value={text} onChange={setText} />
        <SelectFilter label="State" value={state} choices={STATES} onChange={setState} />
      </FilterBar>
      <PagedTable
        label="Packages"
        pages={pages}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        rowHref={({ id }) => `/offering/packages/${id}`}
        empty={
          text === '' && state === '' ? (
            <Empty title="No packages yet" action={create}>
              A package says all terms once, with times that count from each contract's start.
            </Empty>
          ) : (
            <Empty title="No package found">Names and aliases fit by any part.</Empty>
          )
        }
      />
    </Page>
  )
}

const COLUMNS: readonly Column<Package>[] = [
  {
    key: 'name',
    header: 'Name',
    width: '36%',
    cell: ({ name, archived_at }) => (
      <>
        {name} {archived_at !== undefined && <Badge>Archived</Badge>}
      </>
    ),
  },
  {
    key: 'aliases',
    header: 'Aliases',
    cell: ({ aliases }) =>
      aliases.length === 0 ? (
        <span className="muted">–</span>
      ) : (
        aliases.map((alias) => alias.name).join(', ')
      ),
  },
  {
    key: 'duration',
    header: 'Contracts last',
    cell: ({ duration }) => (duration === undefined ? 'without end' : lengthText(duration)),
  },
  { key: 'created', header: 'Created', cell: ({ created_at }) => <Time at={created_at} isDay /> },
]
