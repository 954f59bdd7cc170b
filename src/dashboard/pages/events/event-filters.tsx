import { useLocation, useSearchParams } from 'wouter'
import { FilterBar, SearchFilter, SelectFilter, DateFilter } from '../../components/filters.tsx'
import { CustomerFilter } from '../../components/customer-filter.tsx'
import { RANGES } from './ranges.ts'

export interface EventFilterValues {
  range: string
  from: string
  to: string
  customer: string
  ingestId: string
  type: string
  state: string
  isLive: boolean
}

const STATES = [
  { value: '', label: 'All events' },
  { value: 'any', label: 'Unmatched' },
  { value: 'customer', label: 'Without customer' },
  { value: 'billable_metric', label: 'Without metric' },
  { value: 'duplicate', label: 'Duplicates' },
]

/** The filters live in the address, so that what was found can be linked to. */
export function useEventFilters() {
  const [search, setSearch] = useSearchParams()
  const read = (name: string) => search.get(name) ?? ''
  const set = (name: string, value: string) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === '') next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace: true },
    )
  const values: EventFilterValues = {
    range: search.get('range') ?? 'day',
    from: read('from'),
    to: read('to'),
    customer: read('customer'),
    ingestId: read('ingest_id'),
    type: read('type'),
    state: read('state'),
    isLive: read('live') !== 'off',
  }
  const isFiltered = ['customer', 'ingest_id', 'type', 'state'].some((name) => search.has(name))
  return { values, set, isFiltered }
}

export function EventFilters({ filters }: { filters: ReturnType<typeof useEventFilters> }) {
  const [, navigate] = useLocation()
  const { values, set } = filters
  return (
    <FilterBar>
      <SearchFilter
        label="Find a transaction id"
        value=""
        onChange={(id) => id !== '' && navigate(`/events/${encodeURIComponent(id)}`)}
      />
      <CustomerFilter value={values.customer} onChange={(id) => set('customer', id)} />
      <SearchFilter
        label="Event type"
        value={values.type}
        onChange={(type) => set('type', type)}
        size="small"
      />
      <SelectFilter
        label="Which events"
        value={values.state}
        choices={STATES}
        onChange={(state) => set('state', state)}
      />
      <SelectFilter
        label="Time"
        value={values.range}
        choices={[...RANGES, { value: 'custom', label: 'Between dates' }]}
        onChange={(range) => set('range', range === 'day' ? '' : range)}
      />
      {values.range === 'custom' && (
        <>
          <DateFilter label="From" value={values.from} onChange={(from) => set('from', from)} />
          <DateFilter label="to" value={values.to} onChange={(to) => set('to', to)} />
        </>
      )}
    </FilterBar>
  )
}
