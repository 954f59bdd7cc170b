import { parseJson } from '../json-number.ts'
import { parseTimestamp } from '../time.ts'

/** What an undeliverable message of the ingest queue tells of its events. */
export interface DeadLetterSummary {
  eventCount: number
  /** The earliest timestamp among them: finalization of its period waits for them. */
  timeMin: number
  /** The environment's clock when they were accepted. */
  acceptedAtMs: number
}

/** As much as can be read of a message; one that says nothing counts as being of the earliest time. */
export function summarizeMessage(message: unknown): DeadLetterSummary {
  const { events, acceptedAtMs } = (message ?? {}) as Record<string, unknown>
  const read = eventsOf(message) ?? []
  const times = read.map((event) => {
    const { timestamp } = (event ?? {}) as Record<string, unknown>
    return (typeof timestamp === 'string' ? parseTimestamp(timestamp)?.ms : undefined) ?? 0
  })
  return {
    eventCount: read.length,
    timeMin: typeof events === 'string' && times.length > 0 ? Math.min(...times) : 0,
    acceptedAtMs: typeof acceptedAtMs === 'number' ? acceptedAtMs : 0,
  }
}

/** The message's events as they were received; null where it has none that can be read. */
export function eventsOf(message: unknown): unknown[] | null {
  const { events } = (message ?? {}) as Record<string, unknown>
  if (typeof events !== 'string') return null
  try {
    const parsed = parseJson(events)
    return Array.isArray(parsed) ? parsed : null
  } catch {
    return null
  }
}
