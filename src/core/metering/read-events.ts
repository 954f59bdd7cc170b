import { ExactNumber, mayHoldLongNumber, parseExactJson } from '../json-number.ts'
import { ok, refuse, type Result } from '../result.ts'
import { parseTimestamp, type ParsedTimestamp } from '../time.ts'
import {
  BATCH_EVENTS_MAX,
  EVENT_BYTES_MAX,
  ID_CHARACTERS_MAX,
  NESTING_MAX,
  PROPERTIES_MAX,
  SCALAR_BYTES_MAX,
  usageEvent,
  type AcceptanceWindow,
  type RawEvent,
  type RejectedEvent,
  type UsageEvent,
  type ValidEvent,
} from './event.ts'

/**
 * Reads the body of an ingest request. Each event stands for itself: valid ones and rejected ones
 * come apart, in the order of the request (EV-35).
 * @param text JSON as received; its numbers keep all their digits
 * @returns `invalid` when it is no JSON, or no array of 1 to 100 elements (EV-1, EV-3)
 */
export function readEventsText(text: string, window: AcceptanceWindow): Result<ReadEvents> {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (error) {
    return refuse('invalid', `The request body is not valid JSON: ${(error as Error).message}`)
  }
  const read = readEvents(body, window)
  // Most events have their numbers as strings, and need no second look.
  if (!read.ok || !read.value.hasNumbers || !mayHoldLongNumber(text)) return read
  return readEvents(parseExactJson(text), window)
}

export interface ReadEvents {
  valid: ValidEvent[]
  rejected: RejectedEvent[]
  /** Some event may hold a JSON number. */
  hasNumbers: boolean
}

/**
 * The same of a body that was parsed.
 * @param body what `parseJson` gave
 */
export function readEvents(body: unknown, window: AcceptanceWindow): Result<ReadEvents> {
  const expected = `The body must be a JSON array of 1 to ${BATCH_EVENTS_MAX} events`
  if (!Array.isArray(body)) return refuse('invalid', `${expected}.`)
  if (body.length < 1 || body.length > BATCH_EVENTS_MAX) {
    return refuse('invalid', `${expected}; it has ${body.length}.`)
  }
  const reader = new EventReader(window)
  const valid: ValidEvent[] = []
  const rejected: RejectedEvent[] = []
  for (let index = 0; index < body.length; index++) {
    const raw: unknown = body[index]
    const event = reader.read(raw)
    if (typeof event !== 'string') valid.push({ index, event, raw })
    else rejected.push(rejectedEvent(raw, { index, message: `events[${index}]${event}` }))
  }
  return ok({ valid, rejected, hasNumbers: reader.hasNumbers })
}

/**
 * Reads a single event, for callers that bound their number by themselves.
 * @param index its place in the request, and `name` what messages call it
 */
export function validateEvent(
  raw: unknown,
  window: AcceptanceWindow,
  { index, name }: { index: number; name: string },
): Result<ValidEvent, RejectedEvent> {
  const event = new EventReader(window).read(raw)
  if (typeof event !== 'string') return ok({ index, event, raw })
  return { ok: false, error: rejectedEvent(raw, { index, message: `${name}${event}` }) }
}

/** Reads the events of one body, each property of them once. */
class EventReader {
  /** Some member that was read is no text, so it may be a number, or hold one. */
  hasNumbers = false
  private readonly window: AcceptanceWindow
  /** At least the size of the present event as JSON; infinite when it is not flat. */
  private sizeBound = 0

  constructor(window: AcceptanceWindow) {
    this.window = window
  }

  /** The event, or what is wrong with it, as a text that continues `events[3]`. */
  read(raw: unknown): UsageEvent | string {
    const event = this.check(raw)
    // What is rejected is kept as it was sent, whatever it holds.
    if (typeof event === 'string') this.hasNumbers = true
    return event
  }

  private check(raw: unknown): UsageEvent | string {
    if (!isObject(raw)) return ' must be a JSON object.'
    const { transaction_id, customer_id, event_type, timestamp, properties } = raw
    if (!isText(transaction_id) || !hasLength(transaction_id, ID_CHARACTERS_MAX)) {
      return `.transaction_id must be a string of 1 to ${ID_CHARACTERS_MAX} characters.`
    }
    if (!isText(customer_id) || !hasLength(customer_id, ID_CHARACTERS_MAX)) {
      return `.customer_id must be a string of 1 to ${ID_CHARACTERS_MAX} characters: a customer's id or an ingest alias.`
    }
    if (!isText(event_type)) return '.event_type must be a non-empty string.'
    const parsed = typeof timestamp === 'string' ? parseTimestamp(timestamp) : null
    if (parsed === null) {
      return '.timestamp must be an RFC 3339 timestamp with a four-digit year and an offset, such as 2026-03-20T12:00:00Z.'
    }
    this.sizeBound = MEMBER_BYTES
    const problem =
      checkWindow(parsed, this.window) ?? this.checkProperties(properties) ?? this.checkSize(raw)
    return problem ?? usageEvent(raw as unknown as RawEvent, parsed)
  }

