import { Link } from 'wouter'
import { Badge } from '../../components/badge.tsx'
import { ButtonLink } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { Card } from '../../components/page.tsx'
import type { Receipt } from './use-send-event.ts'

/** What became of an event, who it is for, and which metrics count it. */
export function EventReceipt({ receipt }: { receipt: Receipt }) {
  const { transaction_id: id, status, customer } = receipt
  const { matched_billable_metrics: matched, unmatched_billable_metrics: unmatched } = receipt
  return (
    <Card className="stack">
      <p role="status">
        <Badge tone={status === 'accepted' ? 'good' : 'warn'}>
          {status === 'accepted' ? 'Accepted' : 'Duplicate, not counted'}
        </Badge>{' '}
        {customer === null ? (
          <span>No customer has this id or alias. Once one has, the event counts for them.</span>
        ) : (
          <span>
            for <Link href={`/customers/${customer.id}`}>{customer.name}</Link>
          </span>
        )}
      </p>
      <ul className="verdicts">
        {matched.map((metric) => (
          <li key={metric.id} className="verdict verdict-good">
            <Icon name="check" />
            <div>
              <span className="verdict-title">{metric.name}</span>
              <p className="muted">Counts this event.</p>
            </div>
          </li>
        ))}
        {unmatched.map((metric) => (
          <li key={metric.id} className="verdict verdict-bad">
            <Icon name="close" />
            <div>
              <span className="verdict-title">{metric.name}</span>
              <p className="muted">{metric.reason.replace(/^The metric needs/, 'Needs')}</p>
            </div>
          </li>
        ))}
        {matched.length + unmatched.length === 0 && (
          <li className="muted">There are no metrics yet.</li>
        )}
      </ul>
      <div className="actions">
        <ButtonLink href={`/events/${encodeURIComponent(id)}`}>Show the event</ButtonLink>
      </div>
    </Card>
  )
}
