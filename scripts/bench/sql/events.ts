import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../scratch.ts'

/** The month that all events lie in. */
export const MONTH_START = '2026-03-01T00:00:00.000Z'
export const MONTH_END = '2026-04-01T00:00:00.000Z'
/** Ingest id of the customer whose events they are. */
export const SQL_ALIAS = 'sql-customer'

const START_MS = Date.parse(MONTH_START)
const MONTH_MS = Date.parse(MONTH_END) - START_MS
const USERS = 1_000
const REGIONS = ['us-east-1', 'us-west-2', 'eu-central-1', 'ap-south-1', 'sa-east-1']
const MODELS = ['atlas-large', 'atlas-medium', 'atlas-mini', 'atlas-embed', 'nova', 'nova-mini']
const MISSING = 0.01
const OTHER_TYPE = 0.1
const PART_EVENTS = 20_000

/** Events as JSON lines in a file, in the order of time. */
export interface EventFile {
  path: string
  count: number
  /** Parts that are sent as one request each, as bytes of the file. */
  parts: { start: number; end: number; count: number }[]
}

/** Writes the same events each time, spread evenly over the month: about 190 bytes of properties. */
export function writeEventFile(count: number): EventFile {
  const path = join(makeFolder(), 'events.ndjson')
  const random = randomNumbers(20_260_301)
  const parts: EventFile['parts'] = []
  let start = 0
  for (let first = 0; first < count; first += PART_EVENTS) {
    const size = Math.min(PART_EVENTS, count - first)
    const lines = Array.from({ length: size }, (_, i) => {
      const number = first + i
      const timestampMs = START_MS + Math.floor((number * MONTH_MS) / count)
      return JSON.stringify(sqlEvent(`event-${number}`, timestampMs, random))
    })
    const bytes = Buffer.from(`${lines.join('\n')}\n`)
    appendFileSync(path, bytes)
    parts.push({ start, end: start + bytes.length, count: size })
    start += bytes.length
  }
  return { path, count, parts }
}

/** An event as the metrics expect it; one in a hundred of each property is missing. */
export function sqlEvent(transactionId: string, timestampMs: number, random: () => number) {
  const below = (end: number) => Math.floor(random() * end)
  // Few users send much.
  const user = Math.floor(USERS * random() ** 1.5)
  const values = {
    user_id: `user_${String(user).padStart(6, '0')}`,
    region: REGIONS[below(REGIONS.length)],
    model: MODELS[below(MODELS.length)],
    storage_used: (random() * 1_000).toFixed(below(5)),
    tokens: String(below(20_000)),
    bytes: String(below(1e12)),
    latency_ms: (random() * 500).toFixed(3),
    seats: String(below(50)),
  }
  const present = Object.entries(values).filter(() => random() >= MISSING)
  return {
    transaction_id: transactionId,
    customer_id: SQL_ALIAS,
    event_type: random() < OTHER_TYPE ? 'other' : 'usage',
    timestamp: new Date(timestampMs).toISOString(),
    properties: Object.fromEntries(present),
  }
}

/** Numbers below 1, the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
