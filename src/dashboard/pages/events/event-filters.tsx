import { useState } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import { useMetrics } from './use-metrics.ts'
import { CustomerFilter } from '../../components/customer-filter.tsx'
import { FilterBar, SearchFilter, SelectFilter } from '../../components/filters.tsx'
import { Icon } from '../../components/icon.tsx'
import { RANGES } from './ranges.ts'

export interface EventFilterValues {
  range: string
  from: string
  to: string
  customer: string
  metric: string
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
  const change = (values: Record<string, string>) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before)
        for (const [name, value] of Object.entries(values)) {
          if (value === '') next.delete(name)
          else next.set(name, value)
        }
        return next
      },
      { replace: true },
    )
  const set = (name: string, value: string) => change({ [name]: value })
  const values: EventFilterValues = {
    range: search.get('range') ?? 'day',
    from: read('from'),
    to: read('to'),
    customer: read('customer'),
    metric: read('metric'),
    ingestId: read('ingest_id'),
    type: read('type'),
    state: read('state'),
    isLive: read('live') !== 'off',
  }
  const names = ['customer', 'metric', 'ingest_id', 'type', 'state']
  const isFiltered = names.some((name) => search.has(name))
  return { values, set, change, isFiltered }
}

export function EventFilters({ filters }: { filters: ReturnType<typeof useEventFilters> }) {
  const { values, set } = filters
  const metrics = useMetrics().data ?? []
  return (
    <FilterBar>
      <FindTransaction />
      <CustomerFilter value={values.customer} onChange={(id) => set('customer', id)} />
      <SearchFilter
        label="Event type"
        value={values.type}
        onChange={(type) => set('type', type)}
        size="small"
      />
      <SelectFilter
        label="Metric"
        value={values.metric}
        choices={[
          { value: '', label: 'Any metric' },
          ...metrics.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={(metric) => set('metric', metric)}
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
        choices={[...RANGES, { value: 'custom', label: 'Between times' }]}
        onChange={(range) => set('range', range === 'day' ? '' : range)}
      />
      {values.range === 'custom' && (
        <>
          <TimeFilter label="From" value={values.from} onChange={(from) => set('from', from)} />
          <TimeFilter
            label="to"
            value={values.to.length === 10 ? `${values.to}T23:59` : values.to}
            onChange={(to) => set('to', to)}
          />
        </>
      )}
      {values.ingestId !== '' && (
        <button type="button" className="button chip" onClick={() => set('ingest_id', '')}>
          <span className="cut">Sent for {values.ingestId}</span>
          <Icon name="close" />
          <span className="hidden">Show events of all ids</span>
        </button>
      )}
    </FilterBar>
  )
}

/** Leads to an event when it is asked for, not while its id is typed. */
function FindTransaction() {
  const [, navigate] = useLocation()
  const [id, setId] = useState('')
  const find = (text: string) => {
    const asked = text.trim()
    if (asked !== '') navigate(`/events/${encodeURIComponent(asked)}`)
  }
  return (
    <form
      className="filter filter-search filter-medium"
      onSubmit={(event) => {
        event.preventDefault()
        find(id)
      }}
    >
      <Icon name="search" />
      <input
        type="search"
        className="input"
        aria-label="Find a transaction id"
        placeholder="Transaction id, then Enter"
        value={id}
        autoComplete="off"
        spellCheck={false}
        enterKeyHint="search"
        onChange={(event) => setId(event.target.value)}
        onPaste={(event) => id === '' && find(event.clipboardData.getData('text'))}
      />
    </form>
  )
}

interface TimeFilterProps {
  label: string
  value: string
  onChange: (value: string) => void
}

function TimeFilter({ label, value, onChange }: TimeFilterProps) {
  return (
    <label className="filter filter-date">
      <span className="filter-label">{label}</span>
      <input
        type="datetime-local"
        className="input"
        aria-label={`${label}, UTC`}
        value={value.length === 10 ? `${value}T00:00` : value}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  )
}
