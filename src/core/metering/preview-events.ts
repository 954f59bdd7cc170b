import { ok, refuse, type Result } from '../result.ts'
import { formatTimestamp } from '../time.ts'
import type { AcceptanceWindow } from './event.ts'
import { readEvents } from './read-events.ts'

/** An event of a preview, as the API has it (PE-2). */
export interface PreviewEvent {
  event_type: string
  /** The environment's now, if absent. */
  timestamp?: string
  properties?: unknown
  transaction_id?: string
}

/** An event of a preview that would be accepted. */
export interface AcceptablePreview {
  /** Null where the request gives none: such an event is never a duplicate. */
  transactionId: string | null
  /** What `storedEvent` reads. */
  raw: unknown
}

const REASONS_MAX = 3

/**
 * Checks the events of a preview by the rules of ingest, as events sent under the customer's id.
 * @returns `invalid` when any event breaks a rule, or two have the same transaction id (PE-7)
 */
export function readPreviewEvents(
  events: PreviewEvent[],
  customerId: string,
  window: AcceptanceWindow,
): Result<AcceptablePreview[]> {
  const body = events.map((event, index) => ({
    // Of readings at one instant, the one that comes later in the request counts (AG-5).
    transaction_id: event.transaction_id ?? `preview-${String(index).padStart(3, '0')}`,
    customer_id: customerId,
    event_type: event.event_type,
    timestamp: event.timestamp ?? formatTimestamp(window.nowMs),
    properties: event.properties,
  }))
  const read = readEvents(body, window)
  if (!read.ok) return read
  const { valid, rejected } = read.value
  if (rejected.length > 0) {
    const reasons = rejected.slice(0, REASONS_MAX).map(({ message }) => message)
    return refuse('invalid', reasons.join(' '))
  }
  const repeated = findRepeated(events)
  if (repeated !== null) return refuse('invalid', repeated)
  return ok(
    valid.map(({ index, raw }) => ({
      transactionId: events[index]!.transaction_id ?? null,
      raw,
    })),
  )
}

function findRepeated(events: PreviewEvent[]): string | null {
  const places = new Map<string, number>()
  for (const [index, { transaction_id: id }] of events.entries()) {
    if (id === undefined) continue
    const first = places.get(id)
    if (first !== undefined) {
      return `events[${index}].transaction_id must be unique within the request; events[${first}] has the same.`
    }
    places.set(id, index)
  }
  return null
}