  private checkProperties(properties: unknown): string | null {
    if (properties === undefined) return null
    if (!isObject(properties)) return '.properties must be a JSON object.'
    let count = 0
    for (const name in properties) {
      if (++count > PROPERTIES_MAX) {
        return `.properties must have at most ${PROPERTIES_MAX} members.`
      }
      const value = properties[name]
      if (!isSmallScalar(value)) {
        return `.properties[${JSON.stringify(name.slice(0, 100))}] must be at most ${SCALAR_BYTES_MAX} bytes long.`
      }
      this.measure(name, value)
    }
    return null
  }

  private checkSize(raw: Record<string, unknown>): string | null {
    for (const name in raw) if (name !== 'properties') this.measure(name, raw[name])
    if (this.sizeBound <= EVENT_BYTES_MAX) return null
    if (isDeeperThan(raw, NESTING_MAX)) {
      return ` must not nest values deeper than ${NESTING_MAX} levels.`
    }
    if (utf8Length(JSON.stringify(raw)) <= EVENT_BYTES_MAX) return null
    return ` must be at most ${EVENT_BYTES_MAX} bytes of JSON.`
  }

  private measure(name: string, value: unknown): void {
    let units = name.length
    if (typeof value === 'string') units += value.length
    else {
      this.hasNumbers = true
      if (value instanceof ExactNumber) units += value.text.length
      else if (typeof value === 'object' && value !== null) units = Infinity
    }
    this.sizeBound += units * UNIT_BYTES_MAX + MEMBER_BYTES
  }
}

// The longest form of a UTF-16 unit in JSON is an escape such as \u0001.
const UNIT_BYTES_MAX = 6
const MEMBER_BYTES = 32

function checkWindow(timestamp: ParsedTimestamp, window: AcceptanceWindow): string | null {
  const latestMs = window.nowMs + window.futureMaxMs
  const { ms, subMs } = timestamp
  if (ms > latestMs || (ms === latestMs && subMs !== '')) {
    return `.timestamp must not lie more than ${duration(window.futureMaxMs)} in the future.`
  }
  const { nowMs, receivedAtMs = nowMs } = window
  if (ms >= receivedAtMs - window.backdatingMaxMs) return null
  const bound = receivedAtMs === nowMs ? 'in the past' : 'before the event was received'
  return `.timestamp must not lie more than ${duration(window.backdatingMaxMs)} ${bound}.`
}

/** An object or array passes here: it counts only towards the event's size. */
function isSmallScalar(value: unknown): boolean {
  if (value instanceof ExactNumber) return value.text.length <= SCALAR_BYTES_MAX
  if (typeof value !== 'string' || value.length * 3 <= SCALAR_BYTES_MAX) return true
  return value.length <= SCALAR_BYTES_MAX && utf8Length(value) <= SCALAR_BYTES_MAX
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  return Object.values(value).some((member) => isDeeperThan(member, levels - 1))
}

function rejectedEvent(
  raw: unknown,
  { index, message }: Pick<RejectedEvent, 'index' | 'message'>,
): RejectedEvent {
  const { transaction_id, customer_id } = isObject(raw) ? raw : {}
  return {
    index,
    transactionId: legalId(transaction_id),
    ingestId: legalId(customer_id),
    message,
    raw: isDeeperThan(raw, NESTING_MAX) ? null : raw,
  }
}

function legalId(id: unknown): string | null {
  return isText(id) && hasLength(id, ID_CHARACTERS_MAX) ? id : null
}

function isObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  return !Array.isArray(value) && !(value instanceof ExactNumber)
}

/** Lone surrogates are refused: storage would turn different texts into the same one. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.isWellFormed()
}

/** Counts characters, not UTF-16 units, but only where it matters. */
function hasLength(text: string, charactersMax: number): boolean {
  if (text.length <= charactersMax) return true
  return text.length <= charactersMax * 2 && Array.from(text).length <= charactersMax
}

const encoder = new TextEncoder()

function utf8Length(text: string): number {
  return encoder.encode(text).length
}

function duration(ms: number): string {
  const [unitMs, unit] = ms % 86_400_000 === 0 ? [86_400_000, 'days'] : [60_000, 'minutes']
  return `${ms / unitMs} ${unit}`
}
