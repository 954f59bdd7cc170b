import { useQuery } from '@tanstack/react-query'
import { Link, useLocation, useSearchParams } from 'wouter'
import type { FoundEvent } from '../../api/answers.ts'
import { request } from '../../api/request.ts'
import { useEnvironment } from '../../api/session.ts'
import { Badge } from '../../components/badge.tsx'
import { CopyableId } from '../../components/copy-button.tsx'
import { Icon } from '../../components/icon.tsx'
import { JsonView } from '../../components/json-view.tsx'
import { Card, Facts, Page, Section } from '../../components/page.tsx'
import { Answered, Empty } from '../../components/states.tsx'
import { Timeline } from '../../components/timeline.tsx'
import { Time } from '../../components/time.tsx'
import { EventLines } from './event-lines.tsx'
import { eventHref, transactionIdHere } from './event-href.ts'
import { judgeMetrics, type Verdict } from './judge-metric.ts'
import { useMetrics } from './use-metrics.ts'

/** Every submission of one transaction id, and what became of one of them. */
export default function EventPage() {
  const { id: environmentId } = useEnvironment()
  useLocation()
  const id = transactionIdHere()
  const [search] = useSearchParams()
  const found = useQuery({
    queryKey: [environmentId, 'event', id],
    queryFn: ({ signal }) =>
      request<FoundEvent[]>('POST', '/v1/events/search', {
        body: { transactionIds: [id], explain: true },
        signal,
      }),
  })
  const events = found.data ?? []
  const event =
    events.find((each) => each.id === search.get('id')) ??
    events.find(({ is_duplicate }) => !is_duplicate) ??
    events[0]
  const crumbs = [{ label: 'Events', href: '/events' }]
  if (event === undefined) {
    return (
      <Page title="Event" crumbs={crumbs}>
        <Answered query={found}>
          {() => (
            <Empty title="No event of this transaction id">
              {id} was not accepted here in the last 34 days.
            </Empty>
          )}
        </Answered>
      </Page>
    )
  }
  return (
    <Page title={event.event_type} crumbs={crumbs} heading={<Heading event={event} />}>
      <Facts facts={factsOf(event)} />
      <div className="columns">
        <Section title="Properties">
          <JsonView value={event.properties ?? {}} label="properties" />
        </Section>
        <Metrics event={event} />
      </div>
      <EventLines event={event} />
      {events.length > 1 && <Submissions events={events} shown={event} />}
    </Page>
  )
}

function Heading({ event }: { event: FoundEvent }) {
  return (
    <>
      {event.event_type}
      {event.is_duplicate && <Badge>Duplicate</Badge>}
      {event.matched_customer === undefined && <Badge tone="warn">No customer</Badge>}
      {event.matched_billable_metrics.length === 0 && <Badge tone="warn">No metric</Badge>}
    </>
  )
}

function factsOf(event: FoundEvent) {
  const { matched_customer: customer } = event
  return [
    {
      label: 'Customer',
      value:
        customer === undefined ? (
          <code>{event.customer_id}</code>
        ) : (
          <Link href={`/customers/${customer.id}`}>{customer.name}</Link>
        ),
    },
    { label: 'Happened', value: <Time at={event.timestamp} isDay={false} /> },
    { label: 'Accepted', value: <Time at={event.processed_at} isDay={false} /> },
    { label: 'Sent for', value: <code>{event.customer_id}</code> },
    { label: 'Transaction', value: <CopyableId id={event.transaction_id} /> },
  ]
}

function Metrics({ event }: { event: FoundEvent }) {
  const metrics = useMetrics()
  return (
    <Section title="Billable metrics">
      <Card>
        <Answered query={metrics}>
          {(all) => (
            <ul className="verdicts">
              {judgeMetrics(event, all).map((verdict) => (
                <VerdictItem key={verdict.metric.id} verdict={verdict} />
              ))}
              {all.length === 0 && <li className="muted">There are none yet.</li>}
            </ul>
          )}
        </Answered>
      </Card>
    </Section>
  )
}

function VerdictItem({ verdict: { metric, isMatch, unmet, groups } }: { verdict: Verdict }) {
  const reasons = unmet.map((expected) => `Needs that ${expected}.`)
  return (
    <li className={`verdict ${isMatch ? 'verdict-good' : 'verdict-bad'}`}>
      <Icon name={isMatch ? 'check' : 'close'} />
      <div>
        <Link href={`/offering/metrics/${metric.id}`} className="verdict-title">
          {metric.name}
        </Link>
        <p className="muted">
          {isMatch && 'Counts this event'}
          {isMatch && groups.length > 0 && (
            <>, in {groups.map(({ name, value }) => `${name} = ${value}`).join(', ')}</>
          )}
          {isMatch && '.'}
          {!isMatch && (reasons.join(' ') || 'Its query does not read events like this one.')}
        </p>
      </div>
    </li>
  )
}

function Submissions({ events, shown }: { events: readonly FoundEvent[]; shown: FoundEvent }) {
  return (
    <Section title="Sent more than once" lead="The first one counts, the others are duplicates.">
      <Timeline
        label="Submissions"
        entries={events.map((event) => ({
          key: event.id,
          tone: event.is_duplicate ? 'neutral' : 'good',
          title: (
            <>
              {event.is_duplicate ? 'Duplicate, not counted' : 'Counted'}{' '}
              {event.id === shown.id ? (
                <span className="muted">(this one)</span>
              ) : (
                <Link href={eventHref(event)}>Show</Link>
              )}
            </>
          ),
          time: <Time at={event.processed_at} isDay={false} />,
        }))}
      />
    </Section>
  )
}
