import { useEnvironment } from '../../api/session.ts'
import { usePages } from '../../api/use-pages.ts'
import { Badge } from '../../components/badge.tsx'
import { ButtonLink } from '../../components/button.tsx'
import { FilterBar, SearchFilter, SelectFilter, useFilter } from '../../components/filters.tsx'
import { Page } from '../../components/page.tsx'
import { Empty } from '../../components/states.tsx'
import { PagedTable, type Column } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import type { Product } from '../offering/answers.ts'
import { TYPES, typeName } from './names.ts'

const STATES = [
  { value: '', label: 'Active' },
  { value: 'ARCHIVED', label: 'Archived' },
  { value: 'ALL', label: 'All' },
]

const ALL_TYPES = [{ value: '', label: 'All types' }, ...TYPES]

export default function Products() {
  const { scope } = useEnvironment()
  const [text, setText] = useFilter('search')
  const [state, setState] = useFilter('state')
  const [type, setType] = useFilter('type')
  const pages = usePages<Product>({
    path: '/v1/contract-pricing/products/list',
    body: {
      archive_filter: state === '' ? 'NOT_ARCHIVED' : state,
      ...(text !== '' && { search: text }),
      ...(type !== '' && { types: [type] }),
    },
    limit: 50,
  })
  const create = scope === 'full' && (
    <ButtonLink kind="primary" href="/offering/products/new">
      Create product
    </ButtonLink>
  )
  return (
    <Page title="Products" lead="What is on invoices: rate cards give it prices." actions={create}>
      <FilterBar>
        <SearchFilter label="Search by name, tag or id" value={text} onChange={setText} />
        <SelectFilter label="Type" value={type} choices={ALL_TYPES} onChange={setType} />
        <SelectFilter label="State" value={state} choices={STATES} onChange={setState} />
      </FilterBar>
      <PagedTable
        label="Products"
        pages={pages}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        rowHref={({ id }) => `/offering/products/${id}`}
        empty={
          text === '' && state === '' && type === '' ? (
            <Empty title="No products yet" action={create}>
              Usage products bill what a metric measures, others what a contract says.
            </Empty>
          ) : (
            <Empty title="No product found">Names and tags fit by any part.</Empty>
          )
        }
      />
    </Page>
  )
}

const COLUMNS: readonly Column<Product>[] = [
  {
    key: 'name',
    header: 'Name',
    width: '36%',
    cell: ({ current, archived_at }) => (
      <>
        {current.name} {archived_at !== null && <Badge>Archived</Badge>}
      </>
    ),
  },
  { key: 'type', header: 'Type', cell: ({ type }) => typeName(type) },
  {
    key: 'tags',
    header: 'Tags',
    cell: ({ current: { tags = [] } }) =>
      tags.length === 0 ? (
        <span className="muted">–</span>
      ) : (
        <span className="badges">
          {tags.map((tag) => (
            <Badge key={tag}>{tag}</Badge>
          ))}
        </span>
      ),
  },
  {
    key: 'created',
    header: 'Created',
    cell: ({ initial }) => <Time at={initial.created_at} isDay />,
  },
]
