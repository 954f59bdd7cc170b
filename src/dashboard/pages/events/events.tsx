import { useMemo, useState } from 'react'
import { useLocation } from 'wouter'
import type { FoundEvent } from '../../api/answers.ts'
import { useNow } from '../../api/use-clock.ts'
import { Badge } from '../../components/badge.tsx'
import { Page } from '../../components/page.tsx'
import { Empty, ErrorState, Loading } from '../../components/states.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { eventHref } from './event-href.ts'
import { EventFilters, useEventFilters, type EventFilterValues } from './event-filters.tsx'
import { EventVolume } from './event-volume.tsx'
import { toRange, type EventRange } from './ranges.ts'
import { useEventTail, type EventQuestion } from './use-event-tail.ts'

export default function Events() {
  const now = useNow()
  if (now === undefined) return <Loading />
  return <EventList now={now} />
}

function EventList({ now: latest }: { now: Date }) {
  // The range begins where it did when the page was opened, or else it would be another question.
  const [now] = useState(latest)
  const filters = useEventFilters()
  const { values } = filters
  const range = useMemo(
    () => toRange(values.range, { from: values.from, to: values.to }, now),
    [values.range, values.from, values.to, now],
  )
  const tail = useEventTail(toQuestion(values, range), range.bucketMs, values.isLive)
  const { events = [], count = 0, buckets = {}, isBehind = true } = tail.data ?? {}
  return (
    <Page
      title="Events"
      lead="Everything that was accepted in the last 34 days, with the customers and metrics that it feeds."
      actions={<LiveSwitch filters={filters} />}
    >
      <EventFilters filters={filters} />
      <EventVolume buckets={buckets} range={range} now={now} count={count} isBehind={isBehind} />
      {tail.error && events.length === 0 ? (
        <ErrorState error={tail.error} onRetry={() => void tail.refetch()} />
      ) : (
        <Table
          label="Events"
          columns={COLUMNS}
          rows={events}
          rowKey={({ id }) => id}
          rowHref={eventHref}
          isPending={events.length === 0 && isBehind}
          empty={<NoEvents filters={filters} />}
        />
      )}
      {count > events.length && (
        <p className="muted">
          These are the newest {events.length} of {count.toLocaleString('en')} events read.
        </p>
      )}
    </Page>
  )
}

function toQuestion(values: EventFilterValues, { startMs, endMs }: EventRange): EventQuestion {
  const { state } = values
  return {
    starting_on: new Date(startMs).toISOString(),
    ending_before: endMs === null ? undefined : new Date(endMs).toISOString(),
    ingest_ids: values.ingestId === '' ? undefined : [values.ingestId],
    customer_id: values.customer === '' ? undefined : values.customer,
    event_types: values.type === '' ? undefined : [values.type],
    unmatched:
      state === 'customer' || state === 'billable_metric' || state === 'any' ? state : undefined,
    is_duplicate: state === 'duplicate' ? true : undefined,
  }
}

function LiveSwitch({ filters: { values, set } }: { filters: ReturnType<typeof useEventFilters> }) {
  return (
    <button
      type="button"
      className="button live-switch"
      aria-pressed={values.isLive}
      onClick={() => set('live', values.isLive ? 'off' : '')}
    >
      <span className="live-dot" aria-hidden="true" />
      {values.isLive ? 'Live' : 'Paused'}
    </button>
  )
}

function NoEvents({ filters: { isFiltered } }: { filters: ReturnType<typeof useEventFilters> }) {
  const [, navigate] = useLocation()
  return (
    <Empty
      title={isFiltered ? 'No event fits' : 'No events in this time'}
      action={
        <button type="button" className="button" onClick={() => navigate('/events?range=month')}>
          Look at the last 34 days
        </button>
      }
    >
      {isFiltered
        ? 'Take a filter away, or look further back.'
        : 'Events that are sent to /v1/ingest appear here within a moment.'}
    </Empty>
  )
}

const COLUMNS: readonly Column<FoundEvent>[] = [
  { key: 'type', header: 'Event', cell: ({ event_type }) => event_type },
  { key: 'customer', header: 'Customer', cell: customerOf },
  { key: 'metrics', header: 'Metrics', cell: metricsOf },
  {
    key: 'transaction',
    header: 'Transaction',
    cell: ({ transaction_id }) => <code className="cut">{transaction_id}</code>,
  },
  { key: 'time', header: 'Time', cell: ({ timestamp }) => <Time at={timestamp} isDay={false} /> },
]

function customerOf({ matched_customer: customer, customer_id }: FoundEvent) {
  if (customer !== undefined) return customer.name
  return (
    <span className="badges">
      <code className="cut">{customer_id}</code>
      <Badge tone="warn">No customer</Badge>
    </span>
  )
}

function metricsOf({ matched_billable_metrics: metrics, is_duplicate }: FoundEvent) {
  if (is_duplicate) return <Badge>Duplicate, not counted</Badge>
  const [first, ...others] = metrics
  if (first === undefined) return <Badge tone="warn">No metric</Badge>
  return (
    <span title={metrics.map(({ name }) => name).join('\n')}>
      {first.name}
      {others.length > 0 && <span className="muted"> and {others.length} more</span>}
    </span>
  )
}
