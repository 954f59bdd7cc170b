import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { propertyOf } from '../../../core/metering/property.ts'
import type { Explanation, FoundEvent } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { readAll } from '../../api/use-pages.ts'
import { Button } from '../../components/button.tsx'
import { Answered } from '../../components/states.tsx'
import { Time } from '../../components/time.tsx'
import { eventHref } from '../events/event-href.ts'

type LineSearches = NonNullable<Explanation['events']>['searches']

/** So many pages of each search are looked through. */
const PAGES_MAX = 5
const SHOWN_MAX = 50

/** The events that a line counts, found when they are asked for. */
export function LineEvents({ events: { searches } }: { events: { searches: LineSearches } }) {
  const [isOpen, setIsOpen] = useState(false)
  if (!isOpen) {
    return (
      <Button kind="quiet" className="inline-button" onClick={() => setIsOpen(true)}>
        Show the events behind it
      </Button>
    )
  }
  return <FoundEvents searches={searches} />
}

function FoundEvents({ searches }: { searches: LineSearches }) {
  const { id } = useEnvironment()
  const found = useQuery({
    queryKey: [id, 'line events', searches],
    queryFn: ({ signal }) => findEvents(searches, signal),
  })
  return (
    <Answered query={found}>
      {(events) => (
        <>
          <ul className="event-list">
            {events.slice(0, SHOWN_MAX).map((event) => (
              <li key={event.id}>
                <Link href={eventHref(event)}>{event.transaction_id}</Link>
                <Time at={event.timestamp} isDay={false} />
              </li>
            ))}
          </ul>
          {events.length === 0 && (
            <p className="muted">None of them was accepted in the last 34 days.</p>
          )}
          {events.length > SHOWN_MAX && (
            <p className="muted">
              The first {SHOWN_MAX} of {events.length} that were found.
            </p>
          )}
        </>
      )}
    </Answered>
  )
}

async function findEvents(searches: LineSearches, signal: AbortSignal): Promise<FoundEvent[]> {
  const events: FoundEvent[] = []
  for (const { body, group_values } of searches) {
    const question = { path: '/v1/events/search', body, limit: 100 }
    const found = await readAll<FoundEvent>(question, { pagesMax: PAGES_MAX, signal })
    events.push(...found.filter((event) => hasValues(event, group_values)))
  }
  return events
}

function hasValues(event: FoundEvent, wanted: Record<string, string[]>): boolean {
  const properties = event.properties ?? {}
  return Object.entries(wanted).every(([name, values]) => {
    const value = propertyOf({ properties }, name)
    return value === undefined ? values.length === 0 : values.includes(value)
  })
}
