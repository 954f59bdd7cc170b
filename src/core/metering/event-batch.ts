import type { Refusal, Result } from '../result.ts'
import type { AcceptanceWindow, RejectedEvent } from './event.ts'
import { readEventsText, type ReadEvents } from './read-events.ts'

/** Why nothing of a batch was ingested, with its invalid events, if they are why. */
export interface BatchRefusal extends Refusal {
  rejected: RejectedEvent[]
}

/**
 * Reads the body of an ingest request, of which everything or nothing may be wanted.
 * @param isStrict one invalid event fails the whole batch, and nothing is kept of it (EV-35)
 */
export function readBatch(
  text: string,
  window: AcceptanceWindow,
  { isStrict }: { isStrict: boolean },
): Result<ReadEvents, BatchRefusal> {
  const read = readEventsText(text, window)
  if (!read.ok) return { ok: false, error: { ...read.error, rejected: [] } }
  const { rejected } = read.value
  if (!isStrict || rejected.length === 0) return read
  return refuseBatch('Nothing was ingested', rejected)
}

/** The answer to a batch of which all events went to the quarantine (EV-35). */
export function refuseAll(rejected: RejectedEvent[]) {
  return refuseBatch('No event was valid', rejected)
}

/** The first few reasons, so that the message says enough on its own (ER-10). */
function refuseBatch(outcome: string, rejected: RejectedEvent[]) {
  const shown = rejected.slice(0, 3).map(({ message }) => message)
  const more = rejected.length - shown.length
  const message = `${outcome}: ${shown.join(' ')}${more > 0 ? ` (and ${more} more)` : ''}`
  return { ok: false as const, error: { code: 'invalid' as const, message, rejected } }
}
