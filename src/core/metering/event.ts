import { assert } from '../result.ts'
import { parseTimestamp, type ParsedTimestamp } from '../time.ts'

/** A usage event in our own terms. */
export interface UsageEvent {
  transactionId: string
  /** `customer_id` as sent: a customer's UUID, an ingest alias, or neither (AL-1, AL-2). */
  ingestId: string
  eventType: string
  timestampMs: number
  /** Digits of the timestamp beyond milliseconds: they only order readings. */
  subMs: string
  properties?: Record<string, unknown>
}

export interface ValidEvent {
  /** The event's place in the request. */
  index: number
  event: UsageEvent
  /** The event as it was parsed, unknown members included. */
  raw: unknown
}

export interface RejectedEvent {
  index: number
  /** Null where there is none of a legal form. */
  transactionId: string | null
  ingestId: string | null
  /** Names the field and says what was expected (ER-10). */
  message: string
  /** The event as it was parsed; null where it is nested too deeply to be written again. */
  raw: unknown
}

/** Between which timestamps events are accepted (EV-20 … EV-22). */
export interface AcceptanceWindow {
  nowMs: number
  backdatingMaxMs: number
  futureMaxMs: number
  /** When the event was first received, if that was earlier: backdating is judged by it. */
  receivedAtMs?: number
}

export const BATCH_EVENTS_MAX = 100
export const ID_CHARACTERS_MAX = 128
export const PROPERTIES_MAX = 2_000
export const SCALAR_BYTES_MAX = 4 * 1024
export const EVENT_BYTES_MAX = 100 * 1024
/** Deeper values would exhaust the stack of whoever writes them as JSON. */
export const NESTING_MAX = 64

/** An event as it is sent, and stored. */
export interface RawEvent {
  transaction_id: string
  customer_id: string
  event_type: string
  timestamp: string
  properties?: Record<string, unknown>
}

/**
 * The usage event that a stored event denotes.
 * @param raw an element that `readEvents` found valid once
 */
export function storedEvent(raw: unknown): UsageEvent {
  const { timestamp } = raw as RawEvent
  const parsed = parseTimestamp(timestamp)
  assert(parsed !== null, 'a stored event has a valid timestamp')
  return usageEvent(raw as RawEvent, parsed)
}

/** @param timestamp what `raw.timestamp` says */
export function usageEvent(raw: RawEvent, timestamp: ParsedTimestamp): UsageEvent {
  return {
    transactionId: raw.transaction_id,
    ingestId: raw.customer_id,
    eventType: raw.event_type,
    timestampMs: timestamp.ms,
    subMs: timestamp.subMs,
    properties: raw.properties,
  }
}
