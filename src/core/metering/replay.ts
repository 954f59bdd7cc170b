import { parseJson } from '../json-number.ts'
import type { AcceptanceWindow, UsageEvent } from './event.ts'
import { validateEvent } from './read-events.ts'

/** A quarantined event that is to be ingested after all. */
export interface ReplayRequest {
  id: number
  /** Null when the quarantine does not have it. */
  stored: { raw: string; receivedAtMs: number } | null
  /** Takes the place of the stored event. */
  correction?: { event: unknown }
}

/** An event that may be ingested now. */
export interface ReplayableEvent {
  id: number
  event: UsageEvent
  /** Its JSON text. */
  text: string
  receivedAtMs: number
}

export interface RefusedReplay {
  id: number
  message: string
  /** The stored event was judged anew: `message` is the reason why it stays in quarantine. */
  isReason: boolean
}

/**
 * Judges quarantined events by the rules of ingest. An event may be as old as it might have been
 * when it was received; a correction is judged in the place of what was received.
 */
export function readReplay(
  requests: ReplayRequest[],
  window: Omit<AcceptanceWindow, 'receivedAtMs'>,
): { replayable: ReplayableEvent[]; refused: RefusedReplay[] } {
  const replayable: ReplayableEvent[] = []
  const refused: RefusedReplay[] = []
  for (const [index, { id, stored, correction }] of requests.entries()) {
    const refuseIt = (message: string, isReason: boolean) => refused.push({ id, message, isReason })
    if (stored === null) {
      refuseIt('There is no such event in the quarantine.', false)
      continue
    }
    const isReason = correction === undefined
    const parsed = correction === undefined ? parseStored(stored.raw) : { raw: correction.event }
    if ('problem' in parsed) {
      refuseIt(parsed.problem, isReason)
      continue
    }
    const { receivedAtMs } = stored
    const place = { index, name: 'event' }
    const read = validateEvent(parsed.raw, { ...window, receivedAtMs }, place)
    if (!read.ok) {
      refuseIt(read.error.message, isReason)
      continue
    }
    const text = correction === undefined ? stored.raw : JSON.stringify(correction.event)
    replayable.push({ id, event: read.value.event, text, receivedAtMs })
  }
  return { replayable, refused }
}

function parseStored(text: string): { raw: unknown } | { problem: string } {
  try {
    return { raw: parseJson(text) }
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    return { problem: `event is not valid JSON: ${problem}` }
  }
}
