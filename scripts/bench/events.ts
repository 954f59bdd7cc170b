import { randomFillSync } from 'node:crypto'
import { httpRequest } from './load.ts'

export const EVENTS_PER_BATCH = 100

const MODELS = ['atlas-large', 'atlas-medium', 'atlas-mini', 'atlas-embed']
const REGIONS = ['eu-central-1', 'us-east-1', 'us-west-2', 'ap-south-1', 'sa-east-1']
const INGEST_PATH = '/v1/ingest'
const USERS = 10_000
const HOUR_MS = 3_600_000

/** A usage event of about 270 bytes, as a model provider sends them. */
export interface BenchEvent {
  transaction_id: string
  customer_id: string
  event_type: string
  timestamp: string
  properties: Record<'model' | 'region' | 'tokens' | 'latency_ms' | 'user_id', string>
}

export function makeEvent(
  customerId: string,
  { eventType = 'llm_call', timestampMs = Date.now() - randomBelow(HOUR_MS) } = {},
): BenchEvent {
  return {
    transaction_id: crypto.randomUUID(),
    customer_id: customerId,
    event_type: eventType,
    timestamp: new Date(timestampMs).toISOString(),
    properties: {
      model: MODELS[randomBelow(MODELS.length)]!,
      region: REGIONS[randomBelow(REGIONS.length)]!,
      tokens: String(50 + randomBelow(9_000)),
      latency_ms: `${20 + randomBelow(3_000)}.${randomBelow(10)}`,
      user_id: `user_${String(randomBelow(USERS)).padStart(6, '0')}`,
    },
  }
}

/** Makes an ingest request again and again, each time with new transaction ids. */
export type RequestMaker = () => Buffer

/**
 * @param customerIds event i is of customer i, the first again after the last
 * @returns a maker of requests that share their bytes: the one before must be answered
 */
export function makeIngestRequests(
  token: string,
  customerIds: string[],
  eventsPerRequest: number,
  path = INGEST_PATH,
): RequestMaker {
  const events = makeEvents(customerIds, eventsPerRequest)
  const request = ingestRequest(token, events, path)
  const renewIds = idRenewer(request, events)
  return () => {
    renewIds()
    return request
  }
}

export function makeEvents(customerIds: string[], count: number): BenchEvent[] {
  return Array.from({ length: count }, (_, i) => makeEvent(customerIds[i % customerIds.length]!))
}

/** Replaces the events' transaction ids, wherever they first stand in these bytes, by new ones. */
export function idRenewer(bytes: Buffer, events: BenchEvent[]): () => void {
  const offsets = events.map((event) => bytes.indexOf(event.transaction_id))
  const random = Buffer.alloc(events.length * ID_BYTES)
  return () => {
    randomFillSync(random)
    for (const [i, offset] of offsets.entries()) writeId(bytes, offset, random, i * ID_BYTES)
  }
}

export function ingestRequest(token: string, events: BenchEvent[], path = INGEST_PATH): Buffer {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return httpRequest('POST', path, headers, JSON.stringify(events))
}

export function randomBelow(end: number): number {
  return Math.floor(Math.random() * end)
}

const ID_BYTES = 16
const HEX_DIGITS = Buffer.from('0123456789abcdef')
const DASH = '-'.charCodeAt(0)

/** Puts random hex digits where a UUID has them. */
function writeId(bytes: Buffer, offset: number, random: Buffer, randomOffset: number): void {
  let at = offset
  for (let i = 0; i < ID_BYTES; i++) {
    const byte = random[randomOffset + i]!
    if (bytes[at] === DASH) at++
    bytes[at++] = HEX_DIGITS[byte >> 4]!
    bytes[at++] = HEX_DIGITS[byte & 15]!
  }
}
