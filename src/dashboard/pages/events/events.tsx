import { useMemo, useState } from 'react'
import { useLocation } from 'wouter'
import type { FoundEvent } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { useNow } from '../../api/use-clock.ts'
import { Badge } from '../../components/badge.tsx'
import { ButtonLink } from '../../components/button.tsx'
import { Page } from '../../components/page.tsx'
import { Empty, Loading } from '../../components/states.tsx'
import { PagedTable, type Column } from '../../components/table.tsx'
import { formatClock, formatDay, formatLocal } from '../../format/time-text.ts'
import { eventHref } from './event-href.ts'
import { EventFilters, useEventFilters } from './event-filters.tsx'
import { toQuestion, type EventQuestion } from './event-question.ts'
import { EventVolumeChart } from './event-volume.tsx'
import { ExportButton } from './export-button.tsx'
import { toRange } from './ranges.ts'
import { useEventVolume } from './use-event-volume.ts'
import { useNewestEvents } from './use-newest-events.ts'

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
  const { isLive } = values
  const range = useMemo(
    () => toRange(values.range, { from: values.from, to: values.to }, now),
    [values.range, values.from, values.to, now],
  )
  const question = toQuestion(values, range)
  const pages = useNewestEvents(question, isLive)
  const volume = useEventVolume(question, { range, now, isLive })
  const { accepted = 0, duplicates = 0 } = volume.data ?? {}
  return (
    <Page
      title="Events"
      lead="Everything that was accepted in the last 34 days, with the customers and metrics that it feeds; the newest first."
      actions={<Actions {...{ filters, question }} count={accepted + duplicates} />}
    >
      <EventFilters filters={filters} />
      <EventVolumeChart
        volume={volume.data}
        error={volume.error}
        windowSize={range.windowSize}
        filters={filters}
      />
      <PagedTable
        label="Events"
        columns={COLUMNS}
        pages={pages}
        rowKey={({ id }) => id}
        rowHref={eventHref}
        empty={<NoEvents filters={filters} />}
      />
    </Page>
  )
}

interface ActionsProps {
  filters: ReturnType<typeof useEventFilters>
  question: EventQuestion
  count: number
}

function Actions({ filters, question, count }: ActionsProps) {
  const { kind, scope } = useEnvironment()
  const { customer, metric } = filters.values
  const search = new URLSearchParams({ ...(customer && { customer }), ...(metric && { metric }) })
  return (
    <>
      <LiveSwitch filters={filters} />
      <ExportButton question={question} count={count} />
      {kind === 'SANDBOX' && scope === 'full' && (
        <ButtonLink href={`/events/new${search.size > 0 ? `?${search}` : ''}`}>
          Send a test event
        </ButtonLink>
      )}
    </>
  )
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
  {
    key: 'happened',
    header: 'Happened, UTC',
    width: '11rem',
    cell: ({ timestamp }) => <EventTime at={timestamp} />,
  },
  {
    key: 'accepted',
    header: 'Accepted, UTC',
    width: '11rem',
    cell: ({ processed_at }) => <EventTime at={processed_at} />,
  },
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

/** As short as times of about a month can be; all of it shows on hover. */
function EventTime({ at }: { at: string }) {
  const date = new Date(at)
  const [day, month] = formatDay(date).split(' ')
  return (
    <time className="number" dateTime={at} title={`${at}\n${formatLocal(date)}`}>
      {day} {month}, {formatClock(date)}
    </time>
  )
}
