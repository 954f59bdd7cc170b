import type { RejectedEvent, ValidEvent } from './event.ts'
import { explainerOf } from './explain-match.ts'
import type { BillableMetric } from './metric.ts'

/** What became of one event of a request, and which metrics count it. */
export interface Receipt {
  /** The event's place in the request. */
  index: number
  transactionId: string | null
  status: 'accepted' | 'duplicate' | 'rejected'
  /** Who holds the event's ingest id now; null while nobody does. */
  customer: { id: string; name: string } | null
  matched: { id: string; name: string }[]
  unmatched: { id: string; name: string; reason: string }[]
  /** Why the event was rejected. */
  message?: string
}

/** What an ingest request came to, and what its events are held against. */
export interface IngestedEvents {
  valid: ValidEvent[]
  rejected: RejectedEvent[]
  /** Places in `valid` of the events that were duplicates. */
  duplicates: number[]
  metrics: BillableMetric[]
  /** The customers who hold the events' ingest ids. */
  holders: Map<string, { id: string; name: string }>
}

/**
 * A receipt for each event, in the order of the request. Metrics are told by the conditions that
 * meter (BF-1 … BF-10, GK-6), so that an event which nothing counts is noticed when it is sent. A
 * rejected event is held against nothing.
 */
export function receiptsOf(ingested: IngestedEvents): Receipt[] {
  const { valid, rejected, holders } = ingested
  const duplicates = new Set(ingested.duplicates)
  const metrics = ingested.metrics.map((metric) => ({
    id: metric.id,
    name: metric.name,
    matcher: explainerOf(metric),
  }))
  const receipts = valid.map(({ index, event }, i): Receipt => {
    const outcomes = metrics.map(({ id, name, matcher }) => {
      return { id, name, unmet: matcher.unmet(event) }
    })
    return {
      index,
      transactionId: event.transactionId,
      status: duplicates.has(i) ? 'duplicate' : 'accepted',
      customer: holders.get(event.ingestId) ?? null,
      matched: outcomes.flatMap(({ id, name, unmet }) => (unmet === null ? [{ id, name }] : [])),
      unmatched: outcomes.flatMap(({ id, name, unmet }) =>
        unmet === null ? [] : [{ id, name, reason: `The metric needs that ${unmet}.` }],
      ),
    }
  })
  return [...receipts, ...rejected.map(rejectedReceipt)].sort((a, b) => a.index - b.index)
}

function rejectedReceipt({ index, transactionId, message }: RejectedEvent): Receipt {
  const nothing = { customer: null, matched: [], unmatched: [] }
  return { index, transactionId, status: 'rejected', ...nothing, message }
}
